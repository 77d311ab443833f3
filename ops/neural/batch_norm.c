/* Batch normalization with given statistics as one operation; see batch_norm.h. Must not know where
 * the statistics come from.
 */
#include <autograd/elementwise.h>
#include <autograd/neural.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>
#include <math.h>

#include "batch_norm.h"
#include "channel_blocks.h"
#include "ops/common/strided.h"
#include "spatial.h"
#include "standardize.h"

typedef struct options {
    double eps;
    bool training;
} options;

enum { X, W, B, MOMENTS, OPERANDS, VARIANCE = MOMENTS + 1, UNIT };

static ag_status infer(ag_call *call)
{
    static const char *const what[] = {"x", "weight", "bias", "array of moments"};
    char have[AG__TEXT_BYTES], want[AG__TEXT_BYTES];
    ag_status status = ag__layer_has_channels(call);
    call->shape = ag_shape_of(call->in[X]);
    for (int i = W; status == AG_OK && i < OPERANDS; i++) {
        int64_t channels = call->shape.dim[1];
        ag_shape s = ag_shape_of(call->in[i]);
        ag_shape fit = i == MOMENTS ? AG_SHAPE(3, channels) : AG_SHAPE(channels);
        if (s.ndim != fit.ndim || s.dim[0] != fit.dim[0] || s.dim[fit.ndim - 1] != channels) {
            status = ag_call_fail(call, AG_ERR_SHAPE, NULL, "the %s has shape %s, not %s", what[i],
                                  ag__text_of(s, have), ag__text_of(fit, want));
        }
    }
    return status == AG_OK ? ag_call_same_float(call) : status;
}

typedef struct batch {
    ag__blocks blocks;
    options options;
    const void *in[OPERANDS];
    void *gradient
        [OPERANDS];       /* NULL for an operand that needs none; that of x is `to` of the blocks */
    bool fresh[OPERANDS]; /* the gradient is uninitialized, so it is written and not added to */
} batch;

/* The number that operand i has for a channel; of the moments, row i - MOMENTS. */
static double of(const batch *t, int i, int64_t channel)
{
    int64_t row = i > MOMENTS ? i - MOMENTS : 0;
    return ag__blocks_get(&t->blocks, t->in[i - row], row * t->blocks.channels + channel);
}

/* x in the units of its channels: x itself where all of them are 1. NULL without memory. */
static const void *in_units(const batch *t, ag_graph *g)
{
    const ag__blocks *b = &t->blocks;
    const int64_t rows = b->channels * b->all.rows;
    char *to = NULL;
    for (int64_t c = 0; c < b->channels && to == NULL; c++) {
        if (of(t, UNIT, c) != 1) {
            to = ag_workspace(g, (size_t)(rows * b->area) * ag_dtype_bytes(b->dtype));
            if (to == NULL) {
                return NULL;
            }
        }
    }
    for (int64_t i = 0; to != NULL && i < rows * b->area; i++) {
        const double unit = of(t, UNIT, i / b->area % b->channels);
        ag__blocks_set(b, to, i, ag__blocks_get(b, t->in[X], i) * unit);
    }
    return to != NULL ? to : t->in[X];
}

static bool batch_open(batch *t, ag_graph *g, ag_tensor *const *in, const options *o)
{
    ag_array x = ag_array_of(in[X]);
    *t = (batch){.options = *o};
    ag__blocks_open(&t->blocks, &x);
    for (int i = 0; i < OPERANDS; i++) {
        ag_array a = ag_array_of(in[i]);
        t->in[i] = ag__contiguous(g, &a);
        if (t->in[i] == NULL) {
            return false;
        }
    }
    t->blocks.all.x = in_units(t, g);
    return t->blocks.all.x != NULL;
}

/* 1 divided by the root of the variance, in units. */
static double by_root(const batch *t, int64_t channel)
{
    const double unit = of(t, UNIT, channel);
    return 1 / sqrt(of(t, VARIANCE, channel) + t->options.eps * unit * unit);
}

