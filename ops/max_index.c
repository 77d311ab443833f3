/* Where the largest element of every window is: the first of the largest, but a NaN wins, the last
 * of several. Windows side by side are searched together, element by element. What is done with the
 * places is max_pool.c.
 */
#define AG_NO_SITES
#include "kernel/kernel.h"
#include "kernel/parallel.h"
#include "pool.h"

static ag_status index_infer(ag_call *call)
{
    ag_status status = ag_call_same_float(call);
    call->dtype = AG_I64;
    return status == AG_OK ? ag__windows_infer(call, call->attr, false) : status;
}

/* The elements of window o that lie in x: from, from + dilation, ... before `to`. */
static ag__range range_of(const ag__windows *w, int d, int64_t o)
{
    int64_t i = o * w->stride[d] - w->pad[d], step = w->dilation[d];
    int64_t end = i + (w->k[d] - 1) * step + 1;
    return (ag__range){i < 0 ? i + (-i - 1) / step * step + step : i,
                       end < w->x[d] ? end : w->x[d]};
}

static bool has_empty(const ag__windows *w)
{
    for (int d = 0; d < 3; d++) {
        for (int64_t o = 0; o < w->y[d]; o++) {
            ag__range r = range_of(w, d, o);
            if (r.from >= r.to) {
                return true;
            }
        }
    }
    return false;
}

/* Of the windows of a row, `first` is where the first element of each is, `meet` which of them have
 * a k-th. */
typedef struct job {
    const ag__windows *w;
    const void *x;
    int64_t *index, *first;
    ag__range *meet;
    void *best; /* the largest of a row of windows; one for each worker */
} job;

#define ROW(T, S)                                                                                  \
    /* The row of windows that have `down` and `across` in the first two dimensions. */            \
    static void row_##S(const job *all, const T *x, ag__range down, ag__range across, T *best,     \
                        int64_t *index)                                                            \
    {                                                                                              \
        const ag__windows *w = all->w;                                                             \
        const ag__window_##S *kernel = &ag__kernels_best()->window->S;                             \
        const int64_t first = (down.from * w->x[1] + across.from) * w->x[2];                       \
        for (int64_t o = 0; o < w->y[2]; o++) {                                                    \
            index[o] = first + all->first[o];                                                      \
            best[o] = x[index[o]];                                                                 \
        }                                                                                          \
        for (int64_t i = down.from; i < down.to; i += w->dilation[0]) {                            \
            for (int64_t j = across.from; j < across.to; j += w->dilation[1]) {                    \
                for (int64_t k = 0; k < w->k[2]; k++) {                                            \
                    const ag__range r = all->meet[k];                                              \
                    const int64_t at = (i * w->x[1] + j) * w->x[2] + r.from * w->stride[2] +       \
                                       k * w->dilation[2] - w->pad[2];                             \
                    kernel->largest(r.to - r.from, x + at, w->stride[2], at, best + r.from,        \
                                    index + r.from);                                               \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    static void plane_##S(void *context, int64_t i, int worker)                                    \
    {                                                                                              \
        const job *all = context;                                                                  \
        const ag__windows *w = all->w;                                                             \
        const T *x = (const T *)all->x + i * ag__windows_size(w->x);                               \
        int64_t *index = all->index + i * ag__windows_size(w->y);                                  \
        for (int64_t o = 0; o < w->y[0] * w->y[1]; o++) {                                          \
            row_##S(all, x, range_of(w, 0, o / w->y[1]), range_of(w, 1, o % w->y[1]),              \
                    (T *)all->best + worker * w->y[2], index + o * w->y[2]);                       \
        }                                                                                          \
    }
ROW(double, f64)
ROW(float, f32)

static bool job_open(job *j, ag_graph *g, int workers)
{
    const ag__windows *w = j->w;
    j->best = ag_workspace(g, (size_t)workers * (size_t)w->y[2] * sizeof(double));
    j->first = ag_workspace(g, (size_t)w->y[2] * sizeof(int64_t));
    j->meet = ag_workspace(g, (size_t)w->k[2] * sizeof(ag__range));
    if (j->x == NULL || j->best == NULL || j->first == NULL || j->meet == NULL) {
        return false;
    }
    for (int64_t o = 0; o < w->y[2]; o++) {
        j->first[o] = range_of(w, 2, o).from;
    }
    for (int64_t k = 0; k < w->k[2]; k++) {
        j->meet[k] = ag__windows_meet(w, 2, k);
    }
    return true;
}

static ag_status index_forward(ag_call *call)
{
    const ag__windows *w = call->attr;
    ag_array x = ag_array_of(call->in[0]);
    if (call->out.size == 0) {
        return AG_OK;
    }
    if (has_empty(w)) {
        return ag_call_fail(call, AG_ERR_SHAPE, "less padding or dilation",
                            "a window has no element: all of it lies in the padding");
    }
    int64_t planes = call->out.size / ag__windows_size(w->y);
    double ns = (double)call->out.size * (double)ag__windows_size(w->k) / 2;
    int workers = ag__workers(planes, ns);
    job j = {.w = w, .x = ag__in_order(call->graph, &x), .index = call->out.data};
    if (!job_open(&j, call->graph, workers)) {
        return AG_ERR_MEMORY;
    }
    ag__parallel(planes, workers, x.dtype == AG_F64 ? plane_f64 : plane_f32, &j);
    return AG_OK;
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *sample_index(ag_tensor *const *in)
{
    ag_tensor *index;
    ag_max_pool2d(in[0], &(ag_pool_options){.kernel = {2, 2}}, &index);
    return index;
}

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
