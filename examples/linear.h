/* What the examples draw that compare a network with a linear model: how the penalty of the linear
 * one was chosen, and how the network learned. Must not know the data.
 */
#ifndef LINEAR_H
#define LINEAR_H

#include "example.h"

/* The loss by cross-validation over the penalty, with the one that was taken, and the loss of the
 * network over the epochs; if figures are asked for. */
static inline bool linear_draw(const example *e, const char *name, const char *title,
                               const nn_path *path, const nn_history *h)
{
    viz_plot p[2] = {
        {.x = {.label = "L1 penalty", .log = true}, .y = {.label = "loss by cross-validation"}},
        {.x = {.label = "epoch"}, .y = {.label = "loss of the network"}}};
    example_line(&p[0], "linear model", path->penalty, path->mean, (size_t)path->n);
    p[0].layer[1] = (viz_layer){VIZ_POINTS,
                                "the penalty taken",
                                .x = &path->penalty[path->best],
                                .y = &path->mean[path->best],
                                .n = 1,
                                .color = 3};
    example_curve(&p[1], "training", h, "loss");
    example_curve(&p[1], "validation", h, "val_loss");
    return example_draw(e, nn_graph_of_history(h), name, title, p, 2);
}

#endif
