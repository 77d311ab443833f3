/* The index of the largest element of every window. Of equal elements the first is taken; NaN
 * counts as larger than any number, and of several NaN the last is taken. Windows side by side are
 * searched together, element by element; adaptive windows in max_pool_adaptive.c. max_pool.c uses
 * the indices.
 */
#include "ops/common/strided.h"
#include "ops/cpu/parallel.h"
#include "ops/kernel/kernel_table.h"
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

/* `whole` are the windows of a row all of whose elements in the last dimension lie in x. `last` are
 * the elements in that dimension that lie in x for at least one window, because a kernel may be
 * much larger than x, within its padding. */
typedef struct job {
    const ag__windows *w;
    const void *x;
    int64_t *index;
    ag__range whole, last;
    int64_t elements; /* the largest number of elements of a window that lie in x */
    int64_t *at;      /* their offsets for the windows of a row; every worker has a list */
} job;

/* Lists the offsets of the elements of window 0 of a row that lie in x in the first two
 * dimensions. */
static int64_t list_elements(const job *all, ag__range down, ag__range across, int64_t *at)
{
    const ag__windows *w = all->w;
    int64_t n = 0;
    for (int64_t i = down.from; i < down.to; i += w->dilation[0]) {
        for (int64_t j = across.from; j < across.to; j += w->dilation[1]) {
            for (int64_t k = all->last.from; k < all->last.to; k++) {
                at[n++] = (i * w->x[1] + j) * w->x[2] + k * w->dilation[2] - w->pad[2];
            }
        }
    }
    return n;
}

#define ROW(T, S)                                                                                  \
    /* Window o, which may reach beyond x in the last dimension. */                                \
    static int64_t at_edge_##S(const job *j, const T *x, int64_t n, const int64_t *at, int64_t o)  \
    {                                                                                              \
        const ag__windows *w = j->w;                                                               \
        const ag__range r = range_of(w, 2, o), last = j->last;                                     \
        const int64_t first = o * w->stride[2] - w->pad[2];                                        \
        int64_t best = -1;                                                                         \
        for (int64_t p = 0; p < n; p++) {                                                          \
            const int64_t k = first + (last.from + p % (last.to - last.from)) * w->dilation[2];    \
            const int64_t i = at[p] + o * w->stride[2];                                            \
            if (k >= r.from && k < r.to && (best < 0 || x[i] > x[best] || x[i] != x[i])) {         \
                best = i;                                                                          \
            }                                                                                      \
        }                                                                                          \
        return best;                                                                               \
    }                                                                                              \
    static void row_##S(const job *j, const T *x, int64_t n, const int64_t *at, int64_t *index)    \
    {                                                                                              \
        const ag__windows *w = j->w;                                                               \
        const ag__range whole = j->whole;                                                          \
        for (int64_t o = 0; o < w->y[2]; o++) {                                                    \
            if (o == whole.from) {                                                                 \
                /* The list is relative to window 0. */                                            \
                const int64_t on = o * w->stride[2];                                               \
                ag__kernels_best()->window->S.largest(whole.to - o, (int32_t)n, x + on, at,        \
                                                      w->stride[2], on, index + o);                \
                o = whole.to;                                                                      \
            }                                                                                      \
            if (o < w->y[2]) {                                                                     \
                index[o] = at_edge_##S(j, x, n, at, o);                                            \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    static void plane_##S(void *context, int64_t i, int worker)                                    \
    {                                                                                              \
        const job *j = context;                                                                    \
        const ag__windows *w = j->w;                                                               \
        const T *x = (const T *)j->x + i * ag__windows_size(w->x);                                 \
        int64_t *index = j->index + i * ag__windows_size(w->y);                                    \
        int64_t *at = j->at + worker * j->elements;                                                \
        for (int64_t o = 0; o < w->y[0] * w->y[1]; o++) {                                          \
            const int64_t n =                                                                      \
                list_elements(j, range_of(w, 0, o / w->y[1]), range_of(w, 1, o % w->y[1]), at);    \
            row_##S(j, x, n, at, index + o * w->y[2]);                                             \
        }                                                                                          \
    }
ROW(double, f64)
ROW(float, f32)

/* The first windows of a row may lack their first elements, the last ones their last elements. */
static ag__range whole_of(const ag__windows *w, int64_t elements)
{
    int64_t from = ag__windows_meet(w, 2, 0).from, to = ag__windows_meet(w, 2, w->k[2] - 1).to;
    bool none = from >= to || elements > INT32_MAX;
    return none ? (ag__range){-1, -1} : (ag__range){from, to};
}

static ag__range last_of(const ag__windows *w)
{
    int64_t step = w->dilation[2], before = w->pad[2] - (w->y[2] - 1) * w->stride[2];
    int64_t to = (w->x[2] - 1 + w->pad[2]) / step + 1;
    return (ag__range){before > 0 ? (before - 1) / step + 1 : 0, to < w->k[2] ? to : w->k[2]};
}

/* There are at most a few for each element of x, so this cannot overflow. */
static int64_t elements_of(const ag__windows *w, ag__range last)
{
    int64_t n = last.to - last.from;
    for (int d = 0; d < 2; d++) {
        int64_t most = (w->x[d] - 1) / w->dilation[d] + 1;
        n *= w->k[d] < most ? w->k[d] : most;
    }
    return n;
}

static ag_status plain_forward(ag_call *call)
{
    const ag__windows *w = call->attr;
    ag_array x = ag_array_of(call->in[0]);
    if (has_empty(w)) {
        return ag_call_fail(call, AG_ERR_SHAPE, "less padding or dilation",
                            "a window has no element: all of it lies in the padding");
    }
    job j = {.w = w, .index = call->out.data, .last = last_of(w)};
    j.elements = elements_of(w, j.last);
    j.whole = whole_of(w, j.elements);
    int64_t planes = call->out.size / ag__windows_size(w->y);
    ag__team team = ag__team_for(planes, (double)call->out.size * (double)j.elements / 2);
    j.x = ag__contiguous(call->graph, &x);
    j.at = ag_workspace(call->graph, (size_t)team.workers * (size_t)j.elements * sizeof(int64_t));
    if (j.x == NULL || j.at == NULL) {
        return AG_ERR_MEMORY;
    }
    ag__parallel(planes, team, x.dtype == AG_F64 ? plane_f64 : plane_f32, &j);
    return AG_OK;
}

static ag_status adaptive_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    const void *from = ag__contiguous(call->graph, &x);
    if (from == NULL) {
        return AG_ERR_MEMORY;
    }
    ag__max_adaptive(call->attr, x.dtype, from, call->out.size, call->out.data);
    return AG_OK;
}

static ag_status index_forward(ag_call *call)
{
    if (call->out.size == 0) {
        return AG_OK;
    }
    return ((const ag__windows *)call->attr)->adaptive ? adaptive_forward(call)
                                                       : plain_forward(call);
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *sample_index(ag_tensor *const *in)
{
    ag__windows w;
    bool open =
        ag__windows_open(&w, "max_pool_index", 2, in[0], &(ag_pool_options){.kernel = {2, 2}});
    return open ? ag_apply(&ag__max_pool_index_op, in, 1, &w, sizeof w) : NULL;
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
    .formula = "F(argmax, A)",
    .describe = ag__windows_describe,
    AG_CASES(index_cases),
};
