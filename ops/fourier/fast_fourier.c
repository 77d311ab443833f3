/* Lengths without a large prime factor by passes of mixed radices; others as a convolution of such a
 * length (Bluestein, 1970). Must not know tensors.
 */
#include "fast_fourier.h"

#include <math.h>
#include <string.h>

#define HALF_TURN 3.1415926535897932384626433832795

/* n, or the least power of 2, or five, six or seven eighths of one, that a convolution has room
 * in. */
static int64_t length_for(int64_t n)
{
    int64_t power = 8;
    if (ag__mixed_radix_fits(n)) {
        return n;
    }
    while (power < 2 * n - 1) {
        power *= 2;
    }
    for (int eighths = 5; eighths < 8; eighths++) {
        if (power / 8 * eighths >= 2 * n - 1) {
            return power / 8 * eighths;
        }
    }
    return power;
}

bool ag__fourier_room(int64_t n, int64_t *plan, int64_t *work)
{
    if (n > INT64_MAX / 512) {
        return false;
    }
    int64_t m = length_for(n);
    *plan = ag__mixed_radix_room(m) + (m == n ? 0 : 2 * n + 2 * m);
    *work = m == n ? 2 * n : 4 * m;
    return true;
}

/* to = a b, where `to` may be a or b. */
static void multiply(double *to, const double *a, const double *b)
{
    double real = a[0] * b[0] - a[1] * b[1];
    to[1] = a[0] * b[1] + a[1] * b[0];
    to[0] = real;
}

/* k^2 counts modulo 2n, a whole turn, and is kept there: as a number it would lose the angle. */
static void set_chirp(ag__fourier *f)
{
    int64_t square = 0;
    for (int64_t k = 0; k < f->n; k++) {
        double angle = HALF_TURN * (double)square / (double)f->n;
        f->chirp[2 * k] = cos(angle);
        f->chirp[2 * k + 1] = -sin(angle);
        square = (square + 2 * k + 1) % (2 * f->n);
    }
}

static void set_filter(ag__fourier *f, double *work)
{
    const int64_t m = f->radices.n;
    memset(f->filter, 0, (size_t)(2 * m) * sizeof *f->filter);
    for (int64_t k = 0; k < f->n; k++) {
        int64_t mirrored = (m - k) % m;
        f->filter[2 * k] = f->filter[2 * mirrored] = f->chirp[2 * k] / (double)m;
        f->filter[2 * k + 1] = f->filter[2 * mirrored + 1] = -f->chirp[2 * k + 1] / (double)m;
    }
    ag__mixed_radix_line(&f->radices, f->filter, work);
}

void ag__fourier_open(ag__fourier *f, int64_t n, double *plan, double *work)
{
    const int64_t m = length_for(n);
    *f = (ag__fourier){.n = n};
    ag__mixed_radix_open(&f->radices, m, plan);
    if (m != n) {
        f->chirp = plan + ag__mixed_radix_room(m);
        f->filter = f->chirp + 2 * n;
        set_chirp(f);
        set_filter(f, work);
    }
}

/* With c the chirp, j k = (j^2 + k^2 - (k - j)^2)/2 makes Y[k] = c[k] times the sum over j of
 * x[j] c[j] and the conjugate of c[k - j]: a convolution, which is a product of transforms. The
 * transform of the conjugate is the conjugate of the way back. */
static void by_convolution(const ag__fourier *f, double *line, double *work)
{
    const int64_t m = f->radices.n;
    memset(work, 0, (size_t)(2 * m) * sizeof *work);
    for (int64_t j = 0; j < f->n; j++) {
        multiply(work + 2 * j, line + 2 * j, f->chirp + 2 * j);
    }
    ag__mixed_radix_line(&f->radices, work, work + 2 * m);
    for (int64_t k = 0; k < m; k++) {
        multiply(work + 2 * k, work + 2 * k, f->filter + 2 * k);
        work[2 * k + 1] = -work[2 * k + 1];
    }
    ag__mixed_radix_line(&f->radices, work, work + 2 * m);
    for (int64_t k = 0; k < f->n; k++) {
        work[2 * k + 1] = -work[2 * k + 1];
        multiply(line + 2 * k, work + 2 * k, f->chirp + 2 * k);
    }
}

void ag__fourier_line(const ag__fourier *f, double *line, double *work)
{
    if (f->chirp == NULL) {
        ag__mixed_radix_line(&f->radices, line, work);
    } else {
        by_convolution(f, line, work);
    }
}
