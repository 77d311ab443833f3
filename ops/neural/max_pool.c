/* Max pooling: max_pool_index (max_pool_index.c) finds the index of the largest element of every
 * window, max_pool takes the elements at these indices, and its transpose max_unpool adds to them.
 * So only one of several equal elements gets a gradient, and every derivative uses the same
 * indices.
 */
#include <string.h>

#include "ops/common/families.h"
#include "ops/common/grad_out.h"
#include "ops/common/strided.h"
#include "ops/cpu/parallel.h"
#include "pool.h"

/* --- taking it, and putting it back ----------------------------------------------------------- */

static ag_status indexed_infer(ag_call *call, bool pooled)
{
    const ag__windows *w = call->attr;
    ag_shape index = ag_shape_of(call->in[1]);
    if (call->dtype == AG_I64 || ag_dtype_of(call->in[1]) != AG_I64) {
        return ag_call_fail(call, AG_ERR_DTYPE, NULL,
                            "operands are %s and %s, not floating and i64",
                            ag_dtype_text(call->dtype), ag_dtype_text(ag_dtype_of(call->in[1])));
    }
    ag_status status = ag__windows_infer(call, w, pooled);
    ag_shape y = pooled ? ag_shape_of(call->in[0]) : call->shape;
    size_t bytes = (size_t)y.ndim * sizeof y.dim[0];
    if (status == AG_OK && (index.ndim != y.ndim || memcmp(index.dim, y.dim, bytes) != 0)) {
        char text[AG__TEXT_BYTES];
        status = ag_call_fail(call, AG_ERR_SHAPE, NULL, "one index for each window: not %s",
                              ag__text_of(index, text));
    }
    return status;
}

static ag_status take_infer(ag_call *call)
{
    return indexed_infer(call, false);
}

static ag_status put_infer(ag_call *call)
{
    return indexed_infer(call, true);
}

/* to[i] = from[index[i]] within the plane of i; or the transpose, which adds. */
#define MOVE(T)                                                                                    \
    static void take_##T(const T *x, const int64_t *index, int64_t n, T *y)                        \
    {                                                                                              \
        for (int64_t i = 0; i < n; i++) {                                                          \
            y[i] = x[index[i]];                                                                    \
        }                                                                                          \
    }                                                                                              \
    static void put_##T(const T *y, const int64_t *index, int64_t n, T *x)                         \
    {                                                                                              \
        for (int64_t i = 0; i < n; i++) {                                                          \
            x[index[i]] += y[i];                                                                   \
        }                                                                                          \
    }
MOVE(double)
MOVE(float)

static ag_status check_indices(ag_call *call, const int64_t *index, int64_t n, int64_t plane)
{
    bool all = true;
    for (int64_t i = 0; i < n; i++) {
        all &= (uint64_t)index[i] < (uint64_t)plane;
    }
    for (int64_t i = 0; !all && i < n; i++) {
        if (index[i] < 0 || index[i] >= plane) {
            return ag_call_fail(call, AG_ERR_VALUE, NULL, "index %lld is not in a plane of %lld",
                                (long long)index[i], (long long)plane);
        }
    }
    return AG_OK;
}

/* Planes of elements and planes of windows; one kind is moved to the other. */
typedef struct job {
    const char *from;
    const int64_t *index;
    char *to;
    int64_t windows, from_plane, to_plane;
    bool wide, take;
} job;

static void plane(void *context, int64_t i, int worker)
{
    const job *j = context;
    const int64_t *index = j->index + i * j->windows;
    const void *from = j->from + i * j->from_plane;
    void *to = j->to + i * j->to_plane;
    (void)worker;
    if (j->wide) {
        (j->take ? take_double : put_double)(from, index, j->windows, to);
    } else {
        (j->take ? take_float : put_float)(from, index, j->windows, to);
    }
}

/* Moves x, which is row-major, to row-major memory: elements are taken, or added to what is there.
 */
