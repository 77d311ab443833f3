/* See onnx_graph.h. The numbers of fields are those of onnx.proto. */
#define AG_NO_SITES
#include "onnx_graph.h"

#include <string.h>

#include "nn/disk/byte_order.h"

enum { FLOAT = 1, INT64 = 7 };               /* TensorProto.DataType */
enum { A_FLOAT = 1, A_INT = 2, A_INTS = 7 }; /* AttributeProto.AttributeType */
enum { GRAPH_NODE = 1, GRAPH_CONSTANT = 5 }; /* GraphProto */
enum { NODE_INPUT = 1, NODE_OUTPUT, NODE_NAME, NODE_OP, NODE_ATTRIBUTE }; /* NodeProto */
enum { T_DIMS = 1, T_TYPE = 2, T_NAME = 8, T_RAW = 9 };                   /* TensorProto */

/* --- the tensors of the network --------------------------------------------------------------- */

static ag_status count_slot(const char *path, const nn_slot *slot, void *user)
{
    (void)path;
    (void)slot;
    ((nn__onnx_graph *)user)->n_names++;
    return AG_OK;
}

static ag_status add_slot(const char *path, const nn_slot *slot, void *user)
{
    nn__onnx_graph *x = user;
    size_t bytes = strlen(path) + 1;
    char *copy = ag_graph_memory(x->graph, bytes);
    if (copy == NULL) {
        return AG_ERR_MEMORY;
    }
    x->name[x->n_names++] = (nn__onnx_name){slot->tensor, memcpy(copy, path, bytes), false};
    return AG_OK;
}

bool nn__onnx_open(nn__onnx_graph *x, const nn_module *net, nn__onnx_layer *any_layer)
{
    ag_graph *g = nn_graph_of(net);
    *x = (nn__onnx_graph){.graph = g, .any_layer = any_layer};
    x->nodes.graph = x->constants.graph = x->node.graph = x->part.graph = g;
    (void)!nn_visit(net, NULL, count_slot, x);
    x->name = ag_graph_memory(g, ((size_t)x->n_names + 1) * sizeof *x->name);
    x->n_names = 0;
    x->failed = x->name == NULL || nn_visit(net, NULL, add_slot, x) != AG_OK;
    return !x->failed;
}

void nn__onnx_close(nn__onnx_graph *x)
{
    nn__proto_free(&x->nodes);
    nn__proto_free(&x->constants);
    nn__proto_free(&x->node);
    nn__proto_free(&x->part);
}

const char *nn__onnx_fail(nn__onnx_graph *x, const nn_module *m, const char *why)
{
    if (!x->failed) {
        ag_fail(x->graph, AG_ERR_VALUE, NULL, "nn_save_onnx: a module of type %.40s %s",
                nn_type_of(m), why);
    }
    x->failed = true;
    return NULL;
}

/* A name that no other value has. */
static const char *new_name(nn__onnx_graph *x, const char *kind)
{
    char *name = x->failed ? NULL : ag_graph_memory(x->graph, 48);
    x->failed = name == NULL;
    if (name != NULL) {
        snprintf(name, 48, "%.30s_%d", kind, x->n_values++);
    }
    return name;
}

/* --- nodes ------------------------------------------------------------------------------------ */

void nn__onnx_begin(nn__onnx_graph *x, const char *op)
{
    x->op = op;
    x->node.n = 0;
}

void nn__onnx_input(nn__onnx_graph *x, const char *value)
{
    x->failed = x->failed || value == NULL;
    if (!x->failed) {
        nn__proto_text(&x->node, NODE_INPUT, value);
    }
}

static void end_attribute(nn__onnx_graph *x, int type)
{
    nn__proto_int(&x->part, 20, type);
    nn__proto_message(&x->node, NODE_ATTRIBUTE, &x->part);
}

void nn__onnx_int(nn__onnx_graph *x, const char *name, int64_t value)
{
    nn__proto_text(&x->part, 1, name);
    nn__proto_int(&x->part, 3, value);
    end_attribute(x, A_INT);
}

void nn__onnx_ints(nn__onnx_graph *x, const char *name, const int64_t *value, int n)
{
    nn__proto_text(&x->part, 1, name);
    for (int i = 0; i < n; i++) {
        nn__proto_int(&x->part, 8, value[i]);
    }
    end_attribute(x, A_INTS);
}

void nn__onnx_float(nn__onnx_graph *x, const char *name, double value)
{
    nn__proto_text(&x->part, 1, name);
    nn__proto_float(&x->part, 2, (float)value);
    end_attribute(x, A_FLOAT);
}

const char *nn__onnx_end(nn__onnx_graph *x)
{
    const char *result = new_name(x, x->op);
    if (result == NULL) {
        return NULL;
    }
    nn__proto_text(&x->node, NODE_OUTPUT, result);
    nn__proto_text(&x->node, NODE_NAME, result);
    nn__proto_text(&x->node, NODE_OP, x->op);
    nn__proto_message(&x->nodes, GRAPH_NODE, &x->node);
    x->failed = x->nodes.failed;
    return x->failed ? NULL : result;
}

