/* The gradient of a Gaussian mixture's log-likelihood, with a Wishart prior, in the means, the
 * weights and the factors of the inverse covariances: 1000 points, 10 dimensions, 10 components,
 * f64. Once in tensors, and once in scalars, a graph of 1.3 million operations. Both must
 * give the same value. Source: Srajer, Kukelova and Fitzgibbon, A benchmark of selected algorithmic
 * differentiation tools on some problems in computer vision and machine learning (2018), section 3.
 */
#include <autograd.h>
#include <math.h>

#include "bench.h"

enum { POINTS = 1000, D = 10, K = 10 };
static const double gamma_prior = 1; /* of the prior: its precision; its degrees of freedom are 0 */

typedef struct mixture {
    ag_graph *graph;
    ag_mark mark;
    double x[POINTS][D];
    ag_tensor *points, *alpha, *mean, *log_diagonal, *lower; /* tensors */
    ag_tensor *a[K], *mu[K][D], *q[K][D], *l[K][D][D];       /* scalars; l is strictly lower */
    ag_tensor *(*objective)(struct mixture *);
    double value; /* of the last call */
} mixture;

/* A number from -1 to 1 that looks drawn, and is the same in both forms. */
static double drawn(int kind, int i)
{
    double s = 43758.5453 * sin(12.9898 * i + 78.233 * kind);
    return 2 * (s - floor(s)) - 1;
}

/* --- in tensors ------------------------------------------------------------------------------- */

static ag_tensor *filled(mixture *m, int kind, ag_role leaf, ag_shape shape)
{
    ag_tensor *t = ag_leaf(m->graph, leaf, AG_F64, shape, NULL);
    double *x = ag_mutable_data(t);
    for (int64_t i = 0; x != NULL && i < ag_size(t); i++) {
        x[i] = drawn(kind, (int)i);
    }
    return t;
}

static void make_tensors(mixture *m)
{
    m->points = filled(m, 0, AG_CONSTANT, AG_SHAPE(POINTS, D));
    m->alpha = filled(m, 1, AG_PARAMETER, AG_SHAPE(K));
    m->mean = filled(m, 2, AG_PARAMETER, AG_SHAPE(K, D));
    m->log_diagonal = filled(m, 3, AG_PARAMETER, AG_SHAPE(K, D));
    m->lower = filled(m, 4, AG_PARAMETER, AG_SHAPE(K, D, D));
}

static ag_tensor *in_tensors(mixture *m)
{
    ag_tensor *lower = ag_tril(m->lower, -1), *diagonal = ag_exp(m->log_diagonal);
    ag_tensor *factor = ag_add(lower, ag_diag_embed(diagonal, -2, -1, 0));
    ag_tensor *logdet = ag_sum_over(m->log_diagonal, AG_AXES(-1), false);
    ag_tensor *apart = ag_sub(m->points, ag_unsqueeze(m->mean, 1)); /* (K, POINTS, D) */
    ag_tensor *scaled = ag_matmul(apart, ag_transpose(factor));
    ag_tensor *half = ag_mul_scalar(ag_sum_over(ag_square(scaled), AG_AXES(-1), false), 0.5);
    ag_tensor *each = ag_sub(ag_unsqueeze(ag_add(m->alpha, logdet), 1), half);
    ag_tensor *mixed = ag_sum(ag_logsumexp_over(each, AG_AXES(0), false));
    ag_tensor *weights = ag_mul_scalar(ag_logsumexp(m->alpha), POINTS);
    ag_tensor *squares = ag_add(ag_sum(ag_square(diagonal)), ag_sum(ag_square(lower)));
    ag_tensor *prior = ag_mul_scalar(squares, 0.5 * gamma_prior * gamma_prior);
    return ag_add(ag_sub(mixed, weights), prior);
}

/* --- in scalars ------------------------------------------------------------------------------- */

static void make_scalars(mixture *m)
{
    for (int k = 0; k < K; k++) {
        m->a[k] = ag_variable(m->graph, drawn(1, k));
        for (int i = 0; i < D; i++) {
            m->mu[k][i] = ag_variable(m->graph, drawn(2, k * D + i));
            m->q[k][i] = ag_variable(m->graph, drawn(3, k * D + i));
            for (int j = 0; j < i; j++) {
                m->l[k][i][j] = ag_variable(m->graph, drawn(4, (k * D + i) * D + j));
            }
        }
    }
}

