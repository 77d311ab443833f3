/* Softmax and cross-entropy in one operation. The largest score is subtracted first, only the loss
 * is kept, and the gradient needs memory for the classes of a few positions at a time. The rule
 * that is written with operations is the composition, so the tests check one against the other.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <autograd/elementwise.h>
#include <autograd/loss.h>
#include <autograd/reduce.h>

#include "labels.h"
#include "loss_common.h"
#include "loss_ops.h"
#include "ops/common/scalar_like.h"
#include "ops/common/strided.h"
#include "ops/cpu/parallel.h"
#include "ops/kernel/kernel_table.h"

enum { PIECES = 64 };

#define SCORE_NS 1.0 /* for one score, in nanoseconds; measured on one core */

/* A loop over positions: the operands without their class axis, and that axis beside them. */
typedef struct walk {
    ag__loop loop;
    ag__part part[2];
    int64_t classes, stride[2]; /* of the class axis */
    ag__ignored ignored;
    const ag__line_kernels *kernels;
    bool fresh; /* the gradient is uninitialized, so it is written and not added to */
    char *work; /* two lines for each worker */
    int64_t each, pieces;
    void (*position)(const struct walk *w, int64_t i, char *work);
} walk;

/* Adds `a` (scores or their gradient) without its class axis as the next array of the loop. */
static void walk_add(walk *w, int k, const ag_array *a, int axis)
{
    int64_t dim[AG_MAX_DIMS], stride[AG_MAX_DIMS];
    int n = 0;
    for (int d = 0; d < a->ndim; d++) {
        if (d != axis) {
            dim[n] = a->dim[d];
            stride[n++] = a->stride[d];
        }
    }
    w->classes = a->dim[axis];
    w->stride[k] = a->stride[axis];
    ag__part_shape(&w->part[k], a, n, dim, stride, 0);
    ag__loop_add(&w->loop, &w->part[k].array);
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* Arrays: forward loss, labels, scores; backward upstream, labels, scores, gradient. */
#define CROSS_ENTROPY(T, S)                                                                        \
    /* The scores of position i, side by side. */                                                  \
    static const T *scores_##S(const walk *w, int64_t i, T *copy)                                  \
    {                                                                                              \
        const T *x = (const T *)(const void *)w->loop.at[2] + i * w->loop.step[2];                 \
        for (int64_t c = 0; w->stride[0] != 1 && c < w->classes; c++) {                            \
            copy[c] = x[c * w->stride[0]];                                                         \
        }                                                                                          \
        return w->stride[0] != 1 ? copy : x;                                                       \
    }                                                                                              \
    static void forward_##S(const walk *w, int64_t i, char *work)                                  \
    {                                                                                              \
        const ag__loop *l = &w->loop;                                                              \
        T *loss = (T *)(void *)l->at[0] + i * l->step[0], part[2];                                 \
        int64_t label = ((const int64_t *)(const void *)l->at[1])[i * l->step[1]];                 \
        *loss = 0;                                                                                 \
        if (!w->ignored.any || label != w->ignored.label) {                                        \
            const T *x = scores_##S(w, i, (T *)(void *)work);                                      \
            w->kernels->exponentials((void *[]){(void *)(uintptr_t)x, part}, w->classes,           \
                                     (ag__line_options){0});                                       \
            *loss = part[1] - (x[label] - part[0]);                                                \
        }                                                                                          \
    }                                                                                              \
    /* p - 1 at the label; where p is nearly 1 it is what the other classes have, with a minus. */ \
    static T less_one_##S(const T *p, int64_t n, int64_t label)                                    \
    {                                                                                              \
        T other[4] = {0};                                                                          \
        for (int64_t c = 0; c < n && p[label] > (T)0.9; c++) {                                     \
            other[c % 4] += c != label ? p[c] : 0;                                                 \
        }                                                                                          \
        return p[label] > (T)0.9 ? -(other[0] + other[1] + other[2] + other[3]) : p[label] - 1;    \
    }                                                                                              \
    /* to (+)= upstream (softmax(x) - 1 at the label). */                                          \
    static void give_##S(const walk *w, const T *x, T *e, T upstream, int64_t label, T *to)        \
    {                                                                                              \
        int64_t step = w->stride[1];                                                               \
        w->kernels->softmax((void *[]){(void *)(uintptr_t)x, e}, w->classes,                       \
                            (ag__line_options){0});                                                \
        e[label] = less_one_##S(e, w->classes, label);                                             \
        if (step == 1) {                                                                           \
            w->kernels->scale((void *[]){e, to}, w->classes,                                       \
                              (ag__line_options){(double)upstream, w->fresh});                     \
            return;                                                                                \
        }                                                                                          \
        for (int64_t c = 0; c < w->classes; c++) {                                                 \
            to[c * step] = (w->fresh ? 0 : to[c * step]) + upstream * e[c];                        \
        }                                                                                          \
    }                                                                                              \
    static void backward_##S(const walk *w, int64_t i, char *work)                                 \
    {                                                                                              \
        const ag__loop *l = &w->loop;                                                              \
        T *to = (T *)(void *)l->at[3] + i * l->step[3], *line = (T *)(void *)work;                 \
        T upstream = ((const T *)(const void *)l->at[0])[i * l->step[0]];                          \
        int64_t label = ((const int64_t *)(const void *)l->at[1])[i * l->step[1]];                 \
        if (!w->ignored.any || label != w->ignored.label) {                                        \
            T *e = w->fresh && w->stride[1] == 1 ? to : line + w->classes;                         \
            give_##S(w, scores_##S(w, i, line), e, upstream, label, to);                           \
            return;                                                                                \
        }                                                                                          \
        for (int64_t c = 0; w->fresh && c < w->classes; c++) {                                     \
            to[c * w->stride[1]] = 0;                                                              \
        }                                                                                          \
    }
CROSS_ENTROPY(double, f64)
CROSS_ENTROPY(float, f32)

static void do_piece(void *context, int64_t piece, int worker)
{
    const walk *w = context;
    int64_t end = ag__piece_start(w->loop.run, 1, w->pieces, piece + 1);
    for (int64_t i = ag__piece_start(w->loop.run, 1, w->pieces, piece); i < end; i++) {
        w->position(w, i, w->work + worker * w->each);
    }
}

/* Handles every position, in several threads if that pays. */
static ag_status each_position(walk *w, ag_graph *g, ag_dtype dtype)
{
    bool more = ag__loop_start(&w->loop);
    w->pieces = w->loop.run < PIECES ? w->loop.run : PIECES;
    ag__team team = ag__team_for(w->pieces, SCORE_NS * (double)w->loop.run * (double)w->classes);
    w->kernels = &ag__kernels_best()->lines->of[dtype];
    w->each = (2 * w->classes * (int64_t)ag_dtype_bytes(dtype) + 63) / 64 * 64;
    w->work = ag_workspace(g, (size_t)w->each * (size_t)team.workers);
    if (w->work == NULL) {
        return AG_ERR_MEMORY;
    }
    for (; more; more = ag__loop_next(&w->loop)) {
        ag__parallel(w->pieces, team, do_piece, w);
    }
    return AG_OK;
}

/* --- the operation ---------------------------------------------------------------------------- */

static ag__ignored ignored_of(const void *attr)
{
    return *(const ag__ignored *)attr;
}

static ag_status infer(ag_call *call)
{
    return ag__class_check(call, ignored_of(call->attr));
}

static ag_status forward(ag_call *call)
{
    walk w = {.ignored = ignored_of(call->attr)};
    ag_array scores = ag_array_of(call->in[0]), labels = ag_array_of(call->in[1]);
    if (scores.size == 0) { /* no positions, or no classes and all labels ignored */
        memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
        return AG_OK;
    }
    ag__loop_open(&w.loop, call->out.ndim, call->out.dim);
    ag__loop_add(&w.loop, &call->out);
    ag__loop_add(&w.loop, &labels);
    walk_add(&w, 0, &scores, ag__class_axis(ag_shape_of(call->in[0])));
    w.position = call->dtype == AG_F64 ? forward_f64 : forward_f32;
    return each_position(&w, call->graph, call->dtype);
}

static ag_status backward(ag_vjp_call *call)
{
    walk w = {.ignored = ignored_of(call->attr)};
    ag_array scores = ag_array_of(call->in[0]), labels = ag_array_of(call->in[1]);
    ag_array upstream = ag_array_of(call->upstream);
    if (!ag_needs_input_grad(call, 0) || scores.size == 0) {
        return AG_OK;
    }
    ag_array gradient = ag_grad_target(call, 0, &w.fresh);
    int axis = ag__class_axis(ag_shape_of(call->in[0]));
    if (gradient.data == NULL) {
        return AG_ERR_MEMORY;
    }
    ag__loop_open(&w.loop, upstream.ndim, upstream.dim);
    ag__loop_add(&w.loop, &upstream);
    ag__loop_add(&w.loop, &labels);
    walk_add(&w, 0, &scores, axis);
    walk_add(&w, 1, &gradient, axis);
    w.position = scores.dtype == AG_F64 ? backward_f64 : backward_f32;
    return each_position(&w, ag_graph_of(call->out), scores.dtype);
}

/* The gradient is g (softmax(x) - one-hot of the label), and 0 where the label is ignored. */
static ag_status vjp(ag_vjp_call *call)
{
    ag_tensor *scores = call->in[0], *labels = call->in[1], *g = call->upstream;
    ag__ignored ignored = ignored_of(call->attr);
    int axis = ag__class_axis(ag_shape_of(scores));
    if (!ag_needs_input_grad(call, 0)) {
        return AG_OK;
    }
    if (ignored.any) {
        g = ag_where(ag__class_kept(labels, ignored), g, ag__scalar_like(g, 0));
    }
    ag_tensor *logp = ag_log_softmax(scores, axis);
    ag_tensor *mask = ag__class_mask(labels, ag_shape_of(scores));
    ag_tensor *difference = ag_where(mask, ag_expm1(logp), ag_exp(logp));
    return ag_accumulate(call, 0, ag_mul(ag__loss_unsqueeze(g, axis), difference));
}

static void describe(const void *attr, char *text, size_t bytes)
{
    ag__ignored ignored = ignored_of(attr);
    if (ignored.any) {
        snprintf(text, bytes, "ignoring %lld", (long long)ignored.label);
    } else if (bytes > 0) {
        text[0] = '\0';
    }
}

/* --- cases ------------------------------------------------------------------------------------ */

/* Labels 0, 1, ... in turn for the positions of x. If -7 is ignored, each third label is -7. */
static ag_tensor *sample(ag_tensor *x, bool ignore)
{
    ag_shape shape = ag_shape_of(x);
    int axis = ag__class_axis(shape);
    int64_t classes = shape.dim[axis];
    shape.ndim--;
    for (int d = axis; d < shape.ndim; d++) {
        shape.dim[d] = shape.dim[d + 1];
    }
    ag_tensor *labels = ag_leaf(ag_graph_of(x), AG_CONSTANT, AG_I64, shape, NULL);
    int64_t *label = labels != NULL && classes > 0 ? ag_mutable_data(labels) : NULL;
    for (int64_t i = 0; label != NULL && i < ag_size(labels); i++) {
        label[i] = ignore && i % 3 == 2 ? -7 : i % classes;
    }
    return ag__cross_entropy_record(x, labels, (ag__ignored){ignore, -7});
}

static ag_tensor *sample_all(ag_tensor *const *in)
{
    return sample(in[0], false);
}

static ag_tensor *sample_some(ag_tensor *const *in)
{
    return sample(in[0], true);
}

static const ag_case cases[] = {
    {"[3]", sample_all, 1, {{1, {3}}}, -2, 2},
    {"[4,3]", sample_all, 1, {{2, {4, 3}}}, -2, 2},
    {"[2,3,2], some ignored", sample_some, 1, {{3, {2, 3, 2}}}, -2, 2},
};

const ag_op ag__cross_entropy_op = {
    .name = "cross_entropy",
    .n_in = 2,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
    .backward = backward,
    .formula = "F(cross_entropy, A, B)",
    .vjp_formula = {"MUL(GY, SUB(F(softmax, A), F(one_hot, B)))"},
    .describe = describe,
    AG_CASES(cases),
};

ag_tensor *ag__cross_entropy_record(ag_tensor *scores, ag_tensor *labels, ag__ignored ignored)
{
    return ag_apply(&ag__cross_entropy_op, (ag_tensor *[]){scores, labels}, 2, &ignored,
                    sizeof ignored);
}
