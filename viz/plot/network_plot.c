/* A network as a picture: whether it can be drawn, its numbers as CSV, its description. Must not
 * know how it is drawn.
 */
#include "neurons.h"

#define MOST_UNITS 100000

static void fault_of_network(viz__out *why, const void *what)
{
    const viz_network *net = what;
    if (net->layers < 2 || net->layers > VIZ_LAYERS) {
        viz__puts(why, "a network has 2 to 16 layers");
        return;
    }
    for (size_t k = 0; k < net->layers; k++) {
        if (net->units[k] == 0 || net->units[k] > MOST_UNITS) {
            viz__print(why, "layer %zu of a network needs 1 to 100000 units", k);
            return;
        }
    }
    if (net->most_units > 200) {
        viz__puts(why, "most_units of a network is at most 200");
    }
}

static void put_row(viz__out *out, size_t layer, size_t from, size_t to, double weight)
{
    viz__print(out, "%zu,", layer);
    if (from == SIZE_MAX) {
        viz__puts(out, "bias");
    } else {
        viz__print(out, "%zu", from);
    }
    viz__print(out, ",%zu,", to);
    viz__exact(out, weight);
    viz__puts(out, "\n");
}

static void csv_of_network(viz__out *out, const void *what)
{
    const viz_network *net = what;
    viz__puts(out, "layer,from,to,weight\n");
    for (size_t k = 0; k + 1 < net->layers; k++) {
        for (size_t to = 0; to < net->units[k + 1] && out->status == AG_OK; to++) {
            for (size_t i = 0; i < net->units[k] && net->weight[k] != NULL; i++) {
                put_row(out, k, i, to, net->weight[k][to * net->units[k] + i]);
            }
            if (net->bias[k] != NULL) {
                put_row(out, k, SIZE_MAX, to, net->bias[k][to]);
            }
        }
    }
}

static void describe_network(viz__out *out, const void *what)
{
    const viz_network *net = what;
    viz__puts(out, "Network of layers with ");
    for (size_t k = 0; k < net->layers; k++) {
        viz__print(out, "%s%zu", k > 0 ? ", " : "", net->units[k]);
    }
    viz__puts(out, " units, data from left to right. ");
    for (size_t k = 0; k + 1 < net->layers; k++) {
        for (size_t to = 0; to < net->units[k + 1] && net->units[k + 1] * net->units[k] <= 40;
             to++) {
            viz__print(out, "Into unit %zu of layer %zu:", to, k + 1);
            for (size_t i = 0; i < net->units[k] && net->weight[k] != NULL; i++) {
                viz__puts(out, " ");
                viz__number(out, net->weight[k][to * net->units[k] + i], 4);
            }
            if (net->bias[k] != NULL) {
                viz__puts(out, ", bias ");
                viz__number(out, net->bias[k][to], 4);
            }
            viz__puts(out, ". ");
        }
    }
}

static const char *title_of_network(const void *what)
{
    const char *title = ((const viz_network *)what)->title;
    return title != NULL ? title : "Network";
}

const viz__chart_kind viz__network_kind = {fault_of_network, viz__draw_network, csv_of_network,
                                           describe_network, title_of_network};

ag_status viz_save_network(ag_graph *g, const char *path, const viz_network *network,
                           const viz_options *options)
{
    return viz__chart_save("viz_save_network", g, path, &viz__network_kind, network, options);
}
