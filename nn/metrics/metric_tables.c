/* The confusion matrix, the report of classes and that of subgroups as tables for the eye. Numbers
 * have a point in every locale. Must not know how they are counted.
 */
#include <math.h>
#include <string.h>

#include "nn/data/number.h"
#include "tallies.h"

enum {
    NAME = 24,  /* characters of a name that are shown */
    COLUMN = 9, /* a column of numbers */
    MOST_COLUMNS = 40,
};

static ag_status written(FILE *out)
{
    return ferror(out) ? AG_ERR_IO : AG_OK;
}

/* How many characters the first `bytes` of a UTF-8 text are. */
static int characters(const char *text, size_t bytes)
{
    int n = 0;
    for (size_t i = 0; i < bytes && text[i] != '\0'; i++) {
        n += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return n;
}

/* At most NAME characters of a name, and blanks to the width, in front of it for `right`. */
static void print_name(FILE *out, const char *text, int width, bool right)
{
    size_t bytes = strlen(text);
    while (characters(text, bytes) > NAME || (bytes > 0 && (text[bytes] & 0xC0) == 0x80)) {
        bytes--;
    }
    int blanks = width - characters(text, bytes);
    blanks = blanks > 0 ? blanks : 0;
    fprintf(out, "%*s%.*s%*s", right ? blanks : 0, "", (int)bytes, text, right ? 0 : blanks, "");
}

/* The name of class k, or its number. */
static const char *class_text(const nn_data *names, int64_t k, char text[32])
{
    const char *name = nn_class_name(names, k);
    snprintf(text, 32, "%lld", (long long)k);
    return name != NULL && name[0] != '\0' ? name : text;
}

static int widest_name(const nn_data *names, int64_t classes, int least)
{
    char text[32];
    for (int64_t k = 0; k < classes; k++) {
        int n = characters(class_text(names, k, text), SIZE_MAX);
        n = n > NAME ? NAME : n;
        least = n > least ? n : least;
    }
    return least;
}

static void print_share(FILE *out, double x)
{
    char text[NN__NUMBER_TEXT];
    fprintf(out, "%*s", COLUMN + 2, nn__fixed_text(x, 3, text));
}

/* --- the matrix ------------------------------------------------------------------------------- */

ag_status nn_print_matrix(FILE *out, const nn_confusion *c, const nn_data *names)
{
    char text[32];
    if (out == NULL || c == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    int64_t shown = c->classes < MOST_COLUMNS ? c->classes : MOST_COLUMNS;
    int first = widest_name(names, shown, 16), width = widest_name(names, shown, 4);
    int digits = snprintf(text, sizeof text, "%lld", (long long)c->rows);
    width = digits > width ? digits : width;
    print_name(out, "truth, predicted", first, false);
    for (int64_t j = 0; j < shown; j++) {
        fputs("  ", out);
        print_name(out, class_text(names, j, text), width, true);
    }
    fputc('\n', out);
    for (int64_t k = 0; k < shown; k++) {
        print_name(out, class_text(names, k, text), first, false);
        for (int64_t j = 0; j < shown; j++) {
            fprintf(out, "  %*lld", width, (long long)c->count[k * c->classes + j]);
        }
        fputc('\n', out);
    }
    if (shown < c->classes) {
        fprintf(out, "... and %lld more classes\n", (long long)(c->classes - shown));
    }
    return written(out);
}

/* --- the report ------------------------------------------------------------------------------- */

static void print_mean(FILE *out, const char *name, int width, const nn__tallies *t,
                       nn_average average)
{
    print_name(out, name, width, false);
    print_share(out, nn__score_mean(t, average, nn__precision_part));
    print_share(out, nn__score_mean(t, average, nn__recall_part));
    print_share(out, nn__score_mean(t, average, nn__f1_part));
    fprintf(out, "%*lld\n", COLUMN + 2, (long long)t->rows);
}

ag_status nn_print_class_report(FILE *out, const nn_confusion *c, const nn_data *names)
{
    static const char *const head[] = {"precision", "recall", "f1", "rows"};
    char text[32];
    int64_t right = 0;
    if (out == NULL || c == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    int first = widest_name(names, c->classes, 16);
    nn__tallies t = nn__tallies_of_matrix(c);
    fprintf(out, "%-*s", first, "class");
    for (int i = 0; i < 4; i++) {
        fprintf(out, "%*s", COLUMN + 2, head[i]);
    }
    fputc('\n', out);
    for (int64_t k = 0; k < c->classes; k++) {
        nn_class_scores s = nn__scores_of_class(&t, k);
        print_name(out, class_text(names, k, text), first, false);
        print_share(out, s.precision);
        print_share(out, s.recall);
        print_share(out, s.f1);
        fprintf(out, "%*lld\n", COLUMN + 2, (long long)s.rows);
        right += t.hit[k];
    }
    print_mean(out, "mean of classes", first, &t, NN_MACRO);
    print_mean(out, "weighted by rows", first, &t, NN_WEIGHTED);
    fprintf(out, "%-*s", first, "accuracy");
    print_share(out, (double)right / (double)c->rows);
    fprintf(out, "%*lld\n", 3 * (COLUMN + 2), (long long)c->rows);
    return written(out);
}

/* --- subgroups -------------------------------------------------------------------------------- */

ag_status nn_print_subgroups(FILE *out, const nn_subgroups *s, const char *const *names)
{
    static const char *const head[] = {"rows",  "base",     "predicted", "true rate",
                                       "false", "accuracy", "auc",       "mean p"};
    char text[32], number[3][NN__NUMBER_TEXT];
    if (out == NULL || s == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    fprintf(out, "%-*s", NAME, "group");
    for (int i = 0; i < 8; i++) {
        fprintf(out, "%*s", COLUMN + 2, head[i]);
    }
    fputc('\n', out);
    for (int64_t k = 0; k < s->n; k++) {
        const nn_subgroup *g = &s->group[k];
        const double part[] = {g->base_rate,       g->predicted_rate, g->true_rate,
                               g->false_rate,      g->accuracy,       g->auc,
                               g->mean_probability};
        snprintf(text, sizeof text, "%lld", (long long)k);
        print_name(out, names != NULL ? names[k] : text, NAME, false);
        fprintf(out, "%*lld", COLUMN + 2, (long long)g->rows);
        for (int i = 0; i < 7; i++) {
            print_share(out, part[i]);
        }
        fputc('\n', out);
    }
    fprintf(out,
            "largest differences: predicted rate (demographic parity) %s, true and false rate "
            "(equalized odds) %s, probability against base rate (calibration) %s\n",
            nn__fixed_text(s->parity, 3, number[0]), nn__fixed_text(s->odds, 3, number[1]),
            nn__fixed_text(s->calibration, 3, number[2]));
    return written(out);
}
