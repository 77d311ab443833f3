/* Mean and variance of each channel of a batch; see batch_norm.h. */
#include <autograd/neural.h>
#include <string.h>

#include "batch_norm.h"
#include "channel_blocks.h"
#include "ops/common/extremes.h"
#include "ops/common/strided.h"
#include "ops/kernel/line_kernels.h"
#include "spatial.h"

static ag_status infer(ag_call *call)
{
    ag_status status = ag__layer_has_channels(call);
    call->shape = AG_SHAPE(3, ag_shape_of(call->in[0]).dim[1]);
    return status == AG_OK ? ag_call_same_float(call) : status;
}

typedef struct statistics {
    ag__blocks blocks;
    double least;
    void *out;
} statistics;

/* Channel c of a block. */
typedef struct channel {
    const ag__blocks *blocks;
    const ag__block *block;
    int64_t c;
} channel;

static double number_of(const void *from, int64_t i)
{
    const channel *of = from;
    const int64_t area = of->blocks->area;
    return ag__blocks_get(of->blocks, of->block->x,
                          i / area * of->block->apart + of->c * area + i % area);
}

static bool is_ordinary(const statistics *s, const ag__moments *m)
{
    const double root = sqrt(m->squares / m->count);
    return ag__is_ordinary(root < s->least ? s->least : root, (int)ag_dtype_bytes(s->blocks.dtype));
}

static void piece_of(void *context, int64_t piece, int worker)
{
    const statistics *s = context;
    const ag__blocks *t = &s->blocks;
    ag__moments found[AG__COLUMNS];
    int64_t first, channels;
    ag__block b = ag__blocks_at(t, piece, &first, &channels);
    (void)worker;
    t->kernel->moments(&b, found);
    for (int64_t c = 0; c < channels; c++) {
        ag__moments all = {0};
        double unit = 1;
        for (int64_t i = c * t->spread; i < (c + 1) * t->spread; i++) {
            ag__moments_join(&all, found[i]);
        }
        if (!is_ordinary(s, &all)) {
            const channel of = {t, &b, c};
            unit =
                ag__unit_of_all(number_of, &of, t->count, s->least, (int)ag_dtype_bytes(t->dtype));
            all = ag__moments_in_units(number_of, &of, t->count, unit);
        }
        ag__blocks_set(t, s->out, first + c, all.mean);
        ag__blocks_set(t, s->out, t->channels + first + c, all.squares / all.count);
        ag__blocks_set(t, s->out, 2 * t->channels + first + c, unit);
    }
}

static ag_status forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    statistics s = {.least = *(const double *)call->attr, .out = call->out.data};
    if (x.size == 0) {
        memset(s.out, 0, (size_t)call->out.size * ag_dtype_bytes(call->out.dtype));
        return AG_OK;
    }
    ag__blocks_open(&s.blocks, &x);
    s.blocks.all.x = ag__contiguous(call->graph, &x);
    if (s.blocks.all.x == NULL) {
        return AG_ERR_MEMORY;
    }
    ag__blocks_run(&s.blocks, piece_of, &s);
    return AG_OK;
}

static ag_tensor *sample(ag_tensor *const *in)
{
    return ag__batch_moments(in[0], 0.001);
}

static const ag_case cases[] = {
    {"images [2,3,4]", sample, 1, {{3, {2, 3, 4}}}, -2, 2},
    {"columns [4,3]", sample, 1, {{2, {4, 3}}}, -2, 2},
};

const ag_op ag__batch_moments_op = {
    .name = "batch_moments",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = infer,
    .forward = forward,
    .formula = "F(batch_moments, A)",
    AG_CASES(cases),
};

ag_tensor *ag__batch_moments(ag_tensor *x, double least)
{
    return ag_apply(&ag__batch_moments_op, &x, 1, &least, sizeof least);
}
