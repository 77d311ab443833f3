/* fft, ifft, rfft, irfft: the transform of what is cut or filled up to n elements, and of real
 * numbers. Must not know how a transform is computed; that is dft.c.
 */
#include <math.h>

#include <autograd/elementwise.h>
#include <autograd/fourier.h>
#include <autograd/shape.h>

#include "fourier_ops.h"
#include "ops/common/composite.h"
#include "ops/common/indexing.h"

/* What a call means. */
typedef struct transform {
    ag__composite c;
    int axis;
    int64_t n;
    ag_fft_norm norm;
} transform;

static bool opens(transform *t, const char *name, ag_tensor *x, int axis, bool complex)
{
    ag_shape s = ag_shape_of(x);
    char text[AG_SHAPE_TEXT];
    if (!ag__composite_open(&t->c, name, &x, 1, 1) || ag_call_same_float(&t->c.call) != AG_OK) {
        return false;
    }
    if (complex && (s.ndim < 2 || s.dim[s.ndim - 1] != 2)) {
        ag_call_fail(&t->c.call, AG_ERR_SHAPE, "real and imaginary parts along a last axis",
                     "an operand of %s has no last axis of 2", ag_shape_text(s, text));
        return false;
    }
    if (!complex && s.ndim == AG_MAX_DIMS) {
        ag_call_fail(&t->c.call, AG_ERR_SHAPE, NULL, "the operand has %d dimensions already",
                     s.ndim);
        return false;
    }
    return ag_call_axis(&t->c.call, axis, complex ? s.ndim - 1 : s.ndim, &t->axis) == AG_OK &&
           ag__composite_argument(&t->c, t->n >= 0, "n", (double)t->n, "0 means as it is") &&
           ag__composite_argument(&t->c, (unsigned)t->norm <= AG_FFT_FORWARD, "norm", t->norm,
                                  "AG_FFT_BACKWARD, ORTHO or FORWARD");
}

/* Sets n to `usual` where the caller leaves it open. */
static bool has_elements(transform *t, int64_t usual)
{
    t->n = t->n > 0 ? t->n : usual;
    if (t->n < 1) {
        ag_call_fail(&t->c.call, AG_ERR_SHAPE, NULL, "there is no element along axis %d", t->axis);
    }
    return t->n > 0;
}

/* x cut, or filled up with zeros, to n elements along the axis. */
static ag_tensor *fitted(ag_tensor *x, int axis, int64_t n)
{
    int64_t have = ag_shape_of(x).dim[axis];
    ag_pad_widths widths = {{0}, {0}};
    if (have >= n) {
        return have == n ? x : ag_narrow(x, axis, 0, n);
    }
    widths.after[axis] = n - have;
    return ag_pad(x, AG_PAD_CONSTANT, &widths, 0);
}

static ag_tensor *apply(const transform *t, ag_tensor *x, bool back)
{
    ag__dft_attr attr = {t->axis, back, 1};
    bool whole = t->norm == (back ? AG_FFT_BACKWARD : AG_FFT_FORWARD);
    if (whole || t->norm == AG_FFT_ORTHO) {
        attr.scale = 1 / (whole ? (double)t->n : sqrt((double)t->n));
    }
    return ag_apply(&ag__dft_op, &x, 1, &attr, sizeof attr);
}

static ag_tensor *both(const char *name, ag_tensor *x, int axis, int64_t n, ag_fft_norm norm,
                       bool back)
{
    transform t = {.n = n, .norm = norm};
    if (!opens(&t, name, x, axis, true) || !has_elements(&t, ag_shape_of(x).dim[t.axis])) {
        return NULL;
    }
    return AG__COMPOSED(&t.c, apply(&t, fitted(x, t.axis, t.n), back));
}

ag_tensor *ag_fft(ag_tensor *x, int axis, int64_t n, ag_fft_norm norm)
{
    return both("fft", x, axis, n, norm, false);
}

ag_tensor *ag_ifft(ag_tensor *x, int axis, int64_t n, ag_fft_norm norm)
{
    return both("ifft", x, axis, n, norm, true);
}

ag_tensor *ag_rfft(ag_tensor *x, int axis, int64_t n, ag_fft_norm norm)
{
    transform t = {.n = n, .norm = norm};
    if (!opens(&t, "rfft", x, axis, false) || !has_elements(&t, ag_shape_of(x).dim[t.axis])) {
        return NULL;
    }
    ag__composite_enter(&t.c);
    x = fitted(x, t.axis, t.n);
    ag_tensor *zero = ag__zeros(ag_graph_of(x), ag_dtype_of(x), ag_shape_of(x));
    ag_tensor *y = apply(&t, ag_stack((ag_tensor *[]){x, zero}, 2, -1), false);
    return ag__composite_leave(&t.c, y != NULL ? ag_narrow(y, t.axis, 0, t.n / 2 + 1) : NULL);
}

/* X[1], ..., X[n - m], as far as they are there, conjugated and in reverse order: X[m], ..., X[n-1]
 * for m = n/2 + 1. */
static ag_tensor *mirrored(ag_tensor *x, const transform *t)
{
    int last = ag_shape_of(x).ndim - 1;
    ag_tensor *part = ag_narrow(x, t->axis, 1, t->n - t->n / 2 - 1);
    ag_tensor *real = ag_narrow(part, last, 0, 1), *imaginary = ag_narrow(part, last, 1, 1);
    ag_tensor *conjugate = ag_concat((ag_tensor *[]){real, ag_neg(imaginary)}, 2, last);
    return ag_flip(conjugate, AG_AXES(t->axis));
}

/* Element k along the axis without its imaginary part. */
static ag_tensor *real_part(ag_tensor *x, const transform *t, int64_t k)
{
    int last = ag_shape_of(x).ndim - 1;
    ag_tensor *real = ag_narrow(ag_narrow(x, t->axis, k, 1), last, 0, 1);
    ag_tensor *zero =
        real != NULL ? ag__zeros(ag_graph_of(x), ag_dtype_of(x), ag_shape_of(real)) : NULL;
    return ag_concat((ag_tensor *[]){real, zero}, 2, last);
}

/* All n of which x has the first n/2 + 1: the one or two that are their own conjugates are real. */
static ag_tensor *with_conjugates(ag_tensor *x, const transform *t)
{
    ag_tensor *part[4] = {real_part(x, t, 0)};
    int n = 1;
    if (t->n > 2) {
        part[n++] = ag_narrow(x, t->axis, 1, (t->n - 1) / 2);
    }
    if (t->n % 2 == 0) {
        part[n++] = real_part(x, t, t->n / 2);
    }
    if (t->n > 2) {
        part[n++] = mirrored(x, t);
    }
    return ag_concat(part, n, t->axis);
}

ag_tensor *ag_irfft(ag_tensor *x, int axis, int64_t n, ag_fft_norm norm)
{
    transform t = {.n = n, .norm = norm};
    if (!opens(&t, "irfft", x, axis, true) ||
        !has_elements(&t, 2 * (ag_shape_of(x).dim[t.axis] - 1))) {
        return NULL;
    }
    ag__composite_enter(&t.c);
    x = fitted(x, t.axis, t.n / 2 + 1);
    ag_tensor *y = apply(&t, with_conjugates(x, &t), true);
    return ag__composite_leave(&t.c, y != NULL ? ag_select(y, -1, 0) : NULL);
}
