/* Max pooling: max_pool_index finds where the largest element of every window is, max_pool takes it
 * from there, and max_unpool, the transpose of that, adds it back there. So a tie goes to one
 * element, and every derivative goes through the same indices.
 */
#define AG_NO_SITES
#include <string.h>

#include "family.h"
#include "pool.h"
#include "strided.h"

/* --- where it is ------------------------------------------------------------------------------ */

static ag_status index_infer(ag_call *call)
{
    ag_status status = ag_call_same_float(call);
    call->dtype = AG_I64;
    return status == AG_OK ? ag__windows_infer(call, call->attr, false) : status;
}

/* The elements of a window that lie in x: from, from + dilation, ... before `to`. */
typedef struct box {
    int64_t from[3], to[3];
} box;

static box box_of(const ag__windows *w, const int64_t o[3])
{
    box b;
    for (int d = 0; d < 3; d++) {
        int64_t i = o[d] * w->stride[d] - w->pad[d], step = w->dilation[d];
        int64_t end = i + (w->k[d] - 1) * step + 1;
        b.from[d] = i < 0 ? i + (-i - 1) / step * step + step : i;
        b.to[d] = end < w->x[d] ? end : w->x[d];
    }
    return b;
}

/* The place of the first of the largest, but a NaN wins; -1 where the window has no element. */
#define LARGEST(T)                                                                                 \
    static int64_t largest_##T(const ag__windows *w, const T *x, const int64_t o[3])               \
    {                                                                                              \
        const box b = box_of(w, o);                                                                \
        int64_t best = -1;                                                                         \
        for (int64_t i = b.from[0]; i < b.to[0]; i += w->dilation[0]) {                            \
            for (int64_t j = b.from[1]; j < b.to[1]; j += w->dilation[1]) {                        \
                const int64_t row = (i * w->x[1] + j) * w->x[2];                                   \
                for (int64_t k = b.from[2]; k < b.to[2]; k += w->dilation[2]) {                    \
                    if (best < 0 || x[row + k] > x[best] || x[row + k] != x[row + k]) {            \
                        best = row + k;                                                            \
                    }                                                                              \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        return best;                                                                               \
    }
LARGEST(double)
LARGEST(float)

static ag_status index_forward(ag_call *call)
{
    const ag__windows *w = call->attr;
    ag_array x = ag_array_of(call->in[0]);
    const char *data = call->out.size > 0 ? ag__in_order(call->graph, &x) : NULL;
    int64_t *to = call->out.data, size = ag__windows_size(w->y), plane = ag__windows_size(w->x);
    if (data == NULL) {
        return call->out.size > 0 ? AG_ERR_MEMORY : AG_OK;
    }
    for (int64_t i = 0; i < call->out.size; i++) {
        int64_t o[3], first = i / size * plane;
        ag__windows_at(w, i % size, o);
        to[i] = x.dtype == AG_F64 ? largest_double(w, (const double *)(const void *)data + first, o)
                                  : largest_float(w, (const float *)(const void *)data + first, o);
        if (to[i] < 0) {
            return ag_call_fail(call, AG_ERR_SHAPE, "less padding or dilation",
                                "a window has no element: all of it lies in the padding");
        }
    }
    return AG_OK;
}

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

/* to[i] = from[index[i]] of i's plane, or the other way round, adding. */
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
    for (int64_t i = 0; i < n; i++) {
        if (index[i] < 0 || index[i] >= plane) {
            return ag_call_fail(call, AG_ERR_VALUE, NULL, "index %lld is not in a plane of %lld",
                                (long long)index[i], (long long)plane);
        }
    }
    return AG_OK;
}

static ag_status move(ag_call *call, bool take)
{
    const ag__windows *w = call->attr;
    ag_array a = ag_array_of(call->in[0]), list = ag_array_of(call->in[1]);
    int64_t size = ag__windows_size(w->y), plane = ag__windows_size(w->x);
    int64_t planes = ag__windows_planes(w, &a), each = (int64_t)ag_dtype_bytes(call->dtype);
    char *to = call->out.data;
    memset(to, 0, (size_t)(call->out.size * each));
    if (list.size == 0) {
        return AG_OK;
    }
    const char *from = ag__in_order(call->graph, &a);
    const int64_t *index = ag__in_order(call->graph, &list);
    if (from == NULL || index == NULL) {
        return AG_ERR_MEMORY;
    }
    ag_status status = check_indices(call, index, list.size, plane);
    for (int64_t i = 0; i < planes && status == AG_OK; i++, index += size) {
        const void *f = from + i * (take ? plane : size) * each;
        void *t = to + i * (take ? size : plane) * each;
        if (call->dtype == AG_F64) {
            (take ? take_double : put_double)(f, index, size, t);
        } else {
            (take ? take_float : put_float)(f, index, size, t);
        }
    }
    return status;
}

static ag_status take_forward(ag_call *call)
{
    return move(call, true);
}

static ag_status put_forward(ag_call *call)
{
    return move(call, false);
}

static ag_tensor *indexed(const ag_op *op, ag_tensor *a, ag_tensor *index, const ag__windows *w)
{
    return ag_apply(op, (ag_tensor *[]){a, index}, 2, w, sizeof *w);
}

static ag_status take_vjp(ag_pull *pull)
{
    return ag_accumulate(pull, 0,
                         indexed(&ag__max_unpool_op, pull->upstream, pull->in[1], pull->attr));
}

static ag_status put_vjp(ag_pull *pull)
{
    return ag_accumulate(pull, 0,
                         indexed(&ag__max_pool_op, pull->upstream, pull->in[1], pull->attr));
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

static ag_tensor *sample_index(ag_tensor *const *in)
{
    ag_tensor *index;
    ag_max_pool2d(in[0], &(ag_pool_options){.kernel = {2, 2}}, &index);
    return index;
}

/* Two windows put theirs into one element. */
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
    {"a batch of 0", sample_1d, 1, {{3, {0, 2, 5}}}, -2, 2},
};

static const ag_case put_cases[] = {
    {"[2,3] into [2,5]", sample_unpool, 1, {{2, {2, 3}}}, -2, 2},
};

static const ag_case index_cases[] = {
    {"[2,4,4] by 2,2", sample_index, 1, {{3, {2, 4, 4}}}, -2, 2},
};

const ag_op ag__max_pool_index_op = {
    .name = "max_pool_index",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = index_infer,
    .forward = index_forward,
    .value = "F(argmax, A)",
    .describe = ag__windows_describe,
    .cases = index_cases,
    .n_cases = sizeof index_cases / sizeof index_cases[0],
};

const ag_op ag__max_pool_op = {
    .name = "max_pool",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = take_infer,
    .forward = take_forward,
    .vjp = take_vjp,
    .value = "F(max_pool, A)",
    .rule = {"F(max_unpool, GY)"},
    .describe = ag__windows_describe,
    .cases = take_cases,
    .n_cases = sizeof take_cases / sizeof take_cases[0],
};

const ag_op ag__max_unpool_op = {
    .name = "max_unpool",
    .n_in = 2,
    .flags = AG_OP_LINEAR,
    .infer = put_infer,
    .forward = put_forward,
    .vjp = put_vjp,
    .value = "F(max_unpool, A)",
    .rule = {"F(max_pool, GY)"},
    .describe = ag__windows_describe,
    .cases = put_cases,
    .n_cases = sizeof put_cases / sizeof put_cases[0],
};

/* --- what the user calls ---------------------------------------------------------------------- */

static ag_tensor *max_pool(const char *name, int n, ag_tensor *x, const ag_pool_options *o,
                           ag_tensor **indices)
{
    ag__windows w;
    ag_tensor *index = NULL;
    if (ag__windows_open(&w, name, n, x, o)) {
        index = ag_apply(&ag__max_pool_index_op, &x, 1, &w, sizeof w);
    }
    if (indices != NULL) {
        *indices = index;
    }
    return index != NULL ? indexed(&ag__max_pool_op, x, index, &w) : NULL;
}

ag_tensor *ag_max_pool1d(ag_tensor *x, const ag_pool_options *o, ag_tensor **indices)
{
    return max_pool("max_pool1d", 1, x, o, indices);
}

ag_tensor *ag_max_pool2d(ag_tensor *x, const ag_pool_options *o, ag_tensor **indices)
{
    return max_pool("max_pool2d", 2, x, o, indices);
}
