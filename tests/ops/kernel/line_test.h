/* What the tests of the kernels of lines share: the sets that there are, numbers, comparing. */
#ifndef LINE_TEST_H
#define LINE_TEST_H

#include <autograd.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "ops/kernel/kernel_table.h"

#define AG_SET wide
#define AG_VECTOR_BYTES 64
#include "ops/kernel/simd/line_kernels.c"

/* Set i: those of the machine, then the wide one; NULL past the last. */
static inline const ag__line_set *lines_at(int i)
{
    bool runs = false;
    const ag__kernels *set = ag__kernels_at(i, &runs);
    if (set != NULL) {
        return runs ? set->lines : ag__kernels_best()->lines;
    }
    return i > 0 && ag__kernels_at(i - 1, &runs) != NULL ? &ag__line_set_wide : NULL;
}

enum { MOST = 150, GUARD = 77 };

/* From -3 to 3.5, and others. */
static inline double number(int i)
{
    return (i * 37 % 27) / 4.0 - 3;
}

static inline double other(int i)
{
    return (i * 29 % 23) / 8.0 - 1;
}

static inline void near_number(double have, double want, double tolerance, const char *what, int n)
{
    bool ok = isnan(want) ? isnan(have)
                          : have == want || fabs(have - want) <= tolerance * (1 + fabs(want));
    ck_assert_msg(ok, "%s of %d: %.17g, not %.17g", what, n, have, want);
}

static inline double sum_of(const double *a, const double *b, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        sum += a[i] * (b != NULL ? b[i] : 1);
    }
    return sum;
}

#endif
