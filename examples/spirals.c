/* Points of three spirals, told apart by a network in single precision:
 *
 *     2 -> 64, relu, batch normalization, dropout -> 64, relu -> 3, softmax cross-entropy
 *
 * trained with Adam on labels. Training and evaluation differ in two places, batch normalization
 * and dropout, so the points it is judged by, which it has not seen, go through in evaluation mode.
 * Sources: He and others, Delving deep into rectifiers (2015), for the first weights; Ioffe and
 * Szegedy, Batch normalization (2015); Srivastava and others, Dropout (2014); Kingma and Ba, Adam
 * (2015).
 */
#include "example.h"
#include <math.h>

enum { CLASSES = 3, POINTS = 300, HIDDEN = 64, STEPS = 400 };

/* W1, b1, gamma, beta, W2, b2, W3, b3 */
enum { W1, B1, GAMMA, BETA, W2, B2, W3, B3, PARAMETERS };

static const ag_shape shapes[] = {
    {2, {HIDDEN, 2}},      {1, {HIDDEN}}, {1, {HIDDEN}},          {1, {HIDDEN}},
    {2, {HIDDEN, HIDDEN}}, {1, {HIDDEN}}, {2, {CLASSES, HIDDEN}}, {1, {CLASSES}},
};

typedef struct points {
    ag_tensor *x, *label; /* [POINTS,2] and, of i64, [POINTS] */
} points;

typedef struct model {
    ag_graph *graph;
    ag_tensor *p[PARAMETERS], *mean[PARAMETERS], *square[PARAMETERS]; /* the latter: Adam's */
    ag_tensor *running_mean, *running_var;                            /* batch normalization's */
} model;

/* Class c is the arm that begins at the angle 2 pi c/3; each point is a little beside its arm. */
static points points_new(ag_graph *g)
{
    static float x[2 * POINTS];
    static int64_t label[POINTS];
    for (int i = 0; i < POINTS; i++) {
        int c = i % CLASSES;
        double radius = 0.1 + 0.9 * ag_random_uniform(g);
        double angle = 2.0944 * c + 4 * radius + 0.25 * ag_random_normal(g);
        label[i] = c;
        x[2 * i] = (float)(radius * cos(angle));
        x[2 * i + 1] = (float)(radius * sin(angle));
    }
    return (points){ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(POINTS, 2), x),
                    ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(POINTS), label)};
}

static ag_status model_new(model *m, ag_graph *g)
{
    m->graph = g;
    for (int i = 0; i < PARAMETERS; i++) {
        m->p[i] = ag_full(g, AG_PARAMETER, shapes[i], i == GAMMA ? 1 : 0);
        m->mean[i] = ag_full(g, AG_CONSTANT, shapes[i], 0);
        m->square[i] = ag_full(g, AG_CONSTANT, shapes[i], 0);
        double inputs = (double)shapes[i].dim[1];
        if (shapes[i].ndim == 2 && ag_fill_normal(m->p[i], 0, sqrt(2 / inputs)) != AG_OK) {
            break;
        }
    }
    m->running_mean = ag_full(g, AG_CONSTANT, AG_SHAPE(HIDDEN), 0);
    m->running_var = ag_full(g, AG_CONSTANT, AG_SHAPE(HIDDEN), 1);
    return ag_error(g);
}

/* [POINTS,CLASSES], whose softmax are the probabilities. */
static ag_tensor *logits(const model *m, ag_tensor *x, bool training)
{
    ag_tensor *const *p = m->p;
    ag_tensor *h = ag_linear_relu(x, p[W1], p[B1]);
    h = ag_batch_norm(h, p[GAMMA], p[BETA], m->running_mean, m->running_var,
                      &(ag_batch_norm_options){.training = training});
    h = ag_linear_relu(ag_dropout(h, 0.2, training), p[W2], p[B2]);
    return ag_linear(h, p[W3], p[B3]);
}

/* The share of points whose largest logit is that of their class. */
static double accuracy(const model *m, points of)
{
    ag_no_grad_enter(m->graph);
    ag_tensor *guess = ag_argmax_along(logits(m, of.x, false), 1, false);
    double share = ag_item(ag_mean(ag_cast(ag_eq(guess, of.label), AG_F32)));
    ag_no_grad_leave(m->graph);
    return share;
}

static ag_status train(model *m, points of)
{
    ag_mark mark = ag_graph_mark(m->graph); /* what has to stay is below it */
    for (int step = 1; step <= STEPS; step++) {
        ag_tensor *loss = ag_cross_entropy(logits(m, of.x, true), of.label, NULL);
        if (ag_backward(loss) != AG_OK || ag_adam_step(&(ag_adam){.rate = 0.01}, m->p, PARAMETERS,
                                                       m->mean, m->square, step) != AG_OK) {
            break;
        }
        if (step == 1 || step % 100 == 0) {
            printf("step %3d   loss %.4f\n", step, ag_item(loss));
        }
        ag_zero_grads(m->graph);
        if (ag_graph_rewind(m->graph, mark) != AG_OK) {
            break;
        }
    }
    return ag_error(m->graph);
}

enum { SIDE = 151 };

/* What the network says of the plane, and the points that it has not seen. */
static bool draw(const char *path, const model *m, points of)
{
    static const char *const arms[] = {"arm 0", "arm 1", "arm 2"};
    static double xy[2 * SIDE * SIDE], z[CLASSES * SIDE * SIDE], x[POINTS], y[POINTS];
    static float place[2 * SIDE * SIDE];
    const viz_grid grid = {-1.2, 1.2, -1.2, 1.2, SIDE, SIDE};
    viz_grid_points(&grid, xy);
    for (int i = 0; i < 2 * SIDE * SIDE; i++) {
        place[i] = (float)xy[i];
    }
    for (int i = 0; i < POINTS; i++) {
        x[i] = (double)((const float *)ag_data(of.x))[2 * i];
        y[i] = (double)((const float *)ag_data(of.x))[2 * i + 1];
    }
    ag_graph *g = m->graph;
    ag_no_grad_enter(g);
    ag_tensor *all = ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(SIDE * SIDE, 2), place);
    ag_status status = ag_get(logits(m, all, false), z, CLASSES * SIDE * SIDE);
    ag_no_grad_leave(g);
    viz_plot p = {.title = "Three spirals, new points", .equal = true, .width = 460, .height = 480};
    p.layer[0] =
        (viz_layer){VIZ_REGIONS, .grid = grid, .z = z, .classes = CLASSES, .class_name = arms};
    p.layer[1] = (viz_layer){VIZ_POINTS,
                             .x = x,
                             .y = y,
                             .n = POINTS,
                             .label = ag_data(of.label),
                             .classes = CLASSES,
                             .class_name = arms};
    return status == AG_OK && viz_save_plot(g, path, &p, NULL) == AG_OK;
}

int main(int argc, char **argv)
{
    model m;
    example e = {"Points of three spirals.", .seed = 1, .draws = "spirals.svg"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = e.seed});
    if (g == NULL) {
        return 1;
    }
    points seen = points_new(g), fresh = points_new(g);
    bool good = model_new(&m, g) == AG_OK && train(&m, seen) == AG_OK;
    if (good) {
        double share = accuracy(&m, fresh);
        printf("of %d new points %.0f in a hundred are told right\n", POINTS, 100 * share);
        const char *path = example_figure(&e, g, "spirals.svg");
        good = share > 0.9 && (path == NULL || draw(path, &m, fresh));
    }
    fputs(ag_error_message(g), stderr);
    ag_graph_free(g);
    return good ? 0 : 1;
}
