/* An ONNX graph that is being made: nodes, one after the other, each with a new value as its
 * result, and constants. Whatever fails is kept in the graph; after that nothing is added and
 * values are NULL. Private to nn/onnx. Must not know layers. Source: github.com/onnx/onnx,
 * onnx.proto and Operators.md, operator set 17.
 */
#ifndef NN_ONNX_ONNX_GRAPH_H
#define NN_ONNX_ONNX_GRAPH_H

#include <autograd/nn_module.h>

#include "proto.h"

/* A tensor of the network, under its path. */
typedef struct nn__onnx_name {
    const ag_tensor *tensor;
    const char *path;
    bool written;
} nn__onnx_name;

/* What a layer becomes: the value that it makes of a value. */
typedef struct nn__onnx_graph nn__onnx_graph;
typedef const char *nn__onnx_layer(nn__onnx_graph *x, nn_module *m, const char *in);

struct nn__onnx_graph {
    ag_graph *graph;
    nn__proto nodes, constants; /* fields of the message GraphProto */
    nn__proto node;             /* the one that is being made */
    nn__proto part;             /* of it, or of a constant */
    const char *op;
    int n_values;
    nn__onnx_name *name;
    int n_names;
    nn__onnx_layer *any_layer; /* by its forward function */
    bool failed;
};

/* Notes the paths of all tensors. Memory for names is the graph's. */
bool nn__onnx_open(nn__onnx_graph *x, const nn_module *net, nn__onnx_layer *any_layer);
void nn__onnx_close(nn__onnx_graph *x);

/* A node: its operator, then inputs in their order ("" for one that is left out) and attributes,
 * then its end, which gives its result. */
void nn__onnx_begin(nn__onnx_graph *x, const char *op);
void nn__onnx_input(nn__onnx_graph *x, const char *value);
void nn__onnx_int(nn__onnx_graph *x, const char *name, int64_t value);
void nn__onnx_ints(nn__onnx_graph *x, const char *name, const int64_t *value, int n);
void nn__onnx_float(nn__onnx_graph *x, const char *name, double value);
const char *nn__onnx_end(nn__onnx_graph *x);

/* A node without attributes, of one input or two (b is not NULL). */
const char *nn__onnx_apply(nn__onnx_graph *x, const char *op, const char *a, const char *b);

/* Constants: the module's tensor of that name; a number; n times a number; a list of whole numbers.
 */
const char *nn__onnx_tensor(nn__onnx_graph *x, const nn_module *m, const char *name);
const char *nn__onnx_number(nn__onnx_graph *x, double value);
const char *nn__onnx_repeated(nn__onnx_graph *x, double value, int64_t n);
const char *nn__onnx_list(nn__onnx_graph *x, const int64_t *value, int n);

/* Keeps an error that names the module. Returns NULL. */
const char *nn__onnx_fail(nn__onnx_graph *x, const nn_module *m, const char *why);

/* The value in another shape, in which 0 keeps a size and -1 is what is left. */
const char *nn__onnx_reshape(nn__onnx_graph *x, const char *value, const int64_t *shape, int n);

/* A vector with an element for each channel of a value of so many dimensions: [n,1,...]. */
const char *nn__onnx_by_channel(nn__onnx_graph *x, const char *vector, int dims);

/* Any layer: the graph knows who exports which. */
static inline const char *nn__onnx_module(nn__onnx_graph *x, nn_module *m, const char *in)
{
    return x->any_layer(x, m, in);
}

#endif
