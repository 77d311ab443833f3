/* The rows sgemm 128, 512 and 1024 by the product of a CBLAS, for comparison. Linked with that and
 * without the library.
 */
#include <cblas.h>

#include "bench/bench.h"

typedef struct work {
    int n;
    float *a, *b, *c;
} work;

static float *drawn(int n)
{
    float *x = malloc((size_t)n * (size_t)n * sizeof *x);
    if (x == NULL) {
        bench_stop("out of memory");
    }
    for (int i = 0; i < n * n; i++) {
        x[i] = (float)rand() / (float)RAND_MAX - 0.5F;
    }
    return x;
}

static void multiply(void *state)
{
    work *w = state;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, w->n, w->n, w->n, 1, w->a, w->n, w->b,
                w->n, 0, w->c, w->n);
}

int main(void)
{
    static const struct {
        const char *name;
        int n, repeats;
    } rows[] = {{"sgemm 128", 128, 400}, {"sgemm 512", 512, 10}, {"sgemm 1024", 1024, 3}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (bench_wants(rows[i].name)) {
            int n = rows[i].n;
            work w = {n, drawn(n), drawn(n), drawn(n)};
            double s = bench_time(multiply, &w, rows[i].repeats);
            bench_row(rows[i].name, 2e-9 * n * n * n / s, "GFLOP/s");
            free(w.a);
            free(w.b);
            free(w.c);
        }
    }
    return 0;
}
