/* Eigenvalues and singular values by rotations in planes; see factorize.h. Must not know what a
 * tensor is. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "factorize.h"

enum { MOST_SWEEPS = 60 }; /* convergence is quadratic, and 6 to 10 sweeps are usual */

/* --- what both need --------------------------------------------------------------------------- */

/* (x, y) <- (c x - s y, s x + c y), n elements each, `step` apart. */
static void rotate(double *x, double *y, int64_t n, int64_t step, double c, double s)
{
    for (int64_t i = 0; i < n; i++) {
        double a = x[i * step], b = y[i * step];
        x[i * step] = c * a - s * b;
        y[i * step] = s * a + c * b;
    }
}

/* The root t of t^2 + 2 zeta t - 1 = 0 with the smaller magnitude, which is the tangent of the
 * angle of rotation, and the cosine c and sine s of that angle. */
static double small_angle(double zeta, double *c, double *s)
{
    double t = (zeta >= 0 ? 1 : -1) / (fabs(zeta) + hypot(1, zeta));
    *c = 1 / sqrt(1 + t * t);
    *s = *c * t;
    return t;
}

/* Divides by the largest magnitude, so that squares neither overflow nor vanish. Returns that
 * magnitude. */
static double scale_to_one(double *a, int64_t n)
{
    double most = 0;
    for (int64_t i = 0; i < n; i++) {
        most = fmax(most, fabs(a[i]));
    }
    for (int64_t i = 0; most > 0 && i < n; i++) {
        a[i] /= most;
    }
    return most;
}

static void exchange(double *x, double *y, int64_t n, int64_t step)
{
    for (int64_t i = 0; i < n; i++) {
        double t = x[i * step];
        x[i * step] = y[i * step];
        y[i * step] = t;
    }
}

/* The factor that gives a vector the sign that factorize.h promises: 1 or -1. */
static double turn_of(const double *x, int64_t n, int64_t step)
{
    double most = 0;
    for (int64_t i = 0; i < n; i++) {
        most = fmax(most, fabs(x[i * step]));
    }
    for (int64_t i = 0; i < n; i++) {
        if (fabs(x[i * step]) > 0.55 * most) {
            return x[i * step] < 0 ? -1 : 1;
        }
    }
    return 1;
}

static void scale(double *x, int64_t n, int64_t step, double by)
{
    for (int64_t i = 0; i < n; i++) {
        x[i * step] *= by;
    }
}

/* --- eigenvalues ------------------------------------------------------------------------------ */

/* Makes a[p][q] zero by a rotation. The diagonal is computed from the angle, which is more accurate
 * than rotating it. */
static void rotate_pair(int64_t n, double *a, double *v, int64_t p, int64_t q)
{
    double c, s, apq = a[p * n + q], app = a[p * n + p], aqq = a[q * n + q];
    double t = small_angle((aqq - app) / (2 * apq), &c, &s);
    rotate(a + p * n, a + q * n, n, 1, c, s);
    rotate(a + p, a + q, n, n, c, s);
    rotate(v + p, v + q, n, n, c, s);
    a[p * n + p] = app - t * apq;
    a[q * n + q] = aqq + t * apq;
    a[p * n + q] = a[q * n + p] = 0;
}

static bool eigh_sweep(int64_t n, double *a, double *v)
{
    bool done = true;
    for (int64_t p = 0; p < n; p++) {
        for (int64_t q = p + 1; q < n; q++) {
            double size = sqrt(fabs(a[p * n + p])) * sqrt(fabs(a[q * n + q]));
            if (fabs(a[p * n + q]) > 0.25 * DBL_EPSILON * size) {
                rotate_pair(n, a, v, p, q);
                done = false;
            }
        }
    }
    return done;
}

/* Copies the lower triangle to the upper one, sets V to the identity and divides A by its largest
 * magnitude, which is returned. */
static double eigh_start(int64_t n, double *a, double *v)
{
    memset(v, 0, (size_t)(n * n) * sizeof *v);
    for (int64_t i = 0; i < n; i++) {
        v[i * n + i] = 1;
        for (int64_t j = i + 1; j < n; j++) {
            a[i * n + j] = a[j * n + i];
        }
    }
    return scale_to_one(a, n * n);
}

bool ag__factor_eigh(int64_t n, double *a, double *w, double *v)
{
    double size = eigh_start(n, a, v);
    bool done = false;
    for (int sweep = 0; sweep < MOST_SWEEPS && !done; sweep++) {
        done = eigh_sweep(n, a, v);
    }
    for (int64_t i = 0; i < n; i++) {
        w[i] = a[i * n + i] * size;
    }
    for (int64_t i = 0; i < n; i++) { /* the smallest of the rest comes next */
        int64_t next = i;
        for (int64_t j = i + 1; j < n; j++) {
            next = w[j] < w[next] ? j : next;
        }
        exchange(w + i, w + next, 1, 1);
        exchange(v + i, v + next, n, n);
        scale(v + i, n, n, turn_of(v + i, n, n));
    }
    return done;
}

