/* A tensor in a few numbers: its norm, range, the count of elements that are not finite, the first
 * and last elements. Must not know how they are laid out.
 */
#include "record.h"

#include <math.h>

double *viz__elements(viz__record *r, size_t step, bool gradient, ag_status *status)
{
    const ag_tensor *t = viz__node(r, step);
    int64_t n = r->fact[step].size;
    double *x = viz__array(r->graph, (size_t)n, sizeof *x);
    if (x == NULL) {
        *status = AG_ERR_MEMORY;
        return NULL;
    }
    *status = gradient ? ag_grad_get(t, x, n) : ag_get(t, x, n);
    if (*status != AG_OK) {
        viz__elements_free(r, step, x);
        return NULL;
    }
    return x;
}

void viz__elements_free(viz__record *r, size_t step, double *elements)
{
    viz__array_free(r->graph, elements, (size_t)r->fact[step].size, sizeof *elements);
}

/* The Euclidean norm. The elements are divided by the largest magnitude, so that their squares
 * neither overflow nor underflow (Blue 1978). */
static double norm(const double *x, int64_t n)
{
    double largest = 0, sum = 0;
    for (int64_t i = 0; i < n; i++) {
        if (isnan(x[i])) {
            return x[i];
        }
        largest = fmax(largest, fabs(x[i]));
    }
    if (largest == 0 || isinf(largest)) {
        return largest;
    }
    for (int64_t i = 0; i < n; i++) {
        sum += (x[i] / largest) * (x[i] / largest);
    }
    return largest * sqrt(sum);
}

static void summarize(viz__stats *s, const double *x, int64_t n)
{
    *s = (viz__stats){.n = n, .min = (double)INFINITY, .max = -(double)INFINITY};
    for (int64_t i = 0; i < n; i++) {
        if (i < VIZ__FEW) {
            s->first[i] = x[i];
        }
        if (n - i <= VIZ__LAST) {
            s->last[VIZ__LAST - (n - i)] = x[i];
        }
        if (isnan(x[i])) {
            s->nan++;
        } else if (isinf(x[i])) {
            s->inf++;
        } else {
            s->min = fmin(s->min, x[i]);
            s->max = fmax(s->max, x[i]);
        }
    }
    if (s->nan + s->inf == n) {
        s->min = s->max = (double)NAN;
    }
    s->norm = norm(x, n);
}

ag_status viz__stats_read(viz__stats *s, viz__record *r, size_t step, bool gradient)
{
    ag_status status;
    double *x = viz__elements(r, step, gradient, &status);
    if (x != NULL) {
        summarize(s, x, r->fact[step].size);
        viz__elements_free(r, step, x);
    }
    return status;
}