static void forward_piece(void *context, int64_t piece, int worker)
{
    const batch *t = context;
    ag__per_channel mean, scale, shift;
    int64_t first, channels;
    ag__block b = ag__blocks_at(&t->blocks, piece, &first, &channels);
    (void)worker;
    for (int64_t c = 0; c < channels; c++) {
        ag__blocks_give(&t->blocks, mean, c, of(t, MOMENTS, first + c));
        ag__blocks_give(&t->blocks, scale, c, of(t, W, first + c) * by_root(t, first + c));
        ag__blocks_give(&t->blocks, shift, c, of(t, B, first + c));
    }
    b.mean = mean;
    b.scale = scale;
    b.shift = shift;
    t->blocks.kernel->affine(&b);
}

static ag_status forward(ag_call *call)
{
    batch t;
    if (call->out.size == 0) {
        return AG_OK;
    }
    if (!batch_open(&t, call->graph, call->in, call->attr)) {
        return AG_ERR_MEMORY;
    }
    t.blocks.all.to = call->out.data;
    t.blocks.all.fresh = true;
    ag__blocks_run(&t.blocks, forward_piece, &t);
    return AG_OK;
}

/* --- the rule --------------------------------------------------------------------------------- */

/* Adds a value to gradient i if that is needed. */
static void gain(const batch *t, int i, int64_t channel, double value)
{
    void *to = t->gradient[i];
    if (to != NULL) {
        double before = t->fresh[i] ? 0 : ag__blocks_get(&t->blocks, to, channel);
        ag__blocks_set(&t->blocks, to, channel, before + value);
    }
}

/* The gradient of x, if it is needed. If the moments are constants, it is g times the scale. */
static void gain_x(const batch *t, ag__block *b)
{
    static const ag__per_channel zero;
    if (b->to != NULL && t->options.training) {
        t->blocks.kernel->affine_back(b);
    } else if (b->to != NULL) {
        b->x = b->g;
        b->mean = b->shift = zero;
        t->blocks.kernel->affine(b);
    }
}

static void backward_piece(void *context, int64_t piece, int worker)
{
    const batch *t = context;
    const ag__blocks *blocks = &t->blocks;
    ag__per_channel mean, scale, shift, along, sum, product;
    int64_t first, channels;
    ag__block b = ag__blocks_at(blocks, piece, &first, &channels);
    (void)worker;
    for (int64_t c = 0; c < channels; c++) {
        ag__blocks_give(blocks, mean, c, of(t, MOMENTS, first + c));
    }
    b.mean = mean;
    blocks->kernel->products(&b, (double *const[]){sum, product});
    for (int64_t c = 0; c < channels; c++) {
        double by = by_root(t, first + c), g = 0, gs = 0, count = (double)blocks->count;
        for (int64_t i = c * blocks->spread; i < (c + 1) * blocks->spread; i++) {
            g += sum[i];
            gs += product[i] * by;
        }
        gain(t, W, first + c, gs);
        gain(t, B, first + c, g);
        ag__blocks_give(blocks, scale, c, of(t, W, first + c) * by * of(t, UNIT, first + c));
        ag__blocks_give(blocks, shift, c, g / count);
        ag__blocks_give(blocks, along, c, gs * by / count);
    }
    b.scale = scale;
    b.shift = shift;
    b.along = along;
    gain_x(t, &b);
}

static ag_status backward(ag_vjp_call *call)
{
    ag_graph *graph = ag_graph_of(call->out);
    ag_array g = ag_array_of(call->upstream);
    batch t;
    if (g.size == 0) {
        return ag__layer_backward_of_none(call);
    }
    if (!batch_open(&t, graph, call->in, call->attr)) {
        return AG_ERR_MEMORY;
    }
    for (int i = X; i < MOMENTS; i++) {
        if (ag_needs_input_grad(call, i)) {
            t.gradient[i] = ag_grad_target(call, i, &t.fresh[i]).data;
            if (t.gradient[i] == NULL) {
                return AG_ERR_MEMORY;
            }
        }
    }
    t.blocks.all.to = t.gradient[X];
    t.blocks.all.fresh = t.fresh[X];
    t.blocks.all.g = ag__contiguous(graph, &g);
    if (t.blocks.all.g == NULL) {
        return AG_ERR_MEMORY;
    }
    ag__blocks_run(&t.blocks, backward_piece, &t);
    return AG_OK;
}

/* Row i of the moments in a shape that broadcasts with x. */
static ag_tensor *moment(ag_vjp_call *call, int i)
{
    ag_tensor *row = ag_select(call->in[MOMENTS], 0, i);
    return row != NULL ? ag__layer_channels(row, ag_shape_of(call->in[X]).ndim) : NULL;
}