static void move(const ag__windows *w, ag_dtype dtype, const void *from, const int64_t *index,
                 int64_t n, void *to, bool take)
{
    int64_t windows = ag__windows_size(w->y), each = (int64_t)ag_dtype_bytes(dtype);
    int64_t x = ag__windows_size(w->x) * each, y = windows * each;
    job j = {from, index, to, windows, take ? x : y, take ? y : x, dtype == AG_F64, take};
    ag__parallel(n / windows, ag__team_for(n / windows, (double)n), plane, &j);
}

static ag_status move_forward(ag_call *call, bool take)
{
    const ag__windows *w = call->attr;
    ag_array a = ag_array_of(call->in[0]), list = ag_array_of(call->in[1]);
    if (!take) {
        memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    }
    if (list.size == 0) {
        return AG_OK;
    }
    const void *from = ag__contiguous(call->graph, &a);
    const int64_t *index = ag__contiguous(call->graph, &list);
    if (from == NULL || index == NULL) {
        return AG_ERR_MEMORY;
    }
    ag_status status = check_indices(call, index, list.size, ag__windows_size(w->x));
    if (status == AG_OK) {
        move(w, call->dtype, from, index, list.size, call->out.data, take);
    }
    return status;
}

static ag_status take_forward(ag_call *call)
{
    return move_forward(call, true);
}

static ag_status put_forward(ag_call *call)
{
    return move_forward(call, false);
}

static ag_tensor *indexed(const ag_op *op, ag_tensor *a, ag_tensor *index, const ag__windows *w)
{
    return ag_apply(op, (ag_tensor *[]){a, index}, 2, w, sizeof *w);
}

static ag_status take_vjp(ag_vjp_call *call)
{
    return ag_accumulate(call, 0,
                         indexed(&ag__max_unpool_op, call->upstream, call->in[1], call->attr));
}

/* The forward pass has checked these indices. */
static ag_status take_backward(ag_vjp_call *call)
{
    const ag__windows *w = call->attr;
    ag_graph *g = ag_graph_of(call->out);
    ag_array upstream = ag_array_of(call->upstream), list = ag_array_of(call->in[1]);
    ag__grad_out to;
    if (!ag__grad_out_open(&to, call, 0)) {
        return AG_ERR_MEMORY;
    }
    if (to.fresh) {
        memset(to.at, 0, (size_t)to.array.size * ag_dtype_bytes(to.array.dtype));
    }
    if (list.size > 0) {
        const void *from = ag__contiguous(g, &upstream);
        const int64_t *index = ag__contiguous(g, &list);
        if (from == NULL || index == NULL) {
            return AG_ERR_MEMORY;
        }
        move(w, to.array.dtype, from, index, list.size, to.at, false);
    }
    ag__grad_out_close(&to);
    return AG_OK;
}

