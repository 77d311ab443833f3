/* The blocks of a transformer: steps x + f(x), each with a norm before or behind it. What a step
 * computes is attention's and the dense layers'.
 */
#define AG_NO_SITES
#include <autograd/nn_sequence.h>
#include <autograd/ops.h>
#include <stdio.h>

#include "nn/layers/layer.h"

typedef struct block {
    nn_transformer_options options;
    nn_module *self_attn, *across; /* the latter in a decoder only */
    nn_module *linear1, *activation, *linear2;
    nn_module *norm[3];
} block;

/* --- steps ------------------------------------------------------------------------------------ */

static ag_tensor *dropped(const nn_module *m, ag_tensor *x)
{
    const block *b = nn_self(m);
    return ag_dropout(x, b->options.dropout, nn_is_training(m));
}

/* Attention of x to itself, or across to a memory; the mask may be NULL. */
static ag_tensor *attend(nn_module *attention, ag_tensor *x, ag_tensor *memory, ag_tensor *mask)
{
    ag_tensor *const in[] = {x, memory, memory, mask};
    return nn_call_with(attention, in, mask != NULL ? 4 : 3);
}

static ag_tensor *dense(nn_module *m, ag_tensor *x)
{
    const block *b = nn_self(m);
    ag_shape s = ag_shape_of(x);
    if (s.ndim == 0) {
        return NULL; /* an operation before it failed */
    }
    int64_t width = s.dim[s.ndim - 1], hidden = b->options.hidden;
    nn__linear_set_size(b->linear1, hidden > 0 ? hidden : 4 * width);
    nn__linear_set_size(b->linear2, width);
    ag_tensor *h = nn_call(b->activation, nn_call(b->linear1, x));
    return nn_call(b->linear2, dropped(m, h));
}

/* What step i of a block computes; memory and mask of the attention, NULL where it has none. */
typedef struct step {
    nn_module *attention; /* NULL: the dense layers */
    ag_tensor *memory;    /* NULL: x itself */
    ag_tensor *mask;
} step;

static ag_tensor *run(nn_module *m, const step *s, ag_tensor *x)
{
    return dropped(m, s->attention == NULL
                          ? dense(m, x)
                          : attend(s->attention, x, s->memory != NULL ? s->memory : x, s->mask));
}

static ag_tensor *steps(nn_module *m, const step *s, int n, ag_tensor *x)
{
    const block *b = nn_self(m);
    for (int i = 0; i < n; i++) {
        x = b->options.post_norm ? nn_call(b->norm[i], ag_add(x, run(m, &s[i], x)))
                                 : ag_add(x, run(m, &s[i], nn_call(b->norm[i], x)));
    }
    return x;
}

static ag_tensor *block_forward(nn_module *m, ag_tensor *x)
{
    const block *b = nn_self(m);
    const step list[] = {{b->self_attn, NULL, nn_input(m, 1)}, {NULL, NULL, NULL}};
    return steps(m, list, 2, x);
}

static ag_tensor *decoder_forward(nn_module *m, ag_tensor *x)
{
    const block *b = nn_self(m);
    ag_tensor *memory = nn_input(m, 1);
    if (memory == NULL) {
        ag_fail(nn_graph_of(m), AG_ERR_NULL_ARGUMENT, "nn_call_with(block, {x, memory}, 2)",
                "nn_transformer_decoder_block: there is no memory to attend to");
        return NULL;
    }
    const step list[] = {
        {b->self_attn, NULL, NULL}, {b->across, memory, nn_input(m, 2)}, {NULL, NULL, NULL}};
    return steps(m, list, 3, x);
}

/* --- making ----------------------------------------------------------------------------------- */

static nn_module *attention_new(ag_graph *g, const nn_transformer_options *t, bool causal)
{
    const nn_attention_options o = {.causal = causal,
                                    .no_bias = t->no_bias,
                                    .no_weights = t->no_weights,
                                    .dropout = t->dropout,
                                    .weight = t->weight};
    return nn_attention(g, t->heads, &o);
}

static bool norms_new(nn_module *m, block *b, int n)
{
    const nn_norm_options o = {.eps = b->options.eps, .no_bias = b->options.no_bias};
    for (int i = 0; i < n; i++) {
        char name[16];
        snprintf(name, sizeof name, "norm%d", i + 1);
        b->norm[i] = nn_child(m, name, nn_layer_norm(nn_graph_of(m), &o));
        if (b->norm[i] == NULL) {
            return false;
        }
    }
    return true;
}

/* All children; the order is PyTorch's. */
static bool children_new(nn_module *m, bool decoder)
{
    block *b = nn_self(m);
    ag_graph *g = nn_graph_of(m);
    const nn_transformer_options *t = &b->options;
    const nn_linear_options o = {.no_bias = t->no_bias, .weight = t->weight};
    b->self_attn = nn_child(m, "self_attn", attention_new(g, t, t->causal));
    if (decoder) {
        b->across = nn_child(m, "multihead_attn", attention_new(g, t, false));
    }
    b->linear1 = nn_child(m, "linear1", nn__linear_of_any_size(g, &o));
    b->activation = nn_child(m, "activation", nn_activation(g, t->activation));
    b->linear2 = nn_child(m, "linear2", nn__linear_of_any_size(g, &o));
    return norms_new(m, b, decoder ? 3 : 2) && b->self_attn != NULL && b->linear1 != NULL &&
           b->activation != NULL && b->linear2 != NULL && (b->across != NULL || !decoder);
}

static nn_module *block_new(ag_graph *g, const char *type, bool decoder,
                            const nn_transformer_options *o)
{
    block b = {.options = o != NULL ? *o : (nn_transformer_options){.heads = 1}};
    nn_transformer_options *t = &b.options;
    t->heads = t->heads != 0 ? t->heads : 1;
    t->activation = t->activation != NULL ? t->activation : "relu";
    if (!nn__size_fits(g, type, "the number of heads", t->heads) ||
        (t->hidden != 0 && !nn__size_fits(g, type, "the hidden width", t->hidden)) ||
        !nn__probability_fits(g, type, "dropout", t->dropout)) {
        return NULL;
    }
    nn_module *m = nn__layer_new(g, type, decoder ? decoder_forward : block_forward, &b, sizeof b);
    return m != NULL && children_new(m, decoder) ? m : NULL;
}

nn_module *nn_transformer_block(ag_graph *g, const nn_transformer_options *o)
{
    return block_new(g, "transformer_block", false, o);
}

nn_module *nn_transformer_decoder_block(ag_graph *g, const nn_transformer_options *o)
{
    return block_new(g, "transformer_decoder_block", true, o);
}
