/* Where the four heads of a transformer over characters look, as numbers and as a figure. Knows
 * the network of char_transformer.c, and not how it was trained.
 */
#ifndef HEADS_H
#define HEADS_H

#include "example.h"

enum { HEADS = 4, SHOWN = 12 }; /* characters whose attention is shown */

/* All rows: from each place, downwards, to each before it. */
static inline bool draw_attention(const example *e, ag_graph *g, const ag_tensor *weights)
{
    static double share[HEADS * SHOWN * SHOWN];
    static const char *const head[] = {"head 1", "head 2", "head 3", "head 4"};
    const char *path = example_figure(e, g, "char-transformer-attention.svg");
    const viz_images all = {.title = "From each place (down) to those before it (right)",
                            .pixel = share,
                            .n = HEADS,
                            .rows = SHOWN,
                            .columns = SHOWN,
                            .image_title = head,
                            .across = HEADS,
                            .scale = 12,
                            .to = 1};
    return path == NULL || (ag_get(weights, share, HEADS * SHOWN * SHOWN) == AG_OK &&
                            viz_save_images(g, path, &all, NULL) == AG_OK);
}

/* Where the last of some characters looks: a row of softmax(q k^T/sqrt(d)) for each head of the
 * last block (eq. 11.60). */
static inline bool show_attention(const example *e, nn_module *net, const nn_data *rest)
{
    ag_graph *g = nn_graph_of(net);
    ag_tensor *x = ag_slice(ag_slice(nn_inputs(rest), 0, 0, 1, 1), 1, 0, SHOWN, 1);
    nn_call(net, x);
    ag_tensor *weights = nn_kept(nn_find_module(net, "2.3.self_attn"), "weights");
    printf("\n--- attention from the last place, in hundredths ---\n       ");
    for (int i = 0; i < SHOWN; i++) {
        const char *c = nn_class_name(rest, (int64_t)ag_item_at(x, AG_SHAPE(0, i)));
        printf("%4s", c != NULL && *c != '\n' ? c : "\\n");
    }
    for (int i = 0; i < HEADS * SHOWN; i++) {
        ag_shape at = AG_SHAPE(0, i / SHOWN, SHOWN - 1, i % SHOWN);
        if (i % SHOWN == 0) {
            printf("\nhead %d ", i / SHOWN + 1);
        }
        printf("%4.0f", 100 * ag_item_at(weights, at));
    }
    puts("");
    return ag_error(g) == AG_OK && draw_attention(e, g, weights);
}

/* The network on the first window of the text: its blocks are equal, so one is drawn. */
static inline bool draw_network(const example *e, nn_module *net, const nn_data *rest)
{
    ag_graph *g = nn_graph_of(net);
    const ag_cross_entropy_options mean = {.reduction = AG_MEAN};
    ag_mark mark = ag_graph_mark(g);
    ag_tensor *x = ag_name(ag_slice(nn_inputs(rest), 0, 0, 1, 1), "characters");
    ag_tensor *y = ag_name(ag_slice(nn_targets(rest), 0, 0, 1, 1), "next ones");
    ag_tensor *loss = ag_cross_entropy(ag_transpose(nn_call(net, x)), y, &mean);
    bool good = ag_backward(ag_name(loss, "loss")) == AG_OK &&
                example_draw_graph(e, "char-transformer-network", loss,
                                   &(viz_options){.style = VIZ_NN, .depth = 3});
    return ag_graph_rewind(g, mark) == AG_OK && good;
}

#endif
