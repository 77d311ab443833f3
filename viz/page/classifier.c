/* A small network that learns to tell points of a plane apart, step by step, for the page: its data,
 * its loss, its weights and their gradients, what it says of the plane, and one sample as a program
 * that the page can derive. Must not know how any of it is drawn.
 */
#include "classifier.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

enum { BATCH = 10 };

struct page_classifier {
    ag_graph *graph;
    nn_module *net;
    nn_optimizer *optimizer;
    ag_mark mark;
    page_points points;
    char activation[24];
    int units[PAGE_MOST_LAYERS + 2]; /* of the inputs, each hidden layer and the output */
    int layers;                      /* of weights */
    int order[PAGE_POINTS];
    double weight[PAGE_MOST_WEIGHTS], gradient[PAGE_MOST_WEIGHTS];
    double norm[PAGE_MOST_LAYERS + 1]; /* of the gradient of each layer's weights */
    double loss, accuracy;
    double plane[PAGE_SIDE * PAGE_SIDE]; /* the probability of class 1 */
};

/* --- making ----------------------------------------------------------------------------------- */

/* "8,4" as numbers; false for anything else. */
static bool read_layers(page_classifier *c, const char *text)
{
    c->units[0] = 2;
    c->layers = 1;
    while (*text != '\0') {
        char *end;
        long n = strtol(text, &end, 10);
        if (end == text || n < 1 || n > PAGE_MOST_UNITS || c->layers > PAGE_MOST_LAYERS ||
            (*end != '\0' && (*end != ',' || end[1] == '\0'))) {
            return false;
        }
        c->units[c->layers++] = (int)n;
        text = *end == ',' ? end + 1 : end;
    }
    c->units[c->layers] = 1;
    return true;
}

static nn_module *network(page_classifier *c)
{
    nn_module *part[2 * PAGE_MOST_LAYERS + 4];
    int n = 0;
    for (int l = 1; l <= c->layers; l++) {
        part[n++] = nn_linear(c->graph, c->units[l], NULL);
        if (l < c->layers) {
            part[n++] = nn_activation(c->graph, c->activation);
        }
    }
    part[n++] = nn_reshape(c->graph, AG_SCALAR);
    return nn_sequential_of(c->graph, part, n);
}

static bool prepare(page_classifier *c, bool adam, double rate)
{
    c->net = network(c);
    c->optimizer = adam ? nn_adam(c->graph, &(ag_adam){.rate = rate})
                        : nn_sgd(c->graph, &(ag_sgd){.rate = rate});
    if (c->net == NULL || nn_build(c->net, AG_F64, AG_SHAPE(2)) != AG_OK ||
        nn_attach(c->optimizer, c->net) != AG_OK) {
        return false;
    }
    for (int i = 0; i < PAGE_POINTS; i++) {
        c->order[i] = i;
    }
    c->mark = ag_graph_mark(c->graph);
    return true;
}

page_classifier *page_classifier_new(const char *data, double noise, const char *layers,
                                     const char *activation, int adam, double rate, int seed)
{
    page_classifier *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return NULL;
    }
    c->graph = ag_graph_new_with(&(ag_graph_options){.seed = (uint64_t)seed});
    snprintf(c->activation, sizeof c->activation, "%s", activation);
    if (!read_layers(c, layers)) {
        fprintf(stderr,
                "layers: up to %d numbers from 1 to %d with commas between them, such as 4,2\n",
                PAGE_MOST_LAYERS, PAGE_MOST_UNITS);
    } else if (!page_points_draw(c->graph, data, noise, &c->points) ||
               !prepare(c, adam != 0, rate)) {
        fprintf(stderr, "%s\n", ag_error_message(c->graph));
    } else if (page_classifier_train(c, 0)) {
        return c;
    }
    page_classifier_free(c);
    fflush(stderr);
    return NULL;
}

void page_classifier_free(page_classifier *c)
{
    if (c != NULL) {
        ag_graph_free(c->graph);
        free(c);
    }
}

/* --- training --------------------------------------------------------------------------------- */

/* The mean loss of `n` points, the numbers of which are listed; *scores, unless it is NULL, is what
 * the network says of them. */
static ag_tensor *loss_of(page_classifier *c, const int *list, int n, ag_tensor **scores)
{
    double x[2 * PAGE_POINTS], t[PAGE_POINTS];
    for (int i = 0; i < n; i++) {
        x[2 * i] = c->points.x[list[i]];
        x[2 * i + 1] = c->points.y[list[i]];
        t[i] = c->points.label[list[i]];
    }
    ag_tensor *y = nn_call(c->net, ag_leaf(c->graph, AG_CONSTANT, AG_F64, AG_SHAPE(n, 2), x));
    if (scores != NULL) {
        *scores = y;
    }
    return ag_mean(nn_bce(y, ag_leaf(c->graph, AG_CONSTANT, AG_F64, AG_SHAPE(n), t), NULL));
}

static void shuffle(page_classifier *c)
{
    for (int i = PAGE_POINTS - 1; i > 0; i--) {
        int k = (int)(ag_random_uniform(c->graph) * (i + 1));
        int other = c->order[k];
        c->order[k] = c->order[i];
        c->order[i] = other;
    }
}

static bool train_epoch(page_classifier *c)
{
    shuffle(c);
    for (int at = 0; at < PAGE_POINTS; at += BATCH) {
        if (ag_backward(loss_of(c, c->order + at, BATCH, NULL)) != AG_OK ||
            nn_step(c->optimizer) != AG_OK || ag_graph_rewind(c->graph, c->mark) != AG_OK) {
            return false;
        }
    }
    return true;
}

