/* What a single linear unit can tell apart: points of the plane on the two sides of a curve, and
 * inside and outside of a circle (the notes on neural networks, 5.1 and 5.2). The unit is least
 * squares as a network,
 *
 *     prediction = beta0 + beta1 x1 + beta2 x2,   loss = sum((y - prediction)^2) / 2,
 *
 * whose gradient makes a step of rate r the lecture's beta + r X'(y - prediction). A point counts
 * as class 1 where the prediction is above 1/2. The points are R's, drawn with the lecture's seed,
 * so that every number here is the one printed there.
 */
#include "point_panels.h"
#include <math.h>

typedef struct problem {
    const char *title;
    double (*target)(double x1, double x2);
    const int panels[7]; /* the steps after which the lecture draws the predictions; then 0 */
} problem;

static double above_curve(double x1, double x2)
{
    return x2 > 2 * (1 / (1 + exp(-4 * x1)) - 0.5);
}

static double outside_circle(double x1, double x2)
{
    return x1 * x1 + x2 * x2 > 1;
}

static const problem problems[] = {
    {"5.1: above the curve x2 = 2 (sigmoid(4 x1) - 1/2)", above_curve, {1, 2, 5, 10, 50, 100}},
    {"5.2: outside of the circle x1^2 + x2^2 = 1", outside_circle, {1, 20, 25, 30, 40, 50}},
};

/* X [n,3], whose first column is 1, and y [n,1]. False after an error. */
static bool points_of(const nn_data *d, const problem *p, ag_tensor **x, ag_tensor **y)
{
    ag_graph *g = nn_graph_of_data(d);
    int64_t n = nn_rows(d);
    *x = ag_name(ag_full(g, AG_CONSTANT, AG_SHAPE(n, 3), 1), "X");
    *y = ag_name(ag_full(g, AG_CONSTANT, AG_SHAPE(n, 1), 0), "y");
    double *row = ag_mutable_data(*x), *target = ag_mutable_data(*y);
    for (int64_t i = 0; row != NULL && target != NULL && i < n; i++, row += 3) {
        if (nn_get_sample(d, i, row + 1, 2) != AG_OK) {
            ag_fail(g, AG_ERR_SHAPE, "two columns, x1 and x2", "the points have other columns");
            break;
        }
        target[i] = p->target(row[1], row[2]);
    }
    return ag_error(g) == AG_OK;
}

/* One line for a panel of the lecture: these weights, the share of points that they predict as 1,
 * and the share that they predict rightly. */
static void print_panel(int step, ag_tensor *beta, ag_tensor *prediction, ag_tensor *y)
{
    const double *b = ag_data(beta), *p = ag_data(prediction), *t = ag_data(y);
    int64_t n = ag_size(y), ones = 0, right = 0;
    for (int64_t i = 0; b != NULL && p != NULL && t != NULL && i < n; i++) {
        ones += p[i] > 0.5;
        right += (p[i] > 0.5) == (t[i] == 1);
    }
    if (b != NULL) {
        printf("%5d  %13.7g %13.7g %13.7g   %6.3f   %6.3f\n", step, b[0], b[1], b[2],
               (double)ones / (double)n, (double)right / (double)n);
    }
}

/* Gradient descent on all points. Returns beta. */
static ag_tensor *fit(ag_graph *g, const nn_data *d, const problem *p, point_panels *w)
{
    ag_tensor *x, *y;
    ag_tensor *beta =
        ag_name(ag_from_values(g, AG_PARAMETER, AG_SHAPE(3, 1), (double[]){0, -1, 0}), "beta");
    if (!points_of(d, p, &x, &y)) {
        return NULL;
    }
    printf(
        "%s; mean of y %.3f\n step          beta0         beta1         beta2   ones     right\n",
        p->title, ag_item(ag_mean(y)));
    ag_mark mark = ag_graph_mark(g);
    for (int step = 1, panel = 0; p->panels[panel] != 0; step++) {
        ag_tensor *prediction = ag_matmul(x, beta);
        ag_tensor *loss = ag_mul_scalar(ag_sum(ag_square(ag_sub(y, prediction))), 0.5);
        if (step == p->panels[panel]) {
            print_panel(step, beta, prediction, y);
            point_panels_note(w, panel, step, x, prediction);
            panel++;
        }
        if (ag_backward(loss) != AG_OK ||
            ag_sgd_step(&(ag_sgd){.rate = 1e-4}, &beta, 1, NULL) != AG_OK) {
            return NULL;
        }
        ag_zero_grads(g);
        if (ag_graph_rewind(g, mark) != AG_OK) {
            return NULL;
        }
    }
    return beta;
}

int main(int argc, char **argv)
{
    example e = {"A single linear unit on points that a curve and a circle separate.",
                 .data = "examples/data", .no_seed = true,
                 .draws = "points-curve.svg, points-circle.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new();
    nn_data *d = nn_read_csv(g, example_file(&e, g, "l10_points.csv"), NULL);
    bool good = d != NULL;
    for (int i = 0; good && i < 2; i++) {
        double b[3];
        static point_panels w;
        const char *name = i == 0 ? "points-curve.svg" : "points-circle.svg";
        good = ag_get(fit(g, d, &problems[i], &w), b, 3) == AG_OK;
        if (good) {
            good = point_panels_draw(&e, g, name, problems[i].title, &w);
            printf("  then beta = (%.7g, %.7g, %.7g)\n\n", b[0], b[1], b[2]);
        }
    }
    return example_end(g, good);
}
