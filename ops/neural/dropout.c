/* Dropout, and the operation that draws its mask. */
#include <math.h>
#include <string.h>

#include <autograd/elementwise.h>
#include <autograd/neural.h>

#include "dropout.h"
#include "ops/common/scalar_like.h"
#include "ops/cpu/parallel.h"
#include "ops/kernel/kernel_table.h"
#include "spatial.h"

extern const ag_op ag__dropout_mask_op;

static ag_status mask_infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return ag_call_same_float(call);
}

/* --- drawing ---------------------------------------------------------------------------------- */

double ag__drop_kept(double p)
{
    return p < 1 ? 1 / (1 - p) : 0;
}

ag__drop ag__drop_open(ag_graph *g, ag_dtype dtype, double p, int64_t n)
{
    ag__drop d = {.kernel = ag__kernels_best()->masks->of[dtype == AG_F32],
                  .state = ag_random_get_state(g),
                  .below = (uint32_t)fmin(ceil(p * 0x1p32), 0x1p32 - 1),
                  .kept = ag__drop_kept(p)};
    ag_random_state after = d.state;
    after.counter += (uint64_t)((n + 3) / 4);
    after.used = 4; /* the rest of a block that is already in use is skipped */
    ag_random_set_state(g, after);
    return d;
}

void ag__drop_factors(const ag__drop *d, int64_t from, int64_t to, void *out)
{
    d->kernel(d->state.key, d->state.counter + (uint64_t)from, to - from, d->below, d->kept, out);
}

bool ag__drop_fits(const ag__composite *c, double p)
{
    return ag__composite_argument(c, p >= 0 && p <= 1, "p", p,
                                  "the part that is dropped, from 0 to 1");
}

void ag__drop_describe(const void *attr, char *text, size_t bytes)
{
    ag_format_text(text, bytes, "p = %g", *(const double *)attr);
}

/* --- the mask --------------------------------------------------------------------------------- */

typedef struct mask {
    ag__drop drop;
    int64_t blocks, pieces;
    char *out;
    size_t bytes; /* of the four numbers that one block of the generator gives */
} mask;

static void mask_piece(void *context, int64_t piece, int worker)
{
    const mask *m = context;
    int64_t from = ag__piece_start(m->blocks, 16, m->pieces, piece);
    int64_t to = ag__piece_start(m->blocks, 16, m->pieces, piece + 1);
    ag__drop_factors(&m->drop, from, to, m->out + (size_t)from * m->bytes);
    (void)worker;
}

/* Each element is 0 with probability p, otherwise 1/(1 - p). */
static ag_status mask_forward(ag_call *call)
{
    double last[4];
    size_t each = ag_dtype_bytes(call->dtype);
    int64_t n = call->out.size;
    mask m = {.drop = ag__drop_open(call->graph, call->dtype, *(const double *)call->attr, n),
              .blocks = n / 4,
              .pieces = (n / 4 + 4095) / 4096,
              .out = call->out.data,
              .bytes = 4 * each};
    ag__team team = ag__team_for(m.pieces, AG__DROP_NS * (double)m.blocks);
    ag__parallel(m.pieces, team, mask_piece, &m);
    if (n % 4 > 0) {
        ag__drop_factors(&m.drop, m.blocks, m.blocks + 1, last);
        memcpy(m.out + (size_t)m.blocks * m.bytes, last, (size_t)(n % 4) * each);
    }
    return AG_OK;
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
    .formula = "F(dropout_mask, A)",
    .describe = ag__drop_describe,
    AG_CASES(mask_cases),
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
    ag__composite c;
    if (!ag__composite_open(&c, "dropout", &x, 1, 1) || ag_call_same_float(&c.call) != AG_OK ||
        !ag__drop_fits(&c, p)) {
        return NULL;
    }
    return training && p > 0 ? ag_mul(x, dropout_mask(x, p)) : x;
}

ag_tensor *ag_channel_dropout(ag_tensor *x, double p, bool training)
{
    ag__composite c;
    ag_shape one = ag_shape_of(x);
    if (!ag__composite_open(&c, "channel_dropout", &x, 1, 1) ||
        ag_call_same_float(&c.call) != AG_OK || ag__layer_has_channels(&c.call) != AG_OK ||
        !ag__drop_fits(&c, p)) {
        return NULL;
    }
    if (!training || p == 0) {
        return x;
    }
    for (int d = 2; d < one.ndim; d++) {
        one.dim[d] = 1;
    }
    ag__composite_enter(&c);
    ag_tensor *ones = ag_expand(ag__scalar_like(x, 1), one); /* of which only the shape counts */
    return ag__composite_leave(&c, ag_mul(x, dropout_mask(ones, p)));
}
