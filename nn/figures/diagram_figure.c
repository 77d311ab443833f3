/* The linear layers of a network as units and weighted edges. Must not know how they are drawn. */
#define AG_NO_SITES
#include <autograd/nn_figures.h>
#include <string.h>

/* All memory is the graph's, which is rewound at the end. */
typedef struct layers {
    ag_graph *graph;
    viz_network picture;
    ag_status status;
} layers;

/* The numbers of a parameter; NULL after a failure, which is kept. */
static double *numbers_of(layers *l, const ag_tensor *t)
{
    double *out = ag_graph_memory(l->graph, (size_t)ag_size(t) * sizeof *out);
    l->status = out == NULL ? AG_ERR_MEMORY : ag_get(t, out, ag_size(t));
    return l->status == AG_OK ? out : NULL;
}

static bool follows(const layers *l, ag_shape s)
{
    const viz_network *p = &l->picture;
    return p->layers == 0 || p->units[p->layers - 1] == (size_t)s.dim[1];
}

/* A weight [out,in] and, with the name of its layer, a bias [out]. */
static ag_status take(const char *path, const nn_slot *slot, void *user)
{
    layers *l = user;
    viz_network *p = &l->picture;
    ag_shape s = ag_shape_of(slot->tensor);
    (void)path;
    if (strcmp(slot->name, "weight") == 0 && s.ndim == 2) {
        if (!follows(l, s) || p->layers + 2 > VIZ_LAYERS) {
            return ag_fail(l->graph, AG_ERR_SHAPE, "draw a part of it, by nn_find_module",
                           "nn_save_diagram: the linear layers do not follow each other, or are "
                           "more than 15");
        }
        if (p->layers == 0) {
            p->units[p->layers++] = (size_t)s.dim[1];
        }
        p->weight[p->layers - 1] = numbers_of(l, slot->tensor);
        p->units[p->layers++] = (size_t)s.dim[0];
    } else if (strcmp(slot->name, "bias") == 0 && p->layers > 1 && p->bias[p->layers - 2] == NULL &&
               s.ndim == 1 && (size_t)s.dim[0] == p->units[p->layers - 1]) {
        p->bias[p->layers - 2] = numbers_of(l, slot->tensor);
    }
    return l->status;
}

typedef struct between {
    viz_network *picture;
    size_t layer;
} between;

/* The first module behind a linear one that has no parameters names the layer. */
static ag_status name_layer(const char *path, nn_module *m, void *user)
{
    static const char *const silent[] = {"sequential", "standardize", "flatten", "dropout",
                                         "reshape",    "rescale",     "linear"};
    between *b = user;
    (void)path;
    b->layer += strcmp(nn_type_of(m), "linear") == 0 ? 1u : 0u;
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
        if (strcmp(nn_type_of(m), silent[i]) == 0) {
            return AG_OK;
        }
    }
    if (b->layer > 0 && b->layer < b->picture->layers && b->picture->layer_name[b->layer] == NULL) {
        b->picture->layer_name[b->layer] = nn_type_of(m);
    }
    return AG_OK;
}

static ag_status draw(layers *l, const char *path, nn_module *net, const viz_options *options)
{
    ag_status status = nn_visit(net, "*", take, l);
    if (status == AG_OK && l->picture.layers == 0) {
        return ag_fail(l->graph, AG_ERR_SHAPE, "nn_build, nn_fit or nn_call first",
                       "nn_save_diagram: the network has no linear layer, or is not built");
    }
    between b = {&l->picture, 0};
    status = status == AG_OK ? nn_visit_modules(net, name_layer, &b) : status;
    return status == AG_OK ? viz_save_network(l->graph, path, &l->picture, options) : status;
}

ag_status nn_save_diagram(const char *path, nn_module *net, const nn_diagram *diagram,
                          const viz_options *options)
{
    if (net == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    layers l = {.graph = nn_graph_of(net)};
    if (diagram != NULL) {
        l.picture.title = diagram->title;
        l.picture.input_name = diagram->input_name;
        l.picture.output_name = diagram->output_name;
    }
    ag_mark mark = ag_graph_mark(l.graph);
    ag_status status = draw(&l, path, net, options);
    ag_status rewound = ag_graph_rewind(l.graph, mark);
    return status == AG_OK ? rewound : status;
}