/* --- singular values -------------------------------------------------------------------------- */

static double dot(const double *x, const double *y, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += x[i] * y[i];
    }
    return sum;
}

/* The square of the length of a row, or 0 if it has underflowed: beside the largest element, which
 * is 1, nothing but rounding errors is then left of the row, and they have no direction. */
static double square_of(const double *x, int64_t n)
{
    double square = dot(x, x, n);
    return square < DBL_MIN ? 0 : square;
}

/* Rotates every pair of rows of G (k,m) so that they become orthogonal, and those of V (k,n) in the
 * same way. Returns true if all pairs were orthogonal already. */
static bool svd_sweep(int64_t k, int64_t m, double *g, int64_t n, double *v)
{
    double tolerance = DBL_EPSILON * sqrt((double)m);
    bool done = true;
    for (int64_t p = 0; p < k; p++) {
        for (int64_t q = p + 1; q < k; q++) {
            double *x = g + p * m, *y = g + q * m, c, s;
            double xx = square_of(x, m), yy = square_of(y, m), xy = dot(x, y, m);
            if (xx > 0 && yy > 0 && fabs(xy) > tolerance * sqrt(xx) * sqrt(yy)) {
                small_angle((yy - xx) / (2 * xy), &c, &s);
                rotate(x, y, m, 1, c, s);
                rotate(v + p * n, v + q * n, n, 1, c, s);
                done = false;
            }
        }
    }
    return done;
}

/* Replaces row j of G (k,m), which is zero, by a unit vector that is orthogonal to the rows before
 * it. The part of an axis orthogonal to j < m unit vectors has a squared length of at least 1/m for
 * one of the m axes. */
static void complete(int64_t j, int64_t m, double *g)
{
    double *x = g + j * m, rest = 0;
    for (int64_t axis = 0; axis < m && !(rest > 0.5 / (double)m); axis++) {
        memset(x, 0, (size_t)m * sizeof *x);
        x[axis] = 1;
        for (int64_t i = 0; i < 2 * j; i++) { /* twice, because once leaves rounding errors */
            const double *y = g + i % j * m;
            double along = dot(x, y, m);
            for (int64_t e = 0; e < m; e++) {
                x[e] -= along * y[e];
            }
        }
        rest = dot(x, x, m);
    }
    scale(x, m, 1, 1 / sqrt(rest));
}

/* Divides each row of G by its length, writes the lengths to s, and sorts both, and the rows of V
 * with them, in descending order of the lengths. */
static void svd_order(int64_t k, int64_t m, double *g, int64_t n, double *v, double *s)
{
    for (int64_t i = 0; i < k; i++) {
        s[i] = sqrt(square_of(g + i * m, m));
    }
    for (int64_t i = 0; i < k; i++) {
        int64_t next = i;
        for (int64_t j = i + 1; j < k; j++) {
            next = s[j] > s[next] ? j : next;
        }
        exchange(s + i, s + next, 1, 1);
        exchange(g + i * m, g + next * m, m, 1);
        exchange(v + i * n, v + next * n, n, 1);
        if (s[i] > 0) {
            scale(g + i * m, m, 1, 1 / s[i]);
        } else {
            complete(i, m, g);
        }
    }
}

static void transpose(int64_t rows, int64_t columns, const double *from, double *to)
{
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < columns; j++) {
            to[j * rows + i] = from[i * columns + j];
        }
    }
}

/* Singular values and vectors of G (k,m), k <= m: its rows become the singular vectors of m
 * elements, and the rows of `right` (k,k) those of k elements. */
static bool svd_rows(int64_t k, int64_t m, double *g, double *s, double *right)
{
    double size = scale_to_one(g, k * m);
    bool done = false;
    memset(right, 0, (size_t)(k * k) * sizeof *right);
    for (int64_t i = 0; i < k; i++) {
        right[i * k + i] = 1;
    }
    for (int sweep = 0; sweep < MOST_SWEEPS && !done; sweep++) {
        done = svd_sweep(k, m, g, k, right);
    }
    svd_order(k, m, g, k, right, s);
    scale(s, k, 1, size);
    return done;
}

bool ag__factor_svd(int64_t m, int64_t n, double *a, double *u, double *s, double *vh, double *work)
{
    int64_t k = m < n ? m : n;
    double *ut = work, *v = work + k * m; /* the vectors are their rows */
    bool done;
    if (m >= n) {
        transpose(m, n, a, ut);
        done = svd_rows(k, m, ut, s, v);
    } else {
        memcpy(v, a, (size_t)(k * n) * sizeof *v);
        done = svd_rows(k, n, v, s, ut);
    }
    for (int64_t i = 0; i < k; i++) {
        double turn = turn_of(ut + i * m, m, 1);
        scale(ut + i * m, m, 1, turn);
        scale(v + i * n, n, 1, turn);
    }
    transpose(k, m, ut, u);
    memcpy(vh, v, (size_t)(k * n) * sizeof *v);
    return done;
}
