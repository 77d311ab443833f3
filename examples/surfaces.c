/* The optimizers of the notes on deep learning (12.10) on surfaces of two parameters that are hard
 * for gradient descent: a pit, a ravine and a saddle. A table says how high each stands after some
 * steps.
 */
#include "example.h"
#include <math.h>

typedef struct surface {
    const char *name, *formula;
    ag_tensor *(*height)(ag_tensor *x, ag_tensor *y);
    double start[2];
} surface;

/* A narrow pit in a plain: far away the gradient is next to nothing. */
static ag_tensor *pit(ag_tensor *x, ag_tensor *y)
{
    ag_tensor *r = ag_add(ag_square(x), ag_square(y));
    return ag_sub(ag_mul_scalar(r, 0.02), ag_exp(ag_mul_scalar(r, -2)));
}

/* Steep across, flat along: Rosenbrock's valley, with 10 in the place of 100. */
static ag_tensor *ravine(ag_tensor *x, ag_tensor *y)
{
    return ag_add(ag_mul_scalar(ag_square(ag_sub(y, ag_square(x))), 10),
                  ag_square(ag_add_scalar(x, -1)));
}

/* A pass between two hills: the way down is across the way that leads here. */
static ag_tensor *saddle(ag_tensor *x, ag_tensor *y)
{
    return ag_add(ag_sub(ag_square(x), ag_square(y)), ag_mul_scalar(ag_square(ag_square(y)), 0.25));
}

static const surface surfaces[] = {
    {"pit", "0.02 r^2 - exp(-2 r^2), lowest -1", pit, {1.6, 1.2}},
    {"ravine", "10 (y - x^2)^2 + (1 - x)^2, lowest 0", ravine, {-1.2, 1}},
    {"saddle", "x^2 - y^2 + y^4/4, lowest -1", saddle, {1.5, 1e-3}},
};

typedef struct method {
    const char *name;
    nn_optimizer *(*make)(ag_graph *g);
} method;

static nn_optimizer *sgd(ag_graph *g)
{
    return nn_sgd(g, &(ag_sgd){.rate = 0.01});
}
static nn_optimizer *momentum(ag_graph *g)
{
    return nn_sgd(g, &(ag_sgd){.rate = 0.01, .momentum = 0.9});
}
static nn_optimizer *nesterov(ag_graph *g)
{
    return nn_sgd(g, &(ag_sgd){.rate = 0.01, .momentum = 0.9, .nesterov = true});
}
static nn_optimizer *adagrad(ag_graph *g)
{
    return nn_adagrad(g, &(ag_adagrad){.rate = 0.1});
}
static nn_optimizer *rmsprop(ag_graph *g)
{
    return nn_rmsprop(g, &(ag_rmsprop){.rate = 0.01, .alpha = 0.9});
}
static nn_optimizer *adadelta(ag_graph *g)
{
    return nn_adadelta(g, NULL);
}
static nn_optimizer *adam(ag_graph *g)
{
    return nn_adam(g, &(ag_adam){.rate = 0.05});
}

static const method methods[] = {
    {"SGD", sgd},         {"momentum", momentum}, {"Nesterov", nesterov}, {"Adagrad", adagrad},
    {"RMSprop", rmsprop}, {"Adadelta", adadelta}, {"Adam", adam}};

enum { METHODS = sizeof methods / sizeof *methods, SHOWN = 200, SIDE = 81 };

/* The ways down one surface, for a figure: the first steps of each method. */
typedef struct ways {
    double x[METHODS][SHOWN], y[METHODS][SHOWN];
    size_t n[METHODS];
} ways;

/* One line: the height after 10, 100, 1000 steps, and where that is. */
static ag_status descend(ag_graph *g, const surface *s, const method *m, int steps, ways *w)
{
    size_t k = (size_t)(m - methods);
    ag_tensor *at[] = {ag_name(ag_parameter(g, s->start[0]), "x"),
                       ag_name(ag_parameter(g, s->start[1]), "y")};
    nn_optimizer *opt = m->make(g);
    ag_status status = nn_attach_list(opt, at, 2);
    ag_mark mark = ag_graph_mark(g);
    printf("  %-7s %-9s", s->name, m->name);
    for (int step = 0; status == AG_OK && step <= steps; step++) {
        ag_tensor *height = s->height(at[0], at[1]);
        if (step < SHOWN) {
            w->x[k][step] = ag_item(at[0]);
            w->y[k][step] = ag_item(at[1]);
            w->n[k] = (size_t)step + 1;
        }
        if (step == 10 || step == 100 || step == steps) {
            printf(" %10.5f", ag_item(height));
        }
        status = ag_backward(height);
        status = status == AG_OK ? nn_step(opt) : status;
        status = status == AG_OK ? ag_graph_rewind(g, mark) : status;
    }
    printf("   (%.3f, %.3f)\n", ag_item(at[0]), ag_item(at[1]));
    return status == AG_OK ? ag_error(g) : status;
}

