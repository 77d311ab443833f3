/* Searches a tensor for infinities, denormal numbers and extreme ones; see extremes.h. Must not know
 * what they mean to whom. */
#include "extremes.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "ops/kernel/line_kernels.h"
#include "strided.h"

typedef struct search {
    bool (*f64)(const double *, int64_t);
    bool (*f32)(const float *, int64_t);
} search;

/* A search does not stop at the first one, so that it runs in vectors. */
static bool infinite_f64(const double *v, int64_t n)
{
    int found = 0;
    for (int64_t i = 0; i < n; i++) {
        found |= fabs(v[i]) > DBL_MAX;
    }
    return found != 0;
}

static bool infinite_f32(const float *v, int64_t n)
{
    int found = 0;
    for (int64_t i = 0; i < n; i++) {
        found |= fabsf(v[i]) > FLT_MAX;
    }
    return found != 0;
}

/* By the bits, without the sign: those of a denormal number are fewer than those of the least
 * normal one, and 1 less than them are too, while 1 less than 0 are all. The sign of `found`
 * becomes 1. */
static bool denormal_f64(const double *v, int64_t n)
{
    uint64_t found = 0, bits;
    for (int64_t i = 0; i < n; i++) {
        memcpy(&bits, &v[i], sizeof bits);
        found |= ((bits + bits - 1) >> 53) - 1;
    }
    return found >> 63 != 0;
}

static bool denormal_f32(const float *v, int64_t n)
{
    uint32_t found = 0, bits;
    for (int64_t i = 0; i < n; i++) {
        memcpy(&bits, &v[i], sizeof bits);
        found |= ((bits + bits - 1) >> 24) - 1;
    }
    return found >> 31 != 0;
}

static bool in_elements(const char *at, ag_dtype dtype, int64_t n, search f)
{
    return dtype == AG_F64   ? f.f64((const double *)(const void *)at, n)
           : dtype == AG_F32 ? f.f32((const float *)(const void *)at, n)
                             : false;
}

/* Contiguous memory is one run; in a run of another step each element is one by itself. */
static bool in_tensor(const ag_tensor *t, search f)
{
    if (t == NULL) {
        return true;
    }
    ag_array a = ag_array_of(t);
    ag__loop l;
    bool found = false;
    ag__loop_open(&l, a.ndim, a.dim);
    ag__loop_add(&l, &a);
    for (bool more = ag__loop_start(&l); more && !found; more = ag__loop_next(&l)) {
        int64_t step = l.step[0], runs = step == 0 || step == 1 ? 1 : l.run;
        for (int64_t i = 0; i < runs && !found; i++) {
            found = in_elements(l.at[0] + i * step * l.each[0], a.dtype, step == 1 ? l.run : 1, f);
        }
    }
    return found;
}

bool ag__has_infinity(const ag_tensor *t)
{
    return in_tensor(t, (search){infinite_f64, infinite_f32});
}

bool ag__has_denormal(const ag_tensor *t)
{
    return in_tensor(t, (search){denormal_f64, denormal_f32});
}

/* --- units ------------------------------------------------------------------------------------ */

static double number_at(const ag_array *a, int64_t i)
{
    return a->dtype == AG_F64 ? ((const double *)a->data)[i] : (double)((const float *)a->data)[i];
}

bool ag__has_extreme(const ag_tensor *t)
{
    bool found = t == NULL;
    if (!found) {
        const ag_array a = ag_array_of(t);
        for (int64_t i = 0; i < a.size; i++) {
            found |= !ag__is_ordinary(number_at(&a, i), (int)ag_dtype_bytes(a.dtype));
        }
    }
    return found;
}

ag_tensor *ag__units(const ag_tensor *sizes, double least)
{
    if (sizes == NULL) {
        return NULL;
    }
    const ag_array a = ag_array_of(sizes);
    ag_tensor *units = ag_leaf(ag_graph_of(sizes), AG_CONSTANT, a.dtype, ag_shape_of(sizes), NULL);
    void *out = units != NULL ? ag_mutable_data(units) : NULL;
    bool all_one = true;
    for (int64_t i = 0; out != NULL && i < a.size; i++) {
        const double size = number_at(&a, i);
        const double unit = ag__unit_of(size < least ? least : size, (int)ag_dtype_bytes(a.dtype));
        all_one = all_one && unit == 1;
        if (a.dtype == AG_F64) {
            ((double *)out)[i] = unit;
        } else {
            ((float *)out)[i] = (float)unit;
        }
    }
    return all_one ? NULL : units;
}

double ag__unit_of_all(ag__number_reader *number, const void *from, int64_t n, double least,
                       int bytes)
{
    for (int64_t i = 0; i < n; i++) {
        const double size = fabs(number(from, i));
        least = size > least ? size : least;
    }
    return ag__unit_of(least, bytes);
}

ag__moments ag__moments_in_units(ag__number_reader *number, const void *from, int64_t n,
                                 double unit)
{
    ag__moments m = {.count = (double)n};
    /* The mean is corrected, so that it is exact where all numbers are equal; not one of inf. */
    for (int pass = 0; pass < 2 && isfinite(m.mean); pass++) {
        double rest = 0;
        for (int64_t i = 0; i < n; i++) {
            rest += number(from, i) * unit - m.mean;
        }
        m.mean += rest / m.count;
    }
    for (int64_t i = 0; i < n; i++) {
        const double away = number(from, i) * unit - m.mean;
        m.squares += away * away;
    }
    return m;
}