/* The gradients that stand in the network, and the norm of each layer's. */
static bool keep_gradients(page_classifier *c)
{
    ag_tensor *all[2 * (PAGE_MOST_LAYERS + 1)];
    int n = nn_parameters(c->net, "*", all, 2 * (PAGE_MOST_LAYERS + 1));
    const nn_gradient_norms *norms = nn_gradient_norms_new(c->net);
    double *to = c->gradient;
    for (int i = 0; i < n; i++) {
        if (norms == NULL || ag_grad_get(all[i], to, ag_size(all[i])) != AG_OK) {
            return false;
        }
        to += ag_size(all[i]);
    }
    for (int i = 0; norms != NULL && i < norms->n; i += 2) {
        c->norm[i / 2] = norms->of[i].norm;
    }
    return nn_get_weights(c->net, c->weight, to - c->gradient) == AG_OK;
}

/* Loss, accuracy, weights and gradients of all points, as the network is now. */
static bool look(page_classifier *c)
{
    double score[PAGE_POINTS];
    ag_tensor *scores, *loss = loss_of(c, c->order, PAGE_POINTS, &scores);
    if (ag_backward(loss) != AG_OK || ag_get(scores, score, PAGE_POINTS) != AG_OK ||
        !keep_gradients(c)) {
        return false;
    }
    int right = 0;
    for (int i = 0; i < PAGE_POINTS; i++) {
        right += (score[i] > 0) == (c->points.label[c->order[i]] > 0);
    }
    c->loss = ag_item(loss);
    c->accuracy = (double)right / PAGE_POINTS;
    nn_zero_grads(c->optimizer);
    return ag_graph_rewind(c->graph, c->mark) == AG_OK;
}

/* What the network says of the plane from -1 to 1, row by row from above. */
static bool look_around(page_classifier *c)
{
    static const viz_grid grid = {-1, 1, -1, 1, PAGE_SIDE, PAGE_SIDE};
    double xy[2 * PAGE_SIDE * PAGE_SIDE];
    viz_grid_points(&grid, xy);
    ag_no_grad_enter(c->graph);
    ag_tensor *all = ag_leaf(c->graph, AG_CONSTANT, AG_F64, AG_SHAPE(PAGE_SIDE * PAGE_SIDE, 2), xy);
    ag_status status = ag_get(ag_sigmoid(nn_call(c->net, all)), c->plane, PAGE_SIDE * PAGE_SIDE);
    ag_no_grad_leave(c->graph);
    return status == AG_OK && ag_graph_rewind(c->graph, c->mark) == AG_OK;
}

int page_classifier_train(page_classifier *c, int epochs)
{
    bool good = true;
    for (int i = 0; i < epochs && good; i++) {
        good = train_epoch(c);
    }
    if (!good || !look(c) || !look_around(c)) {
        fprintf(stderr, "%s\n", ag_error_message(c->graph));
        fflush(stderr);
        return 0;
    }
    return 1;
}

/* --- reading ---------------------------------------------------------------------------------- */

void page_classifier_print(const page_classifier *c)
{
    printf("{\"loss\":%.17g,\"accuracy\":%.17g,\"side\":%d,\"units\":[",
           isfinite(c->loss) ? c->loss : -1, c->accuracy, PAGE_SIDE);
    for (int l = 0; l <= c->layers; l++) {
        printf("%s%d", l > 0 ? "," : "", c->units[l]);
    }
    printf("],\"norm\":[");
    for (int l = 0; l < c->layers; l++) {
        printf("%s%.17g", l > 0 ? "," : "", isfinite(c->norm[l]) ? c->norm[l] : -1);
    }
    printf("]}");
    fflush(stdout);
}

const double *page_classifier_numbers(const page_classifier *c, int which)
{
    const double *const numbers[] = {c->points.x, c->points.y, c->points.label,
                                     c->weight,   c->gradient, c->plane};
    return numbers[which];
}

/* --- one sample as a program ------------------------------------------------------------------ */

/* One unit: h12 = tanh(w121*x1 + w122*x2 + b12); of the output z, without an activation. */
static void print_unit(const page_classifier *c, int l, int j)
{
    bool last = l == c->layers;
    if (last) {
        printf("z = ");
    } else {
        printf("h%d_%d = %s(", l, j, c->activation);
    }
    for (int i = 1; i <= c->units[l - 1]; i++) {
        printf("w%d_%d%d*", l, j, i);
        printf(l > 1 ? "h%d_%d + " : "x%.0d%d + ", l > 1 ? l - 1 : 0, i);
    }
    printf("b%d_%d%s\n", l, j, last ? "" : ")");
}

/* The value of each weight of a layer, as bindings, each with a zero behind it. */
static const double *print_weights(const page_classifier *c, int l, const double *w)
{
    for (int j = 1; j <= c->units[l]; j++) {
        for (int i = 1; i <= c->units[l - 1]; i++) {
            printf("w%d_%d%d=%.6g%c", l, j, i, *w++, '\0');
        }
    }
    for (int j = 1; j <= c->units[l]; j++) {
        printf("b%d_%d=%.6g%c", l, j, *w++, '\0');
    }
    return w;
}

void page_classifier_sample(const page_classifier *c, int i)
{
    for (int l = 1; l <= c->layers; l++) {
        for (int j = 1; j <= c->units[l]; j++) {
            print_unit(c, l, j);
        }
    }
    printf("p = sigmoid(z)\n%s%c", c->points.label[i] > 0 ? "-log(p)" : "-log(1 - p)", '\0');
    printf("x1=%.4g%cx2=%.4g%c", c->points.x[i], '\0', c->points.y[i], '\0');
    const double *w = c->weight;
    for (int l = 1; l <= c->layers; l++) {
        w = print_weights(c, l, w);
    }
    fflush(stdout);
}
