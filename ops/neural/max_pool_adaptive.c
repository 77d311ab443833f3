/* The index of the largest element of every adaptive window; ties and NaN as in max_pool_index.c.
 * Must not know what is done with the indices.
 */
#include "pool.h"

#define LARGEST(T)                                                                                 \
    static int64_t largest_##T(const ag__windows *w, const ag__pool_window *b, const T *x)         \
    {                                                                                              \
        int64_t best = -1;                                                                         \
        for (int64_t i = b->from[0]; i < b->to[0]; i++) {                                          \
            for (int64_t j = b->from[1]; j < b->to[1]; j++) {                                      \
                for (int64_t k = b->from[2]; k < b->to[2]; k++) {                                  \
                    int64_t at = (i * w->x[1] + j) * w->x[2] + k;                                  \
                    best = best < 0 || x[at] > x[best] || x[at] != x[at] ? at : best;              \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        return best;                                                                               \
    }
LARGEST(double)
LARGEST(float)

void ag__max_adaptive(const ag__windows *w, ag_dtype dtype, const void *x, int64_t n,
                      int64_t *index)
{
    int64_t size = ag__windows_size(w->y), plane = ag__windows_size(w->x);
    for (int64_t i = 0; i < n; i++) {
        const ag__pool_window b = ag__windows_elements(w, i % size);
        int64_t from = i / size * plane;
        index[i] = dtype == AG_F64 ? largest_double(w, &b, (const double *)x + from)
                                   : largest_float(w, &b, (const float *)x + from);
    }
}
