/* Gradient descent with all rows, with mini-batches and with single rows, on a line: where the
 * parameters of y = t0 + t1 x + e are on their way from (0, 0). After figure 4-11 of Géron,
 * Hands-On Machine Learning, which the notes on deep learning (12.3) show: with all rows the way is
 * smooth and ends at least squares; with few it is shorter to compute, and never quite rests
 * unless the rate falls.
 */
#include "example.h"
#include <math.h>

enum { ROWS = 100 };

/* x in [0, 2], y = 4 + 3 x + a standard normal number. */
static nn_data *line(ag_graph *g)
{
    double x[ROWS], y[ROWS];
    for (int i = 0; i < ROWS; i++) {
        x[i] = 2 * ag_random_uniform(g);
        y[i] = 4 + 3 * x[i] + ag_random_normal(g);
    }
    return nn_data_from(g, AG_SHAPE(ROWS, 1), x, AG_SHAPE(ROWS, 1), y);
}

/* Least squares: what all three look for. */
static ag_status least_squares(const nn_data *d, double t[2])
{
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (int64_t i = 0; i < nn_rows(d); i++) {
        double x, y;
        ag_status status = nn_get_sample(d, i, &x, 1);
        status = status == AG_OK ? nn_get_target(d, i, &y, 1) : status;
        if (status != AG_OK) {
            return status;
        }
        n++, sx += x, sy += y, sxx += x * x, sxy += x * y;
    }
    t[1] = (n * sxy - sx * sy) / (n * sxx - sx * sx);
    t[0] = (sy - t[1] * sx) / n;
    return AG_OK;
}

typedef struct way {
    const char *name;
    int64_t batch;
    double rate, decay; /* rate/(1 + decay k) in step k */
} way;

static const way ways[] = {{"all rows", ROWS, 0.1, 0},
                           {"batches of 20", 20, 0.1, 0},
                           {"single rows", 1, 0.1, 0},
                           {"single rows, falling rate", 1, 0.1, 0.02}};

/* The first steps of each way. */
enum { WAYS = 4, DRAWN = 300 };
typedef struct track {
    double x[DRAWN], y[DRAWN];
    size_t n;
} track;

static void note(track *k, ag_tensor *const *t)
{
    if (k->n < DRAWN) {
        k->x[k->n] = ag_item(t[0]);
        k->y[k->n++] = ag_item(t[1]);
    }
}

static bool is_shown(int epoch, int epochs)
{
    return epoch == 1 || epoch == 2 || epoch == 5 || epoch == 10 || epoch == 20 || epoch == epochs;
}

/* Goes one way; prints the parameters after some epochs and their distance from least squares. */
static ag_status go(const nn_data *d, const way *w, int epochs, const double *goal, track *k)
{
    ag_graph *g = nn_graph_of_data(d);
    ag_tensor *t[] = {ag_parameter(g, 0), ag_parameter(g, 0)};
    nn_optimizer *sgd =
        nn_with_schedule(nn_sgd(g, &(ag_sgd){.rate = w->rate}), nn_inverse_decay(w->decay));
    nn_batches *rows = nn_batches_new(d, &(nn_batches_options){.size = w->batch, .seed = 1});
    ag_status status = nn_attach_list(sgd, t, 2);
    ag_mark mark = ag_graph_mark(g);
    note(k, t);
    printf("%s\n", w->name);
    for (int epoch = 1; status == AG_OK && epoch <= epochs; epoch++) {
        nn_batch b;
        status = nn_batches_start(rows, epoch, 0);
        while (status == AG_OK && nn_batches_next(rows, &b)) {
            ag_tensor *y = ag_add(t[0], ag_mul(t[1], b.x));
            status = ag_backward(ag_mse_loss(y, b.y, AG_MEAN));
            status = status == AG_OK ? nn_step(sgd) : status;
            note(k, t);
            status = status == AG_OK ? ag_graph_rewind(g, mark) : status;
        }
        if (is_shown(epoch, epochs)) {
            double a = ag_item(t[0]), c = ag_item(t[1]);
            printf("  epoch %3d   t0 %9.6f   t1 %9.6f   off by %.6f\n", epoch, a, c,
                   hypot(a - goal[0], c - goal[1]));
        }
    }
    return status == AG_OK ? ag_error(g) : status;
}

/* The mean squared error of t0 + t1 x on a grid, and the ways over it, two by two. */
static bool draw(const example *e, const nn_data *d, const track *k)
{
    enum { SIDE = 61 };
    static double at[2 * SIDE * SIDE], error[SIDE * SIDE];
    static const viz_grid grid = {-0.5, 6, -0.5, 6, SIDE, SIDE};
    viz_grid_points(&grid, at);
    for (int i = 0; i < SIDE * SIDE * ROWS; i++) {
        double x = 0, y = 0, *t = at + 2 * (i / ROWS);
        if (nn_get_sample(d, i % ROWS, &x, 1) != AG_OK ||
            nn_get_target(d, i % ROWS, &y, 1) != AG_OK) {
            return false;
        }
        error[i / ROWS] += pow(y - t[0] - t[1] * x, 2) / ROWS;
    }
    viz_plot p[WAYS] = {{.title = NULL}};
    for (int i = 0; i < WAYS; i++) {
        p[i] = (viz_plot){.title = ways[i].name,
                          .x = {.label = "t0"},
                          .y = {.label = "t1"},
                          .equal = true,
                          .width = 380,
                          .height = 380};
        p[i].layer[0] = (viz_layer){VIZ_CONTOURS, .grid = grid, .z = error, .log = true};
        p[i].layer[1] = (viz_layer){VIZ_PATH, .x = k[i].x, .y = k[i].y, .n = k[i].n, .color = 2};
    }
    return example_draw(e, nn_graph_of_data(d), "descent.svg", "The first 300 steps", p, WAYS);
}

int main(int argc, char **argv)
{
    example e = {"Batch, mini-batch and stochastic gradient descent on a line.", .seed = 1,
                 .epochs = 200, .draws = "descent.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = e.seed});
    nn_data *d = line(g);
    double goal[2] = {0, 0};
    ag_status status = least_squares(d, goal);
    printf("least squares   t0 %9.6f   t1 %9.6f\n", goal[0], goal[1]);
    static track tracks[WAYS];
    for (size_t i = 0; status == AG_OK && i < WAYS; i++) {
        status = go(d, &ways[i], e.epochs, goal, &tracks[i]);
    }
    return example_end(g, status == AG_OK && draw(&e, d, tracks));
}
