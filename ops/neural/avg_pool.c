/* Average pooling, plain and adaptive, and its transpose, which spreads every mean over its window.
 * Sizes are computed in pool.c. Windows that are not adaptive are handled in avg_pool_rows.c.
 */
#include <string.h>

#include "ops/common/families.h"
#include "ops/common/grad_out.h"
#include "ops/common/strided.h"
#include "pool.h"

/* --- adaptive windows ------------------------------------------------------------------------- */

#define WINDOW(T)                                                                                  \
    static T mean_##T(const ag__windows *w, const ag__pool_window *b, const T *x)                  \
    {                                                                                              \
        T sum = 0;                                                                                 \
        for (int64_t i = b->from[0]; i < b->to[0]; i++) {                                          \
            for (int64_t j = b->from[1]; j < b->to[1]; j++) {                                      \
                for (int64_t k = b->from[2]; k < b->to[2]; k++) {                                  \
                    sum += x[(i * w->x[1] + j) * w->x[2] + k];                                     \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        return sum / (T)b->count;                                                                  \
    }                                                                                              \
    static void spread_##T(const ag__windows *w, const ag__pool_window *b, T y, T *x)              \
    {                                                                                              \
        for (int64_t i = b->from[0]; i < b->to[0]; i++) {                                          \
            for (int64_t j = b->from[1]; j < b->to[1]; j++) {                                      \
                for (int64_t k = b->from[2]; k < b->to[2]; k++) {                                  \
                    x[(i * w->x[1] + j) * w->x[2] + k] += y / (T)b->count;                         \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    static void means_##T(const ag__windows *w, const T *x, T *y, int64_t n)                       \
    {                                                                                              \
        int64_t size = ag__windows_size(w->y), plane = ag__windows_size(w->x);                     \
        for (int64_t i = 0; i < n; i++) {                                                          \
            ag__pool_window b = ag__windows_elements(w, i % size);                                 \
            y[i] = mean_##T(w, &b, x + i / size * plane);                                          \
        }                                                                                          \
    }                                                                                              \
    static void spreads_##T(const ag__windows *w, const T *y, T *x, int64_t n)                     \
    {                                                                                              \
        int64_t size = ag__windows_size(w->y), plane = ag__windows_size(w->x);                     \
        for (int64_t i = 0; i < n; i++) {                                                          \
            ag__pool_window b = ag__windows_elements(w, i % size);                                 \
            spread_##T(w, &b, y[i], x + i / size * plane);                                         \
        }                                                                                          \
    }
WINDOW(double)
WINDOW(float)

/* --- the two maps ----------------------------------------------------------------------------- */

static ag_status pool_infer(ag_call *call)
{
    ag_status status = ag_call_same_float(call);
    return status == AG_OK ? ag__windows_infer(call, call->attr, false) : status;
}

static ag_status unpool_infer(ag_call *call)
{
    ag_status status = ag_call_same_float(call);
    return status == AG_OK ? ag__windows_infer(call, call->attr, true) : status;
}

/* Computes the means y of x or, if `spread`, adds the transpose of that map to x. Both arrays are
 * row-major. */
static ag_status run(ag_graph *g, const ag__windows *w, ag_dtype dtype, int64_t n, const void *x,
                     const void *y, bool spread)
{
    if (x == NULL || y == NULL) {
        return AG_ERR_MEMORY;
    }
    void *tx = (void *)(uintptr_t)x,
         *ty = (void *)(uintptr_t)y; /* only one of the two is written */
    if (!w->adaptive) {
        bool done = ag__avg_rows(w, g, dtype, n / ag__windows_size(w->y), tx, ty, spread);
        return done ? AG_OK : AG_ERR_MEMORY;
    }
    if (dtype == AG_F64 && spread) {
        spreads_double(w, y, tx, n);
    } else if (dtype == AG_F64) {
        means_double(w, x, ty, n);
    } else if (spread) {
        spreads_float(w, y, tx, n);
    } else {
        means_float(w, x, ty, n);
    }
    return AG_OK;
}

static ag_status pool_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    if (call->out.size == 0) {
        return AG_OK;
    }
    return run(call->graph, call->attr, call->dtype, call->out.size,
               ag__contiguous(call->graph, &x), call->out.data, false);
}

static ag_status unpool_forward(ag_call *call)
{
    ag_array y = ag_array_of(call->in[0]);
    memset(call->out.data, 0, (size_t)call->out.size * ag_dtype_bytes(call->dtype));
    if (y.size == 0) {
        return AG_OK;
    }
    return run(call->graph, call->attr, call->dtype, y.size, call->out.data,
               ag__contiguous(call->graph, &y), true);
}

static ag_status pool_backward(ag_vjp_call *call)
{
    ag_graph *g = ag_graph_of(call->out);
    ag_array y = ag_array_of(call->upstream);
    ag__grad_out to;
    if (!ag__grad_out_open(&to, call, 0)) {
        return AG_ERR_MEMORY;
    }
    if (to.fresh) {
        memset(to.at, 0, (size_t)to.array.size * ag_dtype_bytes(y.dtype));
    }
    ag_status status =
        y.size == 0 ? AG_OK
                    : run(g, call->attr, y.dtype, y.size, to.at, ag__contiguous(g, &y), true);
    ag__grad_out_close(&to);
    return status;
}

static ag_status pool_vjp(ag_vjp_call *call)
{
    return ag_accumulate(
        call, 0, ag_apply(&ag__avg_unpool_op, &call->upstream, 1, call->attr, sizeof(ag__windows)));
}

static ag_status unpool_vjp(ag_vjp_call *call)
{
    return ag_accumulate(
        call, 0, ag_apply(&ag__avg_pool_op, &call->upstream, 1, call->attr, sizeof(ag__windows)));
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *sample_1d(ag_tensor *const *in)
{
    return ag_avg_pool1d(in[0], &(ag_pool_options){.kernel = {3}, .stride = {2}, .padding = {1}});
}

static ag_tensor *sample_2d(ag_tensor *const *in)
{
    return ag_avg_pool2d(in[0], &(ag_pool_options){.kernel = {2, 3},
                                                   .stride = {1, 2},
                                                   .padding = {1, 1},
                                                   .ceil_mode = true,
                                                   .exclude_pad = true});
}

static ag_tensor *sample_adaptive(ag_tensor *const *in)
{
    return ag_adaptive_avg_pool2d(in[0], 2, 3);
}

static ag_tensor *sample_3d(ag_tensor *const *in)
{
    return ag_avg_pool3d(in[0], &(ag_pool_options){.kernel = {1, 2, 2}, .stride = {1, 1, 2}});
}

static ag_tensor *sample_unpool(ag_tensor *const *in)
{
    ag__windows w = {1, {1, 1, 4}, {1, 1, 3}, {1, 1, 2}, {1, 1, 1}, {1, 1, 1}, {0}, 0, 0, 0};
    return ag_apply(&ag__avg_unpool_op, in, 1, &w, sizeof w);
}

static const ag_case pool_cases[] = {
    {"[2,2,5] by 3, stride 2, padding 1", sample_1d, 1, {{3, {2, 2, 5}}}, -2, 2},
    {"[2,3,4] by 2,3, ceil_mode, no padding counted", sample_2d, 1, {{3, {2, 3, 4}}}, -2, 2},
    {"[2,3,5] to 2,3, adaptive", sample_adaptive, 1, {{3, {2, 3, 5}}}, -2, 2},
    {"[1,2,2,3] by 1,2,2", sample_3d, 1, {{4, {1, 2, 2, 3}}}, -2, 2},
    {"a batch of 0", sample_1d, 1, {{3, {0, 2, 5}}}, -2, 2},
};

static const ag_case unpool_cases[] = {
    {"[2,3] to [2,4]", sample_unpool, 1, {{2, {2, 3}}}, -2, 2},
};

const ag_op ag__avg_pool_op = {
    .name = "avg_pool",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = pool_infer,
    .forward = pool_forward,
    .vjp = pool_vjp,
    .backward = pool_backward,
    .formula = "F(avg_pool, A)",
    .vjp_formula = {"F(avg_unpool, GY)"},
    .describe = ag__windows_describe,
    AG_CASES(pool_cases),
};

const ag_op ag__avg_unpool_op = {
    .name = "avg_unpool",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = unpool_infer,
    .forward = unpool_forward,
    .vjp = unpool_vjp,
    .formula = "F(avg_unpool, A)",
    .vjp_formula = {"F(avg_pool, GY)"},
    .describe = ag__windows_describe,
    AG_CASES(unpool_cases),
};

/* --- what the user calls ---------------------------------------------------------------------- */

static bool is_dense(const ag__windows *w, const char *name, ag_tensor *x)
{
    ag__composite c;
    for (int d = 0; d < 3; d++) {
        if (w->dilation[d] != 1) {
            if (ag__composite_open(&c, name, &x, 1, 1)) {
                ag_call_fail(&c.call, AG_ERR_VALUE, "it is for max pooling", "dilation %lld",
                             (long long)w->dilation[d]);
            }
            return false;
        }
    }
    return true;
}

static ag_tensor *avg_pool(const char *name, int n, ag_tensor *x, const ag_pool_options *o)
{
    ag__windows w;
    bool ok = ag__windows_open(&w, name, n, x, o) && is_dense(&w, name, x);
    return ok ? ag_apply(&ag__avg_pool_op, &x, 1, &w, sizeof w) : NULL;
}

ag_tensor *ag_avg_pool1d(ag_tensor *x, const ag_pool_options *o)
{
    return avg_pool("avg_pool1d", 1, x, o);
}

ag_tensor *ag_avg_pool2d(ag_tensor *x, const ag_pool_options *o)
{
    return avg_pool("avg_pool2d", 2, x, o);
}

ag_tensor *ag_avg_pool3d(ag_tensor *x, const ag_pool_options *o)
{
    return avg_pool("avg_pool3d", 3, x, o);
}

static ag_tensor *adaptive(const char *name, int n, ag_tensor *x, const int64_t size[3])
{
    ag__windows w;
    bool ok = ag__windows_adapt(&w, name, n, x, size);
    return ok ? ag_apply(&ag__avg_pool_op, &x, 1, &w, sizeof w) : NULL;
}

ag_tensor *ag_adaptive_avg_pool1d(ag_tensor *x, int64_t size)
{
    return adaptive("adaptive_avg_pool1d", 1, x, (int64_t[3]){size});
}

ag_tensor *ag_adaptive_avg_pool2d(ag_tensor *x, int64_t height, int64_t width)
{
    return adaptive("adaptive_avg_pool2d", 2, x, (int64_t[3]){height, width});
}

ag_tensor *ag_adaptive_avg_pool3d(ag_tensor *x, int64_t depth, int64_t height, int64_t width)
{
    return adaptive("adaptive_avg_pool3d", 3, x, (int64_t[3]){depth, height, width});
}