const char *nn__onnx_apply(nn__onnx_graph *x, const char *op, const char *a, const char *b)
{
    nn__onnx_begin(x, op);
    nn__onnx_input(x, a);
    if (b != NULL) {
        nn__onnx_input(x, b);
    }
    return nn__onnx_end(x);
}

/* --- constants -------------------------------------------------------------------------------- */

static const char *end_constant(nn__onnx_graph *x, int type, const char *name, const void *raw,
                                int64_t bytes)
{
    nn__proto_int(&x->part, T_TYPE, type);
    nn__proto_text(&x->part, T_NAME, name);
    nn__proto_bytes(&x->part, T_RAW, raw, bytes);
    nn__proto_message(&x->constants, GRAPH_CONSTANT, &x->part);
    x->failed = x->constants.failed;
    return x->failed ? NULL : name;
}

/* f32 in little-endian, in place. */
static void to_floats(double *value, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        float narrow = (float)value[i];
        memcpy((char *)value + (size_t)i * sizeof narrow, &narrow, sizeof narrow);
    }
    nn__to_little(value, n, sizeof(float));
}

static void put_shape(nn__onnx_graph *x, ag_shape shape)
{
    for (int i = 0; i < shape.ndim; i++) {
        nn__proto_int(&x->part, T_DIMS, shape.dim[i]);
    }
}

static const char *put_tensor(nn__onnx_graph *x, nn__onnx_name *name)
{
    nn__scratch memory = {NULL, NULL, 0};
    int64_t n = ag_size(name->tensor);
    double *value = nn__scratch_get(&memory, x->graph, n, sizeof *value);
    x->failed = value == NULL || ag_get(name->tensor, value, n) != AG_OK;
    if (!x->failed) {
        to_floats(value, n);
        put_shape(x, ag_shape_of(name->tensor));
        end_constant(x, FLOAT, name->path, value, n * (int64_t)sizeof(float));
        name->written = true;
    }
    nn__scratch_free(&memory);
    return x->failed ? NULL : name->path;
}

const char *nn__onnx_tensor(nn__onnx_graph *x, const nn_module *m, const char *name)
{
    const ag_tensor *t = x->failed ? NULL : nn_find(m, name);
    x->failed = t == NULL;
    for (int i = 0; t != NULL && i < x->n_names; i++) {
        if (x->name[i].tensor == t) {
            return x->name[i].written ? x->name[i].path : put_tensor(x, &x->name[i]);
        }
    }
    return t != NULL ? nn__onnx_fail(x, m, "has a parameter that the network has not") : NULL;
}

const char *nn__onnx_repeated(nn__onnx_graph *x, double value, int64_t n)
{
    nn__scratch memory = {NULL, NULL, 0};
    const char *name = new_name(x, "constant");
    double *all = name != NULL ? nn__scratch_get(&memory, x->graph, n, sizeof *all) : NULL;
    x->failed = all == NULL;
    for (int64_t i = 0; all != NULL && i < n; i++) {
        all[i] = value;
    }
    if (all != NULL) {
        to_floats(all, n);
        put_shape(x, AG_SHAPE(n));
        name = end_constant(x, FLOAT, name, all, n * (int64_t)sizeof(float));
    }
    nn__scratch_free(&memory);
    return x->failed ? NULL : name;
}

const char *nn__onnx_number(nn__onnx_graph *x, double value)
{
    double one[1] = {value};
    const char *name = new_name(x, "constant");
    to_floats(one, 1);
    return name != NULL ? end_constant(x, FLOAT, name, one, sizeof(float)) : NULL;
}

const char *nn__onnx_list(nn__onnx_graph *x, const int64_t *value, int n)
{
    int64_t copy[2 * AG_MAX_DIMS] = {0};
    const char *name = new_name(x, "list");
    if (name == NULL) {
        return NULL;
    }
    memcpy(copy, value, (size_t)n * sizeof *copy);
    nn__to_little(copy, n, sizeof *copy);
    put_shape(x, AG_SHAPE(n));
    return end_constant(x, INT64, name, copy, n * (int64_t)sizeof *copy);
}

/* --- shapes ----------------------------------------------------------------------------------- */

const char *nn__onnx_reshape(nn__onnx_graph *x, const char *value, const int64_t *shape, int n)
{
    return nn__onnx_apply(x, "Reshape", value, nn__onnx_list(x, shape, n));
}

const char *nn__onnx_by_channel(nn__onnx_graph *x, const char *vector, int dims)
{
    int64_t shape[AG_MAX_DIMS] = {-1};
    for (int i = 1; i < dims - 1; i++) {
        shape[i] = 1;
    }
    return nn__onnx_reshape(x, vector, shape, dims > 1 ? dims - 1 : 1);
}
