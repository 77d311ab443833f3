/* Gradients of parameters, layer by layer: do they vanish or explode on the way back? */
#define AG_NO_SITES
#include <autograd/nn_explain.h>
#include <math.h>
#include <string.h>

#include "nn/data/number.h"

static const double vanished = 1e-3, exploded = 1e3; /* by the last weight's */

/* --- counting --------------------------------------------------------------------------------- */

typedef struct list {
    ag_graph *graph;
    nn_gradient_norm *of; /* NULL while they are counted */
    int n;
} list;

/* The Euclidean norm, scaled so that no square overflows. */
static double norm_of(const void *data, ag_dtype dtype, int64_t n)
{
    double most = 0, sum = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t i = 0; data != NULL && i < n; i++) {
            double x =
                dtype == AG_F32 ? (double)((const float *)data)[i] : ((const double *)data)[i];
            if (pass == 0) {
                most = fabs(x) > most || isnan(x) ? fabs(x) : most;
            } else {
                sum += x / most * (x / most);
            }
        }
        if (!(most > 0 && isfinite(most))) {
            return most;
        }
    }
    return most * sqrt(sum);
}

static ag_status add(const char *path, const nn_slot *slot, void *user)
{
    list *l = user;
    const ag_tensor *t = slot->tensor;
    if (slot->buffer || slot->frozen || ag_grad_runs(t) == 0 || ag_size(t) == 0) {
        return AG_OK;
    }
    if (l->of != NULL) {
        char *copy = ag_graph_memory(l->graph, strlen(path) + 1);
        if (copy == NULL) {
            return AG_ERR_MEMORY;
        }
        l->of[l->n] =
            (nn_gradient_norm){.path = strcpy(copy, path),
                               .size = ag_size(t),
                               .norm = norm_of(ag_grad_data(t), ag_dtype_of(t), ag_size(t)),
                               .weight_norm = norm_of(ag_data(t), ag_dtype_of(t), ag_size(t)),
                               .state = ag_shape_of(t).ndim < 2 ? NN_GRADIENT_USUAL : NN_VANISHING};
    }
    l->n++;
    return AG_OK;
}

static double root_mean_square(const nn_gradient_norm *n)
{
    return n->norm / sqrt((double)n->size);
}

/* Those that add marked as weights get their state. */
static void judge(nn_gradient_norms *all, nn_gradient_norm *of)
{
    const nn_gradient_norm *last = NULL;
    for (int i = 0; i < all->n; i++) {
        last = of[i].state == NN_VANISHING ? &of[i] : last;
    }
    double by = last != NULL ? root_mean_square(last) : (double)NAN;
    for (int i = 0; i < all->n; i++) {
        bool weight = of[i].state == NN_VANISHING;
        of[i].relative = root_mean_square(&of[i]) / by;
        bool large = weight && (of[i].relative > exploded || !isfinite(of[i].norm));
        bool small = weight && of[i].relative < vanished;
        of[i].state = large ? NN_EXPLODING : small ? NN_VANISHING : NN_GRADIENT_USUAL;
        all->exploding += large;
        all->vanishing += small && !large;
    }
}

const nn_gradient_norms *nn_gradient_norms_new(const nn_module *net)
{
    ag_graph *g = nn_graph_of(net);
    list l = {g, NULL, 0};
    if (net == NULL || nn_visit(net, NULL, add, &l) != AG_OK) {
        return NULL;
    }
    if (l.n == 0) {
        ag_fail(g, AG_ERR_STATE, "call it between ag_backward and nn_step",
                "nn_gradient_norms_new: no parameter has a gradient");
        return NULL;
    }
    nn_gradient_norms *all = ag_graph_memory(g, sizeof *all);
    l.of = ag_graph_memory(g, (size_t)l.n * sizeof *l.of);
    l.n = 0;
    if (all == NULL || l.of == NULL || nn_visit(net, NULL, add, &l) != AG_OK) {
        return NULL;
    }
    *all = (nn_gradient_norms){.n = l.n, .of = l.of};
    judge(all, l.of);
    return all;
}

/* --- printing --------------------------------------------------------------------------------- */

static void print_number(FILE *out, double x)
{
    char text[NN__NUMBER_TEXT];
    fprintf(out, "%12s", nn__number_text(x, 4, text));
}

ag_status nn_print_gradient_norms(FILE *out, const nn_gradient_norms *n)
{
    static const char *const state[] = {"", "  vanishing", "  exploding"};
    if (out == NULL || n == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    fprintf(out, "%-24s%12s%12s%12s%12s\n", "parameter", "numbers", "gradient", "weight",
            "by the last");
    for (int i = 0; i < n->n; i++) {
        const nn_gradient_norm *of = &n->of[i];
        fprintf(out, "%-24s%12lld", of->path, (long long)of->size);
        print_number(out, of->norm);
        print_number(out, of->weight_norm);
        print_number(out, of->relative);
        fprintf(out, "%s\n", state[of->state]);
    }
    if (n->vanishing > 0) {
        fprintf(out,
                "%d vanishing: early layers hardly learn; try ReLU, He's initial weights, a "
                "normalization or residual blocks\n",
                n->vanishing);
    }
    if (n->exploding > 0) {
        fprintf(out,
                "%d exploding: try a smaller rate, clipping by norm, smaller initial weights "
                "or a normalization\n",
                n->exploding);
    }
    return ferror(out) ? AG_ERR_IO : AG_OK;
}
