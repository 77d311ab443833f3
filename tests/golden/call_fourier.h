/* Fourier transforms. */
#ifndef CALL_FOURIER_H
#define CALL_FOURIER_H

#include "call.h"

#define TRANSFORM_CALL(X, name) X(name, ONE(ag_##name(in[0], AXIS, WHOLE("n"), norm_of(r))))
#define GOLDEN_FOURIER(X)                                                                          \
    TRANSFORM_CALL(X, fft)                                                                         \
    TRANSFORM_CALL(X, ifft)                                                                        \
    TRANSFORM_CALL(X, rfft)                                                                        \
    TRANSFORM_CALL(X, irfft)

static ag_fft_norm norm_of(const record *r)
{
    return attr_is(r->text, "norm", "ortho")     ? AG_FFT_ORTHO
           : attr_is(r->text, "norm", "forward") ? AG_FFT_FORWARD
                                                 : AG_FFT_BACKWARD;
}

GOLDEN_FOURIER(GOLDEN_CALL)
static const golden_entry fourier_calls[] = {GOLDEN_FOURIER(GOLDEN_ENTRY)};

#endif
