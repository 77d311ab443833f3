/* Powers of 2 in place, by bit reversal and butterflies (Cooley and Tukey, 1965); other lengths as a
 * convolution of such a length (Bluestein, 1970). Every root of unity is computed by itself, so that
 * errors do not add up along the line. Must not know tensors.
 */
#include "fast_fourier.h"

#include <math.h>
#include <string.h>

#define TURN 6.283185307179586476925286766559

static int64_t power_for(int64_t n)
{
    int64_t m = 1;
    while (m < n) {
        m *= 2;
    }
    return m == n ? n : 2 * m >= 2 * n - 1 ? 2 * m : 4 * m;
}

bool ag__fourier_room(int64_t n, int64_t *plan, int64_t *work)
{
    if (n > INT64_MAX / 512) {
        return false;
    }
    int64_t m = power_for(n);
    *plan = m == n ? m : m + 2 * n + 2 * m;
    *work = m == n ? 0 : 2 * m;
    return true;
}

/* to = a b, where `to` may be a or b. */
static void multiply(double *to, const double *a, const double *b)
{
    double real = a[0] * b[0] - a[1] * b[1];
    to[1] = a[0] * b[1] + a[1] * b[0];
    to[0] = real;
}

static void reverse_bits(double *x, int64_t m)
{
    for (int64_t i = 1, j = 0; i < m; i++) {
        int64_t bit = m >> 1;
        for (; j & bit; bit >>= 1) {
            j ^= bit;
        }
        j ^= bit;
        if (i < j) {
            double pair[2];
            memcpy(pair, x + 2 * i, sizeof pair);
            memcpy(x + 2 * i, x + 2 * j, sizeof pair);
            memcpy(x + 2 * j, pair, sizeof pair);
        }
    }
}

static void power_of_two(const ag__fourier *f, double *x)
{
    reverse_bits(x, f->m);
    for (int64_t half = 1; half < f->m; half *= 2) {
        const int64_t apart = f->m / (2 * half);
        for (int64_t at = 0; at < f->m; at += 2 * half) {
            for (int64_t k = 0; k < half; k++) {
                double *a = x + 2 * (at + k), *b = a + 2 * half, turned[2];
                multiply(turned, b, f->root + 2 * k * apart);
                b[0] = a[0] - turned[0];
                b[1] = a[1] - turned[1];
                a[0] += turned[0];
                a[1] += turned[1];
            }
        }
    }
}

/* k^2 counts modulo 2n, a whole turn, and is kept there: as a number it would lose the angle. */
static void set_chirp(ag__fourier *f)
{
    int64_t square = 0;
    for (int64_t k = 0; k < f->n; k++) {
        double angle = TURN / 2 * (double)square / (double)f->n;
        f->chirp[2 * k] = cos(angle);
        f->chirp[2 * k + 1] = -sin(angle);
        square = (square + 2 * k + 1) % (2 * f->n);
    }
}

static void set_filter(ag__fourier *f)
{
    memset(f->filter, 0, (size_t)(2 * f->m) * sizeof *f->filter);
    for (int64_t k = 0; k < f->n; k++) {
        int64_t mirrored = (f->m - k) % f->m;
        f->filter[2 * k] = f->filter[2 * mirrored] = f->chirp[2 * k] / (double)f->m;
        f->filter[2 * k + 1] = f->filter[2 * mirrored + 1] = -f->chirp[2 * k + 1] / (double)f->m;
    }
    power_of_two(f, f->filter);
}

void ag__fourier_open(ag__fourier *f, int64_t n, double *plan)
{
    *f = (ag__fourier){.n = n, .m = power_for(n), .root = plan};
    for (int64_t k = 0; k < f->m / 2; k++) {
        double angle = TURN * (double)k / (double)f->m;
        f->root[2 * k] = cos(angle);
        f->root[2 * k + 1] = -sin(angle);
    }
    if (f->m != n) {
        f->chirp = plan + f->m;
        f->filter = f->chirp + 2 * n;
        set_chirp(f);
        set_filter(f);
    }
}

/* With c the chirp, j k = (j^2 + k^2 - (k - j)^2)/2 makes Y[k] = c[k] times the sum over j of
 * x[j] c[j] and the conjugate of c[k - j]: a convolution, which is a product of transforms. The
 * transform of the conjugate is the conjugate of the way back. */
static void by_convolution(const ag__fourier *f, double *line, double *work)
{
    memset(work, 0, (size_t)(2 * f->m) * sizeof *work);
    for (int64_t j = 0; j < f->n; j++) {
        multiply(work + 2 * j, line + 2 * j, f->chirp + 2 * j);
    }
    power_of_two(f, work);
    for (int64_t k = 0; k < f->m; k++) {
        multiply(work + 2 * k, work + 2 * k, f->filter + 2 * k);
        work[2 * k + 1] = -work[2 * k + 1];
    }
    power_of_two(f, work);
    for (int64_t k = 0; k < f->n; k++) {
        work[2 * k + 1] = -work[2 * k + 1];
        multiply(line + 2 * k, work + 2 * k, f->chirp + 2 * k);
    }
}

void ag__fourier_line(const ag__fourier *f, double *line, double *work)
{
    if (f->m == f->n) {
        power_of_two(f, line);
    } else {
        by_convolution(f, line, work);
    }
}