/* gX is that of s = (x - mean)/root by g w, or g w/root if the moments are constants; gW = sum(g s)
 * and gB = sum(g), for each channel. */
static ag_status vjp(ag_vjp_call *call)
{
    const options *o = call->attr;
    ag_tensor *x = call->in[X], *g = call->upstream;
    int ndim = ag_shape_of(x).ndim;
    ag__standard t = {.axes.n = ndim - 1}; /* all axes but that of the channels */
    for (int d = 2; d < ndim; d++) {
        t.axes.axis[d - 1] = d;
    }
    if (o->training) {
        t = ag__standard_of(x, t.axes, o->eps, true);
    } else {
        t.c = ag_sub(x, moment(call, 0));
        t.root = ag_rsqrt(ag_add_scalar(moment(call, 1), o->eps));
    }
    ag_tensor *s = ag_mul(t.c, t.root);
    ag_status status = AG_OK;
    if (ag_needs_input_grad(call, X)) {
        ag_tensor *h = ag_mul(g, ag__layer_channels(call->in[W], ndim));
        status =
            ag_accumulate(call, X, o->training ? ag__standard_back(&t, h, s) : ag_mul(h, t.root));
    }
    if (status == AG_OK && ag_needs_input_grad(call, W)) {
        status = ag_accumulate(call, W, ag_sum_over(ag_mul(g, s), t.axes, false));
    }
    return status == AG_OK && ag_needs_input_grad(call, B)
               ? ag_accumulate(call, B, ag_sum_over(g, t.axes, false))
               : status;
}

/* --- the table -------------------------------------------------------------------------------- */

static void describe(const void *attr, char *text, size_t bytes)
{
    const options *o = attr;
    ag_format_text(text, bytes, "eps %g%s", o->eps, o->training ? ", training" : "");
}

static ag_tensor *sample(ag_tensor *const *in)
{
    return ag__batch_norm_record(in[0], in[1], in[2], ag__batch_moments(in[0], 0.1), 0.1, true);
}

/* A sample in which the statistics are constants: mean, variance and unit are 1. */
static ag_tensor *sample_running(ag_tensor *const *in)
{
    ag_tensor *zeros = ag_leaf(ag_graph_of(in[0]), AG_CONSTANT, ag_dtype_of(in[0]),
                               AG_SHAPE(3, ag_shape_of(in[0]).dim[1]), NULL);
    return ag__batch_norm_record(in[0], in[1], in[2], ag_add_scalar(zeros, 1), 0.1, false);
}

static const ag_case cases[] = {
    {"columns [4,3]", sample, 3, {{2, {4, 3}}, {1, {3}}, {1, {3}}}, -2, 2},
    {"images [2,2,3]", sample, 3, {{3, {2, 2, 3}}, {1, {2}}, {1, {2}}}, -2, 2},
    {"wide images [2,2,17]", sample, 3, {{3, {2, 2, 17}}, {1, {2}}, {1, {2}}}, -2, 2},
    {"running, columns", sample_running, 3, {{2, {4, 3}}, {1, {3}}, {1, {3}}}, -2, 2},
    {"running, wide images", sample_running, 3, {{3, {2, 2, 17}}, {1, {2}}, {1, {2}}}, -2, 2},
    {"no batch", sample, 3, {{2, {0, 3}}, {1, {3}}, {1, {3}}}, -2, 2},
};

const ag_op ag__batch_norm_op = {
    .name = "batch_norm",
    .n_in = OPERANDS,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
    .backward = backward,
    .formula = "ADD(MUL(F(standardize, A, D), B), C)",
    .vjp_formula = {NULL, "F(sum, MUL(GY, F(standardize, A, D)))", "F(sum, GY)"},
    .describe = describe,
    AG_CASES(cases),
};

ag_tensor *ag__batch_norm_record(ag_tensor *x, ag_tensor *w, ag_tensor *b, ag_tensor *moments,
                                 double eps, bool training)
{
    options o = {.eps = eps, .training = training};
    return ag_apply(&ag__batch_norm_op, (ag_tensor *[]){x, w, b, moments}, OPERANDS, &o, sizeof o);
}
