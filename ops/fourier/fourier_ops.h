/* The descriptor of the family, and what it takes. Private to ops/fourier/. */
#ifndef OPS_FOURIER_FOURIER_OPS_H
#define OPS_FOURIER_FOURIER_OPS_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

/* Y[k] = scale times the sum over j of X[j] exp(-+2 pi i j k/n), + on the way back. */
typedef struct ag__dft_attr {
    int axis; /* 0 to ndim - 2 */
    bool back;
    double scale;
} ag__dft_attr;

extern const ag_op ag__dft_op; /* dft.c */

#endif