static ag_tensor *sum_of(ag_tensor *sum, ag_tensor *x)
{
    return sum != NULL ? ag_add(sum, x) : x;
}

static ag_tensor *logsumexp(ag_tensor *const x[K])
{
    double most = ag_item(x[0]);
    for (int k = 1; k < K; k++) {
        most = fmax(most, ag_item(x[k]));
    }
    ag_tensor *sum = NULL;
    for (int k = 0; k < K; k++) {
        sum = sum_of(sum, ag_exp(ag_add_scalar(x[k], -most)));
    }
    return ag_add_scalar(ag_log(sum), most);
}

/* Half the square of factor k times the point less the mean. */
static ag_tensor *half_square(mixture *m, int k, const double *x, ag_tensor *const diagonal[D])
{
    ag_tensor *apart[D], *squares = NULL;
    for (int i = 0; i < D; i++) {
        apart[i] = ag_add_scalar(m->mu[k][i], -x[i]);
        ag_tensor *line = ag_mul(diagonal[i], apart[i]);
        for (int j = 0; j < i; j++) {
            line = ag_add(line, ag_mul(m->l[k][i][j], apart[j]));
        }
        squares = sum_of(squares, ag_square(line));
    }
    return ag_mul_scalar(squares, 0.5);
}

static ag_tensor *in_scalars(mixture *m)
{
    ag_tensor *diagonal[K][D], *weight[K], *each[K], *squares = NULL, *sum = NULL;
    for (int k = 0; k < K; k++) {
        weight[k] = m->a[k];
        for (int i = 0; i < D; i++) {
            diagonal[k][i] = ag_exp(m->q[k][i]);
            weight[k] = ag_add(weight[k], m->q[k][i]);
            squares = sum_of(squares, ag_square(diagonal[k][i]));
            for (int j = 0; j < i; j++) {
                squares = ag_add(squares, ag_square(m->l[k][i][j]));
            }
        }
    }
    for (int n = 0; n < POINTS; n++) {
        for (int k = 0; k < K; k++) {
            each[k] = ag_sub(weight[k], half_square(m, k, m->x[n], diagonal[k]));
        }
        sum = sum_of(sum, logsumexp(each));
    }
    sum = ag_sub(sum, ag_mul_scalar(logsumexp(m->a), POINTS));
    return ag_add(sum, ag_mul_scalar(squares, 0.5 * gamma_prior * gamma_prior));
}

/* --- measuring -------------------------------------------------------------------------------- */

static void differentiate(void *state)
{
    mixture *m = state;
    ag_tensor *value = m->objective(m);
    m->value = ag_item(value);
    if (ag_backward(value) != AG_OK || ag_graph_rewind(m->graph, m->mark) != AG_OK) {
        bench_stop(ag_error_message(m->graph));
    }
    ag_zero_grads(m->graph);
}

static double measure(const char *name, void (*make)(mixture *), ag_tensor *(*objective)(mixture *))
{
    mixture m = {.graph = ag_graph_new(), .objective = objective};
    for (int i = 0; i < POINTS * D; i++) {
        m.x[i / D][i % D] = drawn(0, i);
    }
    make(&m);
    m.mark = ag_graph_mark(m.graph);
    double s = bench_time(differentiate, &m, 1);
    if (bench_wants(name)) {
        bench_row(name, 1e3 * s, "ms");
    }
    ag_graph_free(m.graph);
    return m.value;
}

int main(void)
{
    if (bench_wants("gmm 1000x10 K10 tensors") || bench_wants("gmm 1000x10 K10 scalars")) {
        double a = measure("gmm 1000x10 K10 tensors", make_tensors, in_tensors);
        double b = measure("gmm 1000x10 K10 scalars", make_scalars, in_scalars);
        if (!(fabs(a - b) <= 1e-10 * fabs(a))) {
            fprintf(stderr, "the log-likelihood is %.17g in tensors and %.17g in scalars\n", a, b);
            return 1;
        }
    }
    return 0;
}
