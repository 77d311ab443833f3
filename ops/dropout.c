/* dropout, and the operation that draws its mask. */
#define AG_NO_SITES
#include <math.h>
#include <stdio.h>

#include <autograd/ops.h>

#include "kernel/kernel.h"
#include "layer.h"

extern const ag_op ag__dropout_mask_op;

static ag_status mask_infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return ag_call_same_float(call);
}

enum { CHUNK = 256 };

/* What n calls of ag_random_bits would give, n <= CHUNK. */
static void draw(ag_graph *g, int64_t n, uint64_t *bits)
{
    int64_t i = 0;
    for (; i < n && ag_random_get_state(g).used <= 2; i++) { /* the rest of a block */
        bits[i] = ag_random_bits(g);
    }
    int64_t blocks = (n - i) / 2;
    ag_random_state state = ag_random_get_state(g);
    if (blocks > 0) {
        ag__kernels_best()->philox->bits(state.key, state.counter, blocks, bits + i);
        state.counter += (uint64_t)blocks;
        state.used = 4;
        ag_random_set_state(g, state);
        i += 2 * blocks;
    }
    for (; i < n; i++) {
        bits[i] = ag_random_bits(g);
    }
}

/* 0 with probability p, otherwise 1/(1 - p), drawn row-major from the graph's generator. */
static ag_status mask_forward(ag_call *call)
{
    double p = *(const double *)call->attr, kept = p < 1 ? 1 / (1 - p) : 0;
    uint64_t bits[CHUNK], below = (uint64_t)ceil(p * 0x1p53);
    char *out = call->out.data;
    size_t each = ag_dtype_bytes(call->dtype);
    for (int64_t i = 0; i < call->out.size; i += CHUNK) {
        int64_t n = call->out.size - i < CHUNK ? call->out.size - i : CHUNK;
        draw(call->graph, n, bits);
        ag__kernels_best()->philox->keep[call->dtype](bits, n, below, kept, out + (size_t)i * each);
    }
    return AG_OK;
}

static void mask_describe(const void *attr, char *text, size_t bytes)
{
    snprintf(text, bytes, "p = %g", *(const double *)attr);
}

static ag_tensor *sample_mask(ag_tensor *const *in);

static const ag_case mask_cases[] = {
    {"[3,4], p = 0.5", sample_mask, 1, {{2, {3, 4}}}, -2, 2},
};

const ag_op ag__dropout_mask_op = {
    .name = "dropout_mask",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = mask_infer,
    .forward = mask_forward,
    .value = "F(dropout_mask, A)",
    .describe = mask_describe,
    .cases = mask_cases,
    .n_cases = sizeof mask_cases / sizeof mask_cases[0],
};

static ag_tensor *dropout_mask(ag_tensor *x, double p)
{
    return ag_apply(&ag__dropout_mask_op, &x, 1, &p, sizeof p);
}

static ag_tensor *sample_mask(ag_tensor *const *in)
{
    return dropout_mask(in[0], 0.5);
}

ag_tensor *ag_dropout(ag_tensor *x, double p, bool training)
{
    ag__layer l;
    if (!ag__layer_open(&l, "dropout", &x, 1, 1) || ag_call_same_float(&l.call) != AG_OK ||
        !ag__layer_probability(&l, p)) {
        return NULL;
    }
    return training && p > 0 ? ag_mul(x, dropout_mask(x, p)) : x;
}
