/* Baselines as tables for the eye. Numbers have a point in every locale. */
#include "linear_problem.h"
#include "nn/data/number.h"

enum { NAME = 24, COLUMN = 14, MOST_OUTPUTS = 6 };

static ag_status written(FILE *out)
{
    return ferror(out) ? AG_ERR_IO : AG_OK;
}

static void print_number(FILE *out, double x)
{
    char text[NN__NUMBER_TEXT];
    fprintf(out, "%*s", COLUMN, nn__number_text(x, 6, text));
}

/* A name, or what it is called without one. */
static const char *name_or(const char *name, const char *kind, int64_t i,
                           char text[NN__NUMBER_TEXT])
{
    snprintf(text, NN__NUMBER_TEXT, "%s%lld", kind, (long long)i);
    return name != NULL && name[0] != '\0' ? name : text;
}

static void print_head(FILE *out, const nn_baseline *b, const nn_data *names, int64_t shown)
{
    char text[NN__NUMBER_TEXT];
    fprintf(out, "%-*s", NAME, "");
    for (int64_t k = 0; k < shown; k++) {
        int64_t classes = nn_classes(names);
        const char *name =
            classes > 0 ? nn_class_name(names, b->outputs == 1 ? 1 : k) : nn_target_name(names, k);
        fprintf(out, "%*.*s", COLUMN, COLUMN - 2, name_or(name, "y", k + 1, text));
    }
    fputs(shown < b->outputs ? "  ...\n" : "\n", out);
}

ag_status nn_print_baseline(FILE *out, const nn_baseline *b, const nn_data *names)
{
    char text[NN__NUMBER_TEXT];
    if (out == NULL || b == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    int64_t shown = b->outputs < MOST_OUTPUTS ? b->outputs : MOST_OUTPUTS;
    print_head(out, b, names, shown);
    for (int64_t j = -1; j < b->inputs; j++) {
        const char *name = j < 0 ? "bias" : name_or(nn_column_name(names, j), "x", j + 1, text);
        fprintf(out, "%-*.*s", NAME, NAME, name);
        for (int64_t k = 0; k < shown; k++) {
            print_number(out, j < 0 ? b->bias[k] : b->weight[k * b->inputs + j]);
        }
        fputc('\n', out);
    }
    fprintf(out, "%lld of %lld weights are not 0;", (long long)b->nonzero,
            (long long)(b->inputs * b->outputs));
    fprintf(out, " l1 %s", nn__number_text(b->l1, 6, text));
    fprintf(out, ", l2 %s", nn__number_text(b->l2, 6, text));
    fprintf(out, ", loss %s%s\n", nn__number_text(b->loss, 6, text),
            b->converged ? "" : "; it did not converge");
    return written(out);
}

ag_status nn_print_path(FILE *out, const nn_path *p)
{
    static const char *const head[] = {"penalty", "loss", "error", "not 0"};
    if (out == NULL || p == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    for (int i = 0; i < 4; i++) {
        fprintf(out, "%*s", COLUMN, head[i]);
    }
    fputc('\n', out);
    for (int i = 0; i < p->n; i++) {
        print_number(out, p->penalty[i]);
        print_number(out, p->mean[i]);
        print_number(out, p->error[i]);
        fprintf(out, "%*lld%s\n", COLUMN, (long long)p->nonzero[i], i == p->best ? "  taken" : "");
    }
    return written(out);
}
