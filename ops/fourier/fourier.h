/* Discrete Fourier transforms. The comment at the top of ops.h applies: results are *borrowed* from
 * the graph, and NULL after an error, which the graph keeps. gY is the gradient of the result.
 *
 * A complex number is two real ones along a last axis of 2, its real and its imaginary part, as
 * torch.view_as_real shows it. `axis` counts the axes before that one, negative ones from their end.
 * The gradient of a complex operand is that by its real and by its imaginary part, two real ones.
 *
 * Any length takes O(n log n): powers of 2 by halving (Cooley and Tukey, 1965), others as a
 * convolution (Bluestein, 1970). Computed in f64, for f32 too.
 */
#ifndef AUTOGRAD_FOURIER_H
#define AUTOGRAD_FOURIER_H

#include "base.h"

AG_BEGIN_C

/* Where the factor 1/n stands, of NumPy's names: on the way back, 1/sqrt(n) on both ways, or on the
 * way forward. */
typedef enum ag_fft_norm { AG_FFT_BACKWARD, AG_FFT_ORTHO, AG_FFT_FORWARD } ag_fft_norm;

/* fft:  Y[k] = sum over j of X[j] exp(-2 pi i j k/n);  ifft: the same with +i, divided by n.
 * X is cut, or filled up with zeros, to n elements along the axis; n = 0 means as it is.
 *   (..., m, ..., 2) -> (..., n, ..., 2)
 *   fft: gX[j] = sum over k of gY[k] exp(+2 pi i j k/n), ifft: with -i, divided by n
 * Errors: AXIS; SHAPE (no last axis of 2, no element); VALUE (n is negative; the norm). */
AG_API ag_tensor *ag_fft(ag_tensor *x, int axis, int64_t n, ag_fft_norm norm);
AG_API ag_tensor *ag_ifft(ag_tensor *x, int axis, int64_t n, ag_fft_norm norm);

/* The first n/2 + 1 elements, rounded down, of the fft of real numbers, which say all: Y[n-k] is the
 * conjugate of Y[k].
 *   (..., m, ...) -> (..., n/2 + 1, ..., 2)
 *   gX[j] = sum over these k of the real part of gY[k] exp(+2 pi i j k/n)
 * Errors: as ag_fft. */
AG_API ag_tensor *ag_rfft(ag_tensor *x, int axis, int64_t n, ag_fft_norm norm);

/* The n real numbers of which X is the rfft; n = 0 means the even one, 2 (m - 1). The imaginary parts
 * of X[0] and, for even n, X[n/2] do not count.
 *   (..., m, ..., 2) -> (..., n, ...)
 *   gX[k] = the rfft of gY, divided by n, and twice that for k that stand for n - k, too
 * Errors: as ag_fft. */
AG_API ag_tensor *ag_irfft(ag_tensor *x, int axis, int64_t n, ag_fft_norm norm);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_fft(x, axis, n, norm) ag_fft(AG_AT(x), axis, n, norm)
#define ag_ifft(x, axis, n, norm) ag_ifft(AG_AT(x), axis, n, norm)
#define ag_rfft(x, axis, n, norm) ag_rfft(AG_AT(x), axis, n, norm)
#define ag_irfft(x, axis, n, norm) ag_irfft(AG_AT(x), axis, n, norm)
#endif

#endif
