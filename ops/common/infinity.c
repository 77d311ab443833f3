/* Searches a tensor for infinities; see infinity.h. Must not know what they mean to whom. */
#include "infinity.h"

#include <float.h>
#include <math.h>

/* The search does not stop at the first infinity, so that it runs in vectors. */
static bool in_f64(const double *v, int64_t n)
{
    int found = 0;
    for (int64_t i = 0; i < n; i++) {
        found |= fabs(v[i]) > DBL_MAX;
    }
    return found != 0;
}

static bool in_f32(const float *v, int64_t n)
{
    int found = 0;
    for (int64_t i = 0; i < n; i++) {
        found |= fabsf(v[i]) > FLT_MAX;
    }
    return found != 0;
}

bool ag__has_infinity(const ag_tensor *t)
{
    if (t == NULL) {
        return true;
    }
    ag_array a = ag_array_of(t);
    if (!ag_array_is_contiguous(&a)) {
        return true;
    }
    return a.dtype == AG_F64 ? in_f64(a.data, a.size) : a.dtype == AG_F32 && in_f32(a.data, a.size);
}
