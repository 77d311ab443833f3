/* A loss of one's own: the quantile (pinball) loss max(tau e, (tau - 1) e) of the error e = y - q,
 * checked against differences and minimized by gradient descent with rate 1: the 90% quantile of
 * 1000 normal numbers. Source: Koenker, Bassett, Regression Quantiles, Econometrica 46 (1978), 33.
 */
#include "example.h"
#include <math.h>

enum { POINTS = 1000, STEPS = 300 };

/* in[0] are the points y, in[1] is q. */
static ag_tensor *pinball(ag_tensor *const *in, int n, void *tau)
{
    double t = *(const double *)tau;
    ag_tensor *e = n == 2 ? ag_sub(in[0], in[1]) : NULL;
    return ag_mean(ag_maximum(ag_mul_scalar(e, t), ag_mul_scalar(e, t - 1)));
}

static bool check(ag_graph *g, double tau)
{
    char text[200];
    const double some[] = {-1.5, -0.2, 0.4, 2.0}; /* none at the kink, q = 0.1 */
    ag_tensor *in[] = {ag_from_values(g, AG_VARIABLE, AG_SHAPE(4), some), ag_variable(g, 0.1)};
    ag_gradcheck_result result = ag_gradcheck(pinball, &tau, in, 2, NULL);
    ag_gradcheck_text(&result, text, sizeof text);
    return puts(text) >= 0 && result.ok;
}

static double fit(ag_graph *g, ag_tensor *y, double tau)
{
    ag_tensor *in[] = {y, ag_parameter(g, 0)};
    ag_mark mark = ag_graph_mark(g);
    for (int i = 0; i < STEPS; i++, ag_zero_grad(in[1])) {
        if (ag_backward(pinball(in, 2, &tau)) != AG_OK || ag_graph_rewind(g, mark) != AG_OK ||
            ag_set_item(in[1], ag_item(in[1]) - ag_grad_item(in[1])) != AG_OK) {
            return NAN;
        }
    }
    return ag_item(in[1]);
}

int main(int argc, char **argv)
{
    example e = {"The 90% quantile by its loss.", .no_seed = true, .draws = "quantile.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    double v[POINTS], tau = 0.9, below = 0;
    ag_graph *g = ag_graph_new();
    ag_tensor *y = ag_full(g, AG_CONSTANT, AG_SHAPE(POINTS), 0);
    bool good = check(g, tau) && !ag_fill_normal(y, 0, 1) && !ag_get(y, v, POINTS);
    double q = good ? fit(g, y, tau) : NAN, at[2] = {q, q}, height[2] = {0, 100};
    for (int i = 0; good && i < POINTS; i++) {
        below += v[i] < q;
    }
    printf("q = %.4f: a share of %.3f of the points lies below it\n", q, below / POINTS);
    viz_plot p = {.layer = {{VIZ_HISTOGRAM, "points", .x = v, .n = POINTS}}};
    example_line(&p, "q", at, height, 2);
    good = good && example_draw(&e, g, "quantile.svg", "A quantile by its loss", &p, 1);
    return example_end(g, good && fabs(below / POINTS - tau) < 1.5 / POINTS);
}
