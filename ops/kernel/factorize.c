/* Elimination, substitution and Cholesky's factor; see factorize.h. Must not know what a tensor
 * is. */
#include "factorize.h"

#include <math.h>

/* --- elimination ------------------------------------------------------------------------------ */

/* Subtracts `factor` times row j from row i, from column `from` on. */
static void subtract_row(double *a, int64_t columns, int64_t i, int64_t j, double factor,
                         int64_t from)
{
    double *to = a + i * columns;
    const double *row = a + j * columns;
    for (int64_t c = from; c < columns; c++) {
        to[c] -= factor * row[c];
    }
}

static void exchange_rows(double *a, int64_t columns, int64_t i, int64_t j)
{
    for (int64_t c = 0; c < columns; c++) {
        double t = a[i * columns + c];
        a[i * columns + c] = a[j * columns + c];
        a[j * columns + c] = t;
    }
}

/* The row at or below the diagonal with the largest magnitude in a column. NaN counts as the
 * largest. */
static int64_t pivot_row(int64_t rows, int64_t columns, const double *a, int64_t column)
{
    int64_t best = column;
    for (int64_t i = column + 1; i < rows; i++) {
        double have = fabs(a[best * columns + column]);
        if (have == have && !(fabs(a[i * columns + column]) <= have)) {
            best = i;
        }
    }
    return best;
}

int64_t ag__eliminate(int64_t n, double *a, int64_t k, double *b, double *sign)
{
    *sign = 1;
    for (int64_t j = 0; j < n; j++) {
        int64_t pivot = pivot_row(n, n, a, j);
        if (a[pivot * n + j] == 0) {
            return j;
        }
        if (pivot != j) {
            exchange_rows(a, n, pivot, j);
            exchange_rows(b, k, pivot, j);
            *sign = -*sign;
        }
        for (int64_t i = j + 1; i < n; i++) {
            double factor = a[i * n + j] / a[j * n + j];
            subtract_row(a, n, i, j, factor, j);
            subtract_row(b, k, i, j, factor, 0);
        }
    }
    return -1;
}

void ag__factor_lu(int64_t m, int64_t n, double *a, int64_t *order)
{
    for (int64_t i = 0; i < m; i++) {
        order[i] = i;
    }
    for (int64_t j = 0; j < m && j < n; j++) {
        int64_t pivot = pivot_row(m, n, a, j);
        if (a[pivot * n + j] == 0) {
            continue;
        }
        if (pivot != j) {
            int64_t t = order[j];
            order[j] = order[pivot];
            order[pivot] = t;
            exchange_rows(a, n, pivot, j);
        }
        for (int64_t i = j + 1; i < m; i++) {
            double factor = a[i * n + j] / a[j * n + j];
            subtract_row(a, n, i, j, factor, j + 1);
            a[i * n + j] = factor;
        }
    }
}

double ag__pivot_product(int64_t n, const double *upper, double sign)
{
    for (int64_t i = 0; i < n; i++) {
        sign *= upper[i * n + i];
    }
    return sign;
}

/* --- triangles -------------------------------------------------------------------------------- */

int64_t ag__substitute(int64_t n, const double *t, ag__triangle of, int64_t k, double *b)
{
    int64_t row_step = of.transpose ? 1 : n, column_step = of.transpose ? n : 1;
    bool upper = of.upper != of.transpose; /* the matrix of the system is upper triangular */
    for (int64_t i = 0; !of.unit && i < n; i++) {
        if (t[i * n + i] == 0) {
            return i;
        }
    }
    for (int64_t step = 0; step < n; step++) {
        int64_t i = upper ? n - 1 - step : step;
        int64_t from = upper ? i + 1 : 0, to = upper ? n : i;
        for (int64_t j = from; j < to; j++) {
            subtract_row(b, k, i, j, t[i * row_step + j * column_step], 0);
        }
        for (int64_t c = 0; !of.unit && c < k; c++) {
            b[i * k + c] /= t[i * n + i];
        }
    }
    return -1;
}

int64_t ag__factor_cholesky(int64_t n, double *a)
{
    for (int64_t j = 0; j < n; j++) {
        for (int64_t i = j; i < n; i++) {
            double sum = a[i * n + j];
            for (int64_t c = 0; c < j; c++) {
                sum -= a[i * n + c] * a[j * n + c];
            }
            if (i == j && !(sum > 0 && sum < (double)INFINITY)) {
                return j + 1;
            }
            a[i * n + j] = i == j ? sqrt(sum) : sum / a[j * n + j];
        }
        for (int64_t c = j + 1; c < n; c++) {
            a[j * n + c] = 0;
        }
    }
    return -1;
}

/* --- reflections ------------------------------------------------------------------------------ */

/* The norm of column j from the diagonal on; its square may leave the range. */
static double column_norm(int64_t m, int64_t n, const double *a, int64_t j)
{
    double most = 0, sum = 0;
    for (int64_t i = j; i < m; i++) {
        double size = fabs(a[i * n + j]);
        most = size > most || size != size ? size : most;
    }
    if (most == 0 || most != most || most > 1.7976931348623157e308) {
        return most;
    }
    for (int64_t i = j; i < m; i++) {
        sum += a[i * n + j] / most * (a[i * n + j] / most);
    }
    return most * sqrt(sum);
}

/* Applies the reflection 1 - tau v v^T to the columns from `from` on of B (m,k). v is 1 at row j and
 * column j of A below it. */
static void reflect(int64_t m, int64_t n, const double *a, int64_t j, double tau, double *b,
                    int64_t k, int64_t from)
{
    for (int64_t c = from; c < k; c++) {
        double sum = b[j * k + c];
        for (int64_t i = j + 1; i < m; i++) {
            sum += a[i * n + j] * b[i * k + c];
        }
        sum *= tau;
        b[j * k + c] -= sum;
        for (int64_t i = j + 1; i < m; i++) {
            b[i * k + c] -= a[i * n + j] * sum;
        }
    }
}

/* Makes the reflection that leaves of column j its norm at the diagonal. */
static double make_reflection(int64_t m, int64_t n, double *a, int64_t j)
{
    double top = a[j * n + j], rest = 0;
    for (int64_t i = j + 1; i < m; i++) {
        rest = a[i * n + j] != 0 ? 1 : rest;
    }
    if (rest == 0) {
        return 0;
    }
    double norm = -copysign(column_norm(m, n, a, j), top);
    for (int64_t i = j + 1; i < m; i++) {
        a[i * n + j] /= top - norm;
    }
    a[j * n + j] = norm;
    return (norm - top) / norm;
}

void ag__factor_qr(int64_t m, int64_t n, double *a, double *q, double *tau)
{
    int64_t k = m < n ? m : n;
    for (int64_t j = 0; j < k; j++) {
        tau[j] = make_reflection(m, n, a, j);
        reflect(m, n, a, j, tau[j], a, n, j + 1);
    }
    for (int64_t i = 0; i < m * k; i++) {
        q[i] = i / k == i % k;
    }
    for (int64_t j = k - 1; j >= 0; j--) {
        reflect(m, n, a, j, tau[j], q, k, j);
    }
}
