/* dropout, and the operation that draws its mask. */
#define AG_NO_SITES
#include <math.h>
#include <stdio.h>

#include <autograd/ops.h>

#include "kernel/kernel.h"
#include "kernel/parallel.h"
#include "layer.h"

extern const ag_op ag__dropout_mask_op;

static ag_status mask_infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return ag_call_same_float(call);
}

typedef struct mask {
    ag_call *call;
    double p, kept;
    ag__mask_kernel *kernel;
    ag_random_state state;
    int64_t first, blocks, pieces; /* of the kernel: the blocks from element `first` on */
} mask;

#define MASK_NS 1.5 /* that drawing an element takes, more or less */

static void mask_piece(void *context, int64_t piece, int worker)
{
    const mask *m = context;
    int64_t from = ag__piece_start(m->blocks, 64, m->pieces, piece);
    int64_t to = ag__piece_start(m->blocks, 64, m->pieces, piece + 1);
    size_t skip = (size_t)(m->first + 2 * from) * ag_dtype_bytes(m->call->dtype);
    m->kernel(m->state.key, m->state.counter + (uint64_t)from, to - from,
              (uint64_t)ceil(m->p * 0x1p53), m->kept, (char *)m->call->out.data + skip);
    (void)worker;
}

static void mask_element(const mask *m, int64_t i)
{
    double value = ag_random_uniform(m->call->graph) < m->p ? 0 : m->kept;
    if (m->call->dtype == AG_F64) {
        ((double *)m->call->out.data)[i] = value;
    } else {
        ((float *)m->call->out.data)[i] = (float)value;
    }
}

/* 0 with probability p, otherwise 1/(1 - p), drawn row-major from the graph's generator: one by one
 * up to the end of a block and the last, so that the generator is left as if all had been. */
static ag_status mask_forward(ag_call *call)
{
    double p = *(const double *)call->attr;
    mask m = {.call = call, .p = p, .kept = p < 1 ? 1 / (1 - p) : 0};
    int64_t i = 0, n = call->out.size;
    m.state = ag_random_get_state(call->graph);
    for (; i < n && m.state.used >= 0 && m.state.used <= 2; i++) {
        mask_element(&m, i);
        m.state = ag_random_get_state(call->graph);
    }
    m.first = i;
    m.blocks = n > i + 2 ? (n - i - 1) / 2 : 0;
    if (m.blocks > 0) {
        m.kernel = ag__kernels_best()->masks->of[call->dtype == AG_F32];
        m.pieces = (m.blocks + 4095) / 4096;
        ag__parallel(m.pieces, ag__workers(m.pieces, 2 * MASK_NS * (double)m.blocks), mask_piece,
                     &m);
        m.state.counter += (uint64_t)m.blocks;
        ag_random_set_state(call->graph, m.state);
    }
    for (i += 2 * m.blocks; i < n; i++) {
        mask_element(&m, i);
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