/* The points of a grid as two tensors. */
static void points_of(ag_graph *g, const viz_grid *grid, ag_role role, ag_tensor *at[2])
{
    static double xy[2 * SIDE * SIDE], part[SIDE * SIDE];
    int64_t n = (int64_t)(grid->columns * grid->rows);
    viz_grid_points(grid, xy);
    for (int k = 0; k < 2; k++) {
        for (int64_t i = 0; i < n; i++) {
            part[i] = xy[2 * i + k];
        }
        at[k] = ag_from_values(g, role, AG_SHAPE(n), part);
    }
}

/* The height of all points in one call. */
static ag_status heights(ag_graph *g, const surface *s, const viz_grid *grid, double *z)
{
    ag_tensor *at[2];
    points_of(g, grid, AG_CONSTANT, at);
    return ag_get(s->height(at[0], at[1]), z, SIDE * SIDE);
}

static const viz_grid fine = {-2, 2, -2, 2, SIDE, SIDE}, coarse = {-1.9, 1.9, -1.9, 1.9, 15, 15};

/* The surface as colors and lines, and four of the ways. */
static bool draw_ways(const char *path, ag_graph *g, const surface *s, const double *z,
                      const ways *w)
{
    static const int drawn[] = {0, 1, 4, 6}; /* SGD, momentum, RMSprop, Adam */
    bool log = s->height == ravine;
    viz_plot p = {
        .title = s->formula, .x = {.label = "x"}, .y = {.label = "y"}, .width = 520, .height = 460};
    p.layer[0] = (viz_layer){VIZ_HEAT, .grid = fine, .z = z, .log = log};
    p.layer[1] = (viz_layer){VIZ_CONTOURS, .grid = fine, .z = z, .log = log};
    for (int i = 0; i < 4; i++) {
        int k = drawn[i];
        p.layer[2 + i] =
            (viz_layer){VIZ_PATH,     .name = methods[k].name,    .x = w->x[k], .y = w->y[k],
                        .n = w->n[k], .color = i == 0 ? 5 : i + 1};
    }
    p.x.from = p.y.from = -2;
    p.x.to = p.y.to = 2;
    return viz_save_plot(g, path, &p, NULL) == AG_OK;
}

/* Where the gradient points to, in each of 225 points: that of the sum of all heights. */
static bool draw_gradients(const char *path, ag_graph *g, const surface *s, const double *z)
{
    enum { N = 225 };
    double x[N], y[N], dx[N], dy[N];
    ag_tensor *at[2];
    points_of(g, &coarse, AG_VARIABLE, at);
    bool good = ag_backward(ag_sum(s->height(at[0], at[1]))) == AG_OK &&
                ag_get(at[0], x, N) == AG_OK && ag_get(at[1], y, N) == AG_OK &&
                ag_grad_get(at[0], dx, N) == AG_OK && ag_grad_get(at[1], dy, N) == AG_OK;
    viz_plot p = {.title = s->formula,
                  .x = {.label = "x"},
                  .y = {.label = "y"},
                  .equal = true,
                  .width = 480,
                  .height = 500};
    p.layer[0] = (viz_layer){VIZ_CONTOURS, .grid = fine, .z = z};
    p.layer[1] = (viz_layer){VIZ_ARROWS, .name = "gradient", .x = x, .y = y,
                             .dx = dx,   .dy = dy,           .n = N, .color = 2};
    return good && viz_save_plot(g, path, &p, NULL) == AG_OK;
}

static bool draw(const example *e, ag_graph *g, const surface *s, const ways *w)
{
    static double z[SIDE * SIDE];
    char name[60];
    snprintf(name, sizeof name, "surfaces-%s.svg", s->name);
    const char *path = example_figure(e, g, name);
    snprintf(name, sizeof name, "surfaces-%s-gradients.svg", s->name);
    const char *gradients = example_figure(e, g, name);
    if (path == NULL || gradients == NULL) {
        return true;
    }
    return heights(g, s, &fine, z) == AG_OK && draw_ways(path, g, s, z, w) &&
           draw_gradients(gradients, g, s, z);
}

int main(int argc, char **argv)
{
    example e = {"Optimizers on a pit, a ravine and a saddle.", .epochs = 1000, .no_seed = true,
                 .draws = "surfaces-pit.svg, surfaces-ravine.svg, surfaces-saddle.svg, and "
                          "-gradients.svg of each"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new();
    ag_status status = AG_OK;
    bool good = true;
    static ways w;
    for (size_t i = 0; i < sizeof surfaces / sizeof *surfaces; i++) {
        const surface *s = &surfaces[i];
        printf("%s: %s, from (%g, %g)\n  height after 10, 100, %d steps\n", s->name, s->formula,
               s->start[0], s->start[1], e.epochs);
        for (size_t k = 0; status == AG_OK && k < sizeof methods / sizeof *methods; k++) {
            status = descend(g, s, &methods[k], e.epochs, &w);
        }
        good = good && draw(&e, g, s, &w);
    }
    return example_end(g, good && status == AG_OK);
}
