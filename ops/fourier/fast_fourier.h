/* The discrete Fourier transform of one line of complex numbers. Private to ops/fourier/. Must not
 * know tensors.
 */
#ifndef OPS_FOURIER_FAST_FOURIER_H
#define OPS_FOURIER_FAST_FOURIER_H

#include <stdbool.h>
#include <stdint.h>

/* What depends on the length alone. Complex numbers are pairs of doubles. */
typedef struct ag__fourier {
    int64_t n;
    int64_t m;      /* a power of 2: n itself, or one that is at least 2n - 1 */
    double *root;   /* m/2 numbers, exp(-2 pi i k/m) */
    double *chirp;  /* n numbers, exp(-pi i k^2/n); for other n only */
    double *filter; /* m numbers, the transform of the conjugate chirp, divided by m */
} ag__fourier;

/* How many doubles a plan needs, and how many a line needs to work in; false if there are too many
 * to count. */
bool ag__fourier_room(int64_t n, int64_t *plan, int64_t *work);

void ag__fourier_open(ag__fourier *f, int64_t n, double *plan);

/* line[k] = sum over j of line[j] exp(-2 pi i j k/n). */
void ag__fourier_line(const ag__fourier *f, double *line, double *work);

#endif
