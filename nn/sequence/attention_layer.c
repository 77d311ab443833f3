/* Attention in several heads (Vaswani and others 2017, section 3.2.2): the projections before and
 * behind, and the cutting into heads; what one head computes is ag_attention's.
 */
#define AG_NO_SITES
#include <autograd/nn_sequence.h>
#include <autograd/ops.h>

#include "nn/layers/layer.h"

enum { QUERY, KEY, VALUE };

typedef struct attention {
    int64_t heads;
    nn_attention_options options;
    nn_module *out_proj;
} attention;

/* --- what fits -------------------------------------------------------------------------------- */

static bool input_fits(const nn_module *m, ag_tensor *const in[3])
{
    char key[AG_SHAPE_TEXT], value[AG_SHAPE_TEXT];
    for (int i = 0; i < 3; i++) {
        if (!nn__dims_fit(m, in[i], 3, "batch, places, features")) {
            return false;
        }
    }
    ag_shape q = ag_shape_of(in[QUERY]), k = ag_shape_of(in[KEY]), v = ag_shape_of(in[VALUE]);
    int64_t heads = ((const attention *)nn_self(m))->heads;
    if (q.dim[2] % heads != 0) {
        ag_fail(nn_graph_of(m), AG_ERR_SHAPE, "the width is a multiple of the heads",
                "nn_attention: %lld heads do not divide a width of %lld", (long long)heads,
                (long long)q.dim[2]);
        return false;
    }
    if (q.dim[0] != k.dim[0] || q.dim[0] != v.dim[0] || k.dim[1] != v.dim[1]) {
        ag_fail(nn_graph_of(m), AG_ERR_SHAPE, "key and value have as many places, all one batch",
                "nn_attention: key %s and value %s do not go together with a batch of %lld",
                ag_shape_text(k, key), ag_shape_text(v, value), (long long)q.dim[0]);
        return false;
    }
    return true;
}

/* --- projections ------------------------------------------------------------------------------ */

/* Parts `from` to `from` + n - 1 of three, one below the other, of a weight or a bias. */
static ag_tensor *part(ag_tensor *t, int64_t width, int from, int n)
{
    return t != NULL && n < 3 ? ag_narrow(t, 0, from * width, n * width) : t;
}

/* (N, L, n E) -> n times (N, heads, L, E/heads), views of it. */
static void into_heads(ag_tensor *x, int64_t heads, int n, ag_tensor **out)
{
    ag_shape s = ag_shape_of(x);
    int64_t each = s.dim[2] / n / heads;
    ag_tensor *parts = ag_reshape(x, AG_SHAPE(s.dim[0], s.dim[1], n, heads, each));
    parts = ag_permute(parts, AG_AXES(2, 0, 3, 1, 4));
    for (int i = 0; i < n; i++) {
        out[i] = ag_select(parts, 0, i);
    }
}

/* Inputs that are one tensor are projected by one product. */
static bool project_together(ag_tensor *const in[3], ag_tensor *w, ag_tensor *b, int64_t heads,
                             ag_tensor *out[3])
{
    int64_t width = ag_shape_of(in[QUERY]).dim[2];
    for (int i = 0, n; i < 3; i += n) {
        for (n = 1; i + n < 3 && in[i + n] == in[i];) {
            n++;
        }
        ag_tensor *x = ag_linear(in[i], part(w, width, i, n), part(b, width, i, n));
        if (x == NULL) {
            return false;
        }
        into_heads(x, heads, n, out + i);
    }
    return true;
}

static bool project_apart(nn_module *m, ag_tensor *const in[3], ag_tensor *b, ag_tensor *out[3])
{
    static const char *const name[] = {"q_proj_weight", "k_proj_weight", "v_proj_weight"};
    const attention *a = nn_self(m);
    int64_t width = ag_shape_of(in[QUERY]).dim[2];
    for (int i = 0; i < 3; i++) {
        ag_shape shape = AG_SHAPE(width, ag_shape_of(in[i]).dim[2]);
        ag_tensor *w = nn_parameter(m, name[i], shape, a->options.weight);
        ag_tensor *x = w != NULL ? ag_linear(in[i], w, part(b, width, i, 1)) : NULL;
        if (x == NULL) {
            return false;
        }
        into_heads(x, a->heads, 1, out + i);
    }
    return true;
}

static bool project(nn_module *m, ag_tensor *const in[3], ag_tensor *out[3])
{
    const attention *a = nn_self(m);
    int64_t width = ag_shape_of(in[QUERY]).dim[2];
    bool together = ag_shape_of(in[KEY]).dim[2] == width && ag_shape_of(in[VALUE]).dim[2] == width;
    ag_tensor *w = NULL, *b = NULL;
    if (together) {
        w = nn_parameter(m, "in_proj_weight", AG_SHAPE(3 * width, width), a->options.weight);
    }
    if (!a->options.no_bias) {
        b = nn_parameter(m, "in_proj_bias", AG_SHAPE(3 * width), (nn_init){.kind = NN_ZEROS});
    }
    if ((together && w == NULL) || (!a->options.no_bias && b == NULL)) {
        return false;
    }
    return together ? project_together(in, w, b, a->heads, out) : project_apart(m, in, b, out);
}

/* --- the layer -------------------------------------------------------------------------------- */

static ag_tensor *attention_forward(nn_module *m, ag_tensor *x)
{
    const attention *a = nn_self(m);
    ag_tensor *key = nn_input(m, 1), *value = nn_input(m, 2), *q[3], *weights = NULL;
    key = key != NULL ? key : x;
    ag_tensor *const in[] = {x, key, value != NULL ? value : key};
    if (!input_fits(m, in) || !project(m, in, q)) {
        return NULL;
    }
    const ag_attention_options o = {.causal = a->options.causal,
                                    .dropout = nn_is_training(m) ? a->options.dropout : 0,
                                    .weights = a->options.no_weights ? NULL : &weights};
    ag_tensor *y = ag_attention(q[QUERY], q[KEY], q[VALUE], nn_input(m, 3), &o);
    nn_keep(m, "weights", weights);
    y = ag_permute(y, AG_AXES(0, 2, 1, 3));
    nn__linear_set_size(a->out_proj, ag_shape_of(x).dim[2]);
    return nn_call(a->out_proj, ag_flatten(y, 2, 3));
}

nn_module *nn_attention(ag_graph *g, int64_t heads, const nn_attention_options *o)
{
    attention self = {.heads = heads};
    self.options = o != NULL ? *o : (nn_attention_options){.causal = false};
    const nn_linear_options out = {.no_bias = self.options.no_bias, .weight = self.options.weight};
    if (!nn__size_fits(g, "attention", "the number of heads", heads) ||
        !nn__probability_fits(g, "attention", "dropout", self.options.dropout)) {
        return NULL;
    }
    nn_module *m = nn__layer_new(g, "attention", attention_forward, &self, sizeof self);
    attention *a = nn_self(m);
    if (a == NULL) {
        return NULL;
    }
    a->out_proj = nn_child(m, "out_proj", nn__linear_of_any_size(g, &out));
    return a->out_proj != NULL ? m : NULL;
}
