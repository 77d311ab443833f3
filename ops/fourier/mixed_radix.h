/* The discrete Fourier transform of one line of complex numbers whose length has no prime factor
 * above 31. Private to ops/fourier/. Must not know tensors.
 */
#ifndef OPS_FOURIER_MIXED_RADIX_H
#define OPS_FOURIER_MIXED_RADIX_H

#include <stdbool.h>
#include <stdint.h>

/* One pass over the line: transforms of `radix` numbers that stand `after` numbers apart. `before`
 * is the product of the radices of earlier passes; before * radix * after is the line's length. */
typedef struct ag__fourier_pass {
    int radix;
    int64_t before, after;
    double *twiddle; /* (radix - 1) x after: exp(-2 pi i j before k/n) for j from 1 */
    double *root;    /* radix: exp(-2 pi i j/radix) */
} ag__fourier_pass;

/* What depends on the length alone. Complex numbers are pairs of doubles. */
typedef struct ag__mixed_radix {
    int64_t n;
    int passes;
    ag__fourier_pass pass[64]; /* every radix is at least 2 */
} ag__mixed_radix;

bool ag__mixed_radix_fits(int64_t n);

/* How many doubles a plan needs. */
int64_t ag__mixed_radix_room(int64_t n);

void ag__mixed_radix_open(ag__mixed_radix *f, int64_t n, double *plan);

/* line[k] = sum over j of line[j] exp(-2 pi i j k/n); `work` has room for n numbers. */
void ag__mixed_radix_line(const ag__mixed_radix *f, double *line, double *work);

#endif
