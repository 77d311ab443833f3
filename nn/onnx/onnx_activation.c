/* Activations in ONNX: a table of recipes, in which each word takes what it needs from the stack
 * and puts its result on it: "x" is the input, "a" and "b" are the numbers of the row or of the
 * layer, all others are operators of one operand or, those of the list, of two.
 */
#define AG_NO_SITES
#include <autograd/ops.h>
#include <string.h>

#include "onnx_layers.h"

/* --- recipes ---------------------------------------------------------------------------------- */

typedef struct recipe {
    const char *text;
    double a, b;
} recipe;

static bool takes_two(const char *word)
{
    static const char *const two[] = {"Mul", "Add", "Sub"};
    for (size_t i = 0; i < sizeof two / sizeof two[0]; i++) {
        if (strcmp(word, two[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The next word; NULL at the end. Operators stay as names of nodes, so they are the graph's. */
static const char *next_word(nn__onnx_graph *x, const char **text)
{
    size_t n = strcspn(*text, " ");
    char *word = n > 0 ? ag_graph_memory(x->graph, n + 1) : NULL;
    if (word != NULL) {
        memcpy(word, *text, n);
    }
    x->failed = x->failed || (n > 0 && word == NULL);
    *text += n + ((*text)[n] == ' ');
    return word;
}

/* Each recipe of the tables leaves one value. */
static const char *cook(nn__onnx_graph *x, const recipe *r, const char *in)
{
    const char *stack[8], *text = r->text, *word;
    int n = 0;
    while (!x->failed && (word = next_word(x, &text)) != NULL) {
        if (strcmp(word, "x") == 0) {
            stack[n++] = in;
        } else if (strcmp(word, "a") == 0 || strcmp(word, "b") == 0) {
            stack[n++] = nn__onnx_number(x, *word == 'a' ? r->a : r->b);
        } else if (takes_two(word)) {
            n--;
            stack[n - 1] = nn__onnx_apply(x, word, stack[n - 1], stack[n]);
        } else {
            stack[n - 1] = nn__onnx_apply(x, word, stack[n - 1], NULL);
        }
    }
    return x->failed ? NULL : stack[0];
}

/* min(max(x, low), high) */
static const char *clip(nn__onnx_graph *x, const char *in, double low, double high)
{
    const char *from = nn__onnx_number(x, low), *to = nn__onnx_number(x, high);
    nn__onnx_begin(x, "Clip");
    nn__onnx_input(x, in);
    nn__onnx_input(x, from);
    nn__onnx_input(x, to);
    return nn__onnx_end(x);
}

/* --- without a constant ----------------------------------------------------------------------- */

static const struct row {
    ag_tensor *(*op)(ag_tensor *x);
    recipe recipe;
} rows[] = {
    {ag_relu, {"x Relu", 0, 0}},
    {ag_sigmoid, {"x Sigmoid", 0, 0}},
    {ag_logsigmoid, {"x Neg Softplus Neg", 0, 0}},
    {ag_tanh, {"x Tanh", 0, 0}},
    {ag_tanhshrink, {"x x Tanh Sub", 0, 0}},
    {ag_softplus, {"x Softplus", 0, 0}},
    {ag_softsign, {"x Softsign", 0, 0}},
    {ag_silu, {"x x Sigmoid Mul", 0, 0}},
    {ag_hardswish, {"x HardSwish", 0, 0}},
    {ag_mish, {"x x Softplus Tanh Mul", 0, 0}},
    {ag_selu, {"x Selu", 0, 0}},
    /* x (1 + erf(x/sqrt(2)))/2 */
    {ag_gelu, {"x a Mul Erf b Add x Mul a Mul a Mul", 0.70710678118654752440, 1}},
};

/* x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))/2 = x sigmoid(2 sqrt(2/pi) (x + 0.044715 x^3)) */
static const recipe gelu_tanh = {"x x Mul x Mul a Mul x b Mul Add Sigmoid x Mul",
                                 1.5957691216057307117 * 0.044715, 1.5957691216057307117};

static const char *hardsigmoid(nn__onnx_graph *x, const char *in)
{
    nn__onnx_begin(x, "HardSigmoid");
    nn__onnx_input(x, in);
    nn__onnx_float(x, "alpha", 1.0 / 6);
    nn__onnx_float(x, "beta", 0.5);
    return nn__onnx_end(x);
}

const char *nn__onnx_plain(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn__activation_layer *layer = nn_self(m);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].op == layer->plain) {
            return cook(x, &rows[i].recipe, in);
        }
    }
    return layer->plain == ag_gelu_tanh     ? cook(x, &gelu_tanh, in)
           : layer->plain == ag_relu6       ? clip(x, in, 0, 6)
           : layer->plain == ag_hardsigmoid ? hardsigmoid(x, in)
                                            : nn__onnx_fail(x, m, "has no form in ONNX");
}

/* --- with constants --------------------------------------------------------------------------- */

static const struct one_row {
    ag_tensor *(*op)(ag_tensor *x, double a);
    const char *name;
} one_rows[] = {{ag_leaky_relu, "LeakyRelu"}, {ag_elu, "Elu"}, {ag_celu, "Celu"}};

const char *nn__onnx_one(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn__activation_layer *layer = nn_self(m);
    for (size_t i = 0; i < sizeof one_rows / sizeof one_rows[0]; i++) {
        if (one_rows[i].op == layer->with_one) {
            nn__onnx_begin(x, one_rows[i].name);
            nn__onnx_input(x, in);
            nn__onnx_float(x, "alpha", layer->a);
            return nn__onnx_end(x);
        }
    }
    return nn__onnx_fail(x, m, "has no form in ONNX");
}

const char *nn__onnx_two(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn__activation_layer *layer = nn_self(m);
    return layer->with_two == ag_hardtanh ? clip(x, in, layer->a, layer->b)
                                          : nn__onnx_fail(x, m, "has no form in ONNX");
}

const char *nn__onnx_along(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn__activation_layer *layer = nn_self(m);
    nn__onnx_begin(x, layer->along == ag_softmax ? "Softmax" : "LogSoftmax");
    nn__onnx_input(x, in);
    nn__onnx_int(x, "axis", layer->axis);
    return nn__onnx_end(x);
}

const char *nn__onnx_prelu(nn__onnx_graph *x, nn_module *m, const char *in)
{
    int dims = nn_input_shape(m, NULL).ndim;
    const char *slope = nn__onnx_by_channel(x, nn__onnx_tensor(x, m, "weight"), dims);
    return nn__onnx_apply(x, "PRelu", in, slope);
}

/* Truth values become 0 and 1, and with minus_one 2 times that less 1. */
const char *nn__onnx_threshold(nn__onnx_graph *x, nn_module *m, const char *in)
{
    const nn_threshold_options *o = nn_self(m);
    static const recipe to_signs = {"x a Mul b Add", 2, -1};
    const char *above = nn__onnx_apply(x, o->lower_at_zero ? "Greater" : "GreaterOrEqual", in,
                                       nn__onnx_number(x, 0));
    nn__onnx_begin(x, "Cast");
    nn__onnx_input(x, above);
    nn__onnx_int(x, "to", 1);
    const char *y = nn__onnx_end(x);
    return o->minus_one ? cook(x, &to_signs, y) : y;
}
