/* Means over windows and their transpose, for windows that are not adaptive. The windows of a row
 * are computed together, one element of each at a time, so that every sum has the order of its
 * window. See pool.h.
 */
#include <string.h>

#include "ops/cpu/parallel.h"
#include "ops/kernel/kernel_table.h"
#include "pool.h"

typedef struct job {
    const ag__windows *w;
    char *x, *y;
    ag__range *meet; /* for each k: the windows of a row that have a k-th element in x */
    int64_t *count;  /* how many elements each window counts in its dimension */
    void *row;       /* one row of windows for each worker */
} job;

/* The elements of window o along dimension d that lie in x, and how many are counted. */
static ag__range range_of(const ag__windows *w, int d, int64_t o, int64_t *count)
{
    int64_t from = o * w->stride[d] - w->pad[d], padded = w->x[d] + w->pad[d];
    int64_t to = from + w->k[d] < padded ? from + w->k[d] : padded;
    ag__range r = {from < 0 ? 0 : from, to < w->x[d] ? to : w->x[d]};
    /* Padding is counted, but not the elements that ceil_mode adds beyond it. */
    *count = w->exclude_pad ? r.to - r.from : to - from;
    return r;
}

#define ROW(T, S)                                                                                  \
    /* Adds every element of a row of windows to their sums, or adds to it its part of them. */    \
    static void row_##S(const job *j, T *x, ag__range down, ag__range across, T *sums,             \
                        bool spread)                                                               \
    {                                                                                              \
        const ag__windows *w = j->w;                                                               \
        const ag__window_##S *kernel = &ag__kernels_best()->window->S;                             \
        for (int64_t i = down.from; i < down.to; i++) {                                            \
            for (int64_t a = across.from; a < across.to; a++) {                                    \
                for (int64_t k = 0; k < w->k[2]; k++) {                                            \
                    const ag__range r = j->meet[k];                                                \
                    T *first =                                                                     \
                        x + (i * w->x[1] + a) * w->x[2] + r.from * w->stride[2] + k - w->pad[2];   \
                    if (spread) {                                                                  \
                        kernel->spread(r.to - r.from, sums + r.from, first, w->stride[2]);         \
                    } else {                                                                       \
                        kernel->gain(r.to - r.from, first, w->stride[2], sums + r.from);           \
                    }                                                                              \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    static void divide_##S(const job *j, int64_t count, const T *x, T *y)                          \
    {                                                                                              \
        for (int64_t o = 0; o < j->w->y[2]; o++) {                                                 \
            y[o] = x[o] / (T)(j->w->divisor != 0 ? j->w->divisor : count * j->count[o]);           \
        }                                                                                          \
    }                                                                                              \
    static void plane_##S(const job *j, int64_t i, int worker, bool spread)                        \
    {                                                                                              \
        const ag__windows *w = j->w;                                                               \
        T *x = (T *)(void *)j->x + i * ag__windows_size(w->x);                                     \
        T *y = (T *)(void *)j->y + i * ag__windows_size(w->y);                                     \
        T *row = (T *)j->row + worker * w->y[2];                                                   \
        for (int64_t o = 0; o < w->y[0] * w->y[1]; o++, y += w->y[2]) {                            \
            int64_t tall, wide;                                                                    \
            const ag__range down = range_of(w, 0, o / w->y[1], &tall);                             \
            const ag__range across = range_of(w, 1, o % w->y[1], &wide);                           \
            if (spread) {                                                                          \
                divide_##S(j, tall *wide, y, row);                                                 \
                row_##S(j, x, down, across, row, true);                                            \
            } else {                                                                               \
                memset(row, 0, (size_t)w->y[2] * sizeof(T));                                       \
                row_##S(j, x, down, across, row, false);                                           \
                divide_##S(j, tall *wide, row, y);                                                 \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    static void mean_##S(void *context, int64_t i, int worker)                                     \
    {                                                                                              \
        plane_##S(context, i, worker, false);                                                      \
    }                                                                                              \
    static void spread_##S(void *context, int64_t i, int worker)                                   \
    {                                                                                              \
        plane_##S(context, i, worker, true);                                                       \
    }
ROW(double, f64)
ROW(float, f32)

bool ag__avg_rows(const ag__windows *w, ag_graph *g, ag_dtype dtype, int64_t planes, void *x,
                  void *y, bool spread)
{
    static ag__piece *const body[2][2] = {{mean_f64, spread_f64}, {mean_f32, spread_f32}};
    double each =
        (double)ag__windows_size(w->y) * (double)w->k[0] * (double)w->k[1] * (double)w->k[2];
    ag__team team = ag__team_for(planes, (double)planes * each / 2);
    job j = {.w = w, .x = x, .y = y};
    j.row = ag_workspace(g, (size_t)team.workers * (size_t)w->y[2] * sizeof(double));
    j.count = ag_workspace(g, (size_t)w->y[2] * sizeof(int64_t));
    j.meet = ag_workspace(g, (size_t)w->k[2] * sizeof(ag__range));
    if (j.row == NULL || j.count == NULL || j.meet == NULL) {
        return false;
    }
    for (int64_t o = 0; o < w->y[2]; o++) {
        (void)range_of(w, 2, o, &j.count[o]);
    }
    for (int64_t k = 0; k < w->k[2]; k++) {
        j.meet[k] = ag__windows_meet(w, 2, k);
    }
    ag__parallel(planes, team, body[dtype == AG_F32][spread], &j);
    return true;
}
