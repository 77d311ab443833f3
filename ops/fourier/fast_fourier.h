/* The discrete Fourier transform of one line of complex numbers of any length. Private to
 * ops/fourier/. Must not know tensors.
 */
#ifndef OPS_FOURIER_FAST_FOURIER_H
#define OPS_FOURIER_FAST_FOURIER_H

#include "mixed_radix.h"

/* What depends on the length alone. Complex numbers are pairs of doubles. */
typedef struct ag__fourier {
    int64_t n;
    ag__mixed_radix radices; /* of n itself, or of a length m that is at least 2n - 1 */
    double *chirp;           /* n numbers, exp(-pi i k^2/n); NULL where m is n */
    double *filter;          /* m numbers, the transform of the conjugate chirp, divided by m */
} ag__fourier;

/* How many doubles a plan needs, and how many a line needs to work in; false if there are too many
 * to count. */
bool ag__fourier_room(int64_t n, int64_t *plan, int64_t *work);

/* Fills the plan; `work` is used until it returns. */
void ag__fourier_open(ag__fourier *f, int64_t n, double *plan, double *work);

/* line[k] = sum over j of line[j] exp(-2 pi i j k/n). */
void ag__fourier_line(const ag__fourier *f, double *line, double *work);

#endif