static ag_status put_vjp(ag_vjp_call *call)
{
    return ag_accumulate(call, 0,
                         indexed(&ag__max_pool_op, call->upstream, call->in[1], call->attr));
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *sample_1d(ag_tensor *const *in)
{
    return ag_max_pool1d(in[0], &(ag_pool_options){.kernel = {3}, .stride = {2}, .padding = {1}},
                         NULL);
}

static ag_tensor *sample_2d(ag_tensor *const *in)
{
    return ag_max_pool2d(
        in[0],
        &(ag_pool_options){
            .kernel = {2, 2}, .stride = {2, 1}, .dilation = {1, 2}, .ceil_mode = true},
        NULL);
}

static ag_tensor *sample_3d(ag_tensor *const *in)
{
    return ag_max_pool3d(in[0], &(ag_pool_options){.kernel = {2, 1, 2}}, NULL);
}

static ag_tensor *sample_adaptive(ag_tensor *const *in)
{
    return ag_adaptive_max_pool2d(in[0], 2, 3, NULL);
}

/* A sample in which two windows add to one element. */
static ag_tensor *sample_unpool(ag_tensor *const *in)
{
    static const int64_t where[6] = {0, 2, 2, 4, 1, 3};
    ag__windows w = {1, {1, 1, 5}, {1, 1, 3}, {1, 1, 3}, {1, 1, 1}, {1, 1, 1}, {0}, 0, 0, 0};
    ag_tensor *index = ag_leaf(ag_graph_of(in[0]), AG_CONSTANT, AG_I64, AG_SHAPE(2, 3), where);
    return indexed(&ag__max_unpool_op, in[0], index, &w);
}

static const ag_case take_cases[] = {
    {"[2,2,5] by 3, stride 2, padding 1", sample_1d, 1, {{3, {2, 2, 5}}}, -2, 2},
    {"[2,3,5] by 2,2, ceil_mode", sample_2d, 1, {{3, {2, 3, 5}}}, -2, 2},
    {"[1,2,2,4] by 2,1,2", sample_3d, 1, {{4, {1, 2, 2, 4}}}, -2, 2},
    {"[2,3,5] to 2,3, adaptive", sample_adaptive, 1, {{3, {2, 3, 5}}}, -2, 2},
    {"a batch of 0", sample_1d, 1, {{3, {0, 2, 5}}}, -2, 2},
};

static const ag_case put_cases[] = {
    {"[2,3] into [2,5]", sample_unpool, 1, {{2, {2, 3}}}, -2, 2},
};

const ag_op ag__max_pool_op = {
    .name = "max_pool",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = take_infer,
    .forward = take_forward,
    .vjp = take_vjp,
    .backward = take_backward,
    .formula = "F(max_pool, A)",
    .vjp_formula = {"F(max_unpool, GY)"},
    .describe = ag__windows_describe,
    AG_CASES(take_cases),
};

const ag_op ag__max_unpool_op = {
    .name = "max_unpool",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = put_infer,
    .forward = put_forward,
    .vjp = put_vjp,
    .formula = "F(max_unpool, A)",
    .vjp_formula = {"F(max_pool, GY)"},
    .describe = ag__windows_describe,
    AG_CASES(put_cases),
};

/* --- what the user calls ---------------------------------------------------------------------- */

static ag_tensor *largest(bool open, const ag__windows *w, ag_tensor *x, ag_tensor **indices)
{
    ag_tensor *index = open ? ag_apply(&ag__max_pool_index_op, &x, 1, w, sizeof *w) : NULL;
    ag_tensor *y = index != NULL ? indexed(&ag__max_pool_op, x, index, w) : NULL;
    if (indices != NULL) {
        *indices = y != NULL ? index : NULL;
    }
    return y;
}

static ag_tensor *max_pool(const char *name, int n, ag_tensor *x, const ag_pool_options *o,
                           ag_tensor **indices)
{
    ag__windows w;
    return largest(ag__windows_open(&w, name, n, x, o), &w, x, indices);
}

ag_tensor *ag_max_pool1d(ag_tensor *x, const ag_pool_options *o, ag_tensor **indices)
{
    return max_pool("max_pool1d", 1, x, o, indices);
}

ag_tensor *ag_max_pool2d(ag_tensor *x, const ag_pool_options *o, ag_tensor **indices)
{
    return max_pool("max_pool2d", 2, x, o, indices);
}

ag_tensor *ag_max_pool3d(ag_tensor *x, const ag_pool_options *o, ag_tensor **indices)
{
    return max_pool("max_pool3d", 3, x, o, indices);
}

static ag_tensor *adaptive(const char *name, int n, ag_tensor *x, const int64_t size[3],
                           ag_tensor **indices)
{
    ag__windows w;
    return largest(ag__windows_adapt(&w, name, n, x, size), &w, x, indices);
}

ag_tensor *ag_adaptive_max_pool1d(ag_tensor *x, int64_t size, ag_tensor **indices)
{
    return adaptive("adaptive_max_pool1d", 1, x, (int64_t[3]){size}, indices);
}

ag_tensor *ag_adaptive_max_pool2d(ag_tensor *x, int64_t height, int64_t width, ag_tensor **indices)
{
    return adaptive("adaptive_max_pool2d", 2, x, (int64_t[3]){height, width}, indices);
}

ag_tensor *ag_adaptive_max_pool3d(ag_tensor *x, int64_t depth, int64_t height, int64_t width,
                                  ag_tensor **indices)
{
    return adaptive("adaptive_max_pool3d", 3, x, (int64_t[3]){depth, height, width}, indices);
}
