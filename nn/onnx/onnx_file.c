/* A network as an ONNX file: which layer is exported by whom, and the model around the graph. */
#define AG_NO_SITES
#include <autograd/nn_onnx.h>

#include "nn/disk/sink.h"
#include "onnx_layers.h"

static const struct row {
    nn_forward forward;
    nn__onnx_layer *layer;
} rows[] = {
    {nn__linear_forward, nn__onnx_linear},
    {nn__conv_forward, nn__onnx_conv},
    {nn__pool_forward, nn__onnx_pool},
    {nn__adaptive_forward, nn__onnx_adaptive},
    {nn__dropout_forward, nn__onnx_dropout},
    {nn__channel_dropout_forward, nn__onnx_channel_dropout},
    {nn__batch_norm_forward, nn__onnx_batch_norm},
    {nn__layer_norm_forward, nn__onnx_layer_norm},
    {nn__rms_norm_forward, nn__onnx_rms_norm},
    {nn__group_norm_forward, nn__onnx_group_norm},
    {nn__flatten_forward, nn__onnx_flatten},
    {nn__reshape_forward, nn__onnx_reshape_layer},
    {nn__rescale_forward, nn__onnx_rescale},
    {nn__standardize_forward, nn__onnx_standardize},
    {nn__plain_forward, nn__onnx_plain},
    {nn__one_forward, nn__onnx_one},
    {nn__two_forward, nn__onnx_two},
    {nn__along_forward, nn__onnx_along},
    {nn__prelu_forward, nn__onnx_prelu},
    {nn__threshold_forward, nn__onnx_threshold},
    {nn__sequential_forward, nn__onnx_sequential},
    {nn__branches_forward, nn__onnx_branches},
    {nn__residual_forward, nn__onnx_residual},
};

/* Trees are at most 64 modules deep (nn_child), so a layer of layers may call this again. */
static const char *any_layer(nn__onnx_graph *x, nn_module *m, const char *in)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && !x->failed; i++) {
        if (rows[i].forward == nn_forward_of(m)) {
            return rows[i].layer(x, m, in);
        }
    }
    return nn__onnx_fail(x, m, "has no form in ONNX");
}

/* --- the model -------------------------------------------------------------------------------- */

static const char input_name[] = "input", output_name[] = "output";

/* ValueInfoProto: a name, a dtype and a shape, in which the batch has any size. */
static void put_value(nn__proto *graph, int field, const char *name, int type, ag_shape shape)
{
    nn__proto dim = {.graph = graph->graph}, dims = dim, tensor = dim, kind = dim, value = dim;
    for (int i = 0; i < shape.ndim; i++) {
        if (i == 0) {
            nn__proto_text(&dim, 2, "batch");
        } else {
            nn__proto_int(&dim, 1, shape.dim[i]);
        }
        nn__proto_message(&dims, 1, &dim);
    }
    nn__proto_int(&tensor, 1, type);
    nn__proto_message(&tensor, 2, &dims);
    nn__proto_message(&kind, 1, &tensor);
    nn__proto_text(&value, 1, name);
    nn__proto_message(&value, 2, &kind);
    nn__proto_message(graph, field, &value);
    nn__proto *const parts[] = {&dim, &dims, &tensor, &kind, &value};
    for (int i = 0; i < 5; i++) {
        nn__proto_free(parts[i]);
    }
}

/* The last value gets the name of the result. */
static void put_graph(nn__onnx_graph *x, const nn_module *net, const char *result)
{
    enum { FLOAT = 1, INT64 = 7 };
    ag_dtype dtype;
    ag_shape in = nn_input_shape(net, &dtype);
    nn__onnx_begin(x, "Identity");
    nn__onnx_input(x, result);
    nn__proto_text(&x->node, 2, output_name);
    nn__proto_text(&x->node, 4, "Identity");
    nn__proto_message(&x->nodes, 1, &x->node);
    nn__proto_text(&x->nodes, 2, "network");
    put_value(&x->nodes, 11, input_name, dtype == AG_I64 ? INT64 : FLOAT, in);
    put_value(&x->nodes, 12, output_name, FLOAT, nn_output_shape(net));
}

/* ModelProto around the graph. */
static void put_model(nn__onnx_graph *x, const nn_module *net, nn__proto *model)
{
    nn__proto set = {.graph = x->graph}, note = set;
    nn__proto_int(model, 1, 8); /* the version of the format */
    nn__proto_text(model, 2, "libautograd");
    nn__proto_text(model, 3, AG_VERSION);
    nn__proto_int(&set, 2, 17);
    nn__proto_message(model, 8, &set);
    for (int i = 0; nn_note_key(net, i) != NULL; i++) {
        nn__proto_text(&note, 1, nn_note_key(net, i));
        nn__proto_text(&note, 2, nn_get_note(net, nn_note_key(net, i)));
        nn__proto_message(model, 14, &note);
    }
    nn__proto_message(model, 7, &x->nodes);
    nn__proto_free(&set);
    nn__proto_free(&note);
}

static ag_status write_model(nn__onnx_graph *x, const nn_module *net, const char *path)
{
    nn__sink out;
    nn__proto model = {.graph = x->graph};
    nn__proto_append(&x->nodes, &x->constants);
    put_model(x, net, &model);
    ag_status status = AG_OK;
    if (model.failed) {
        status = ag_error(x->graph);
    } else if (model.n > INT32_MAX) {
        status = ag_fail(x->graph, AG_ERR_OVERFLOW, "the format of ONNX holds no more",
                         "nn_save_onnx: %lld bytes are more than 2 GB", (long long)model.n);
    } else if (!nn__sink_open(&out, x->graph, "nn_save_onnx", path)) {
        status = ag_error(x->graph);
    } else {
        nn__put(&out, model.bytes, (size_t)model.n);
        status = nn__sink_close(&out, true);
    }
    nn__proto_free(&model);
    return status;
}

static ag_status save(nn_module *net, const char *path)
{
    nn__onnx_graph x;
    const char *result = nn__onnx_open(&x, net, any_layer) ? any_layer(&x, net, input_name) : NULL;
    if (result != NULL) {
        put_graph(&x, net, result);
    }
    ag_status status = result != NULL && !x.failed ? write_model(&x, net, path) : ag_error(x.graph);
    nn__onnx_close(&x);
    return status;
}

ag_status nn_save_onnx(const nn_module *net, const char *path)
{
    if (net == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = nn_graph_of(net);
    if (!nn_is_built(net)) {
        return ag_fail(g, AG_ERR_STATE, "call nn_build(network, dtype, shape of a sample)",
                       "nn_save_onnx: the network is not built");
    }
    ag_mark mark = ag_graph_mark(g); /* names are the graph's, and dropped with it */
    ag_status status = save(AG_UNCONST(nn_module *, net), path);
    ag_status rewound = ag_graph_rewind(g, mark);
    return status != AG_OK ? status : rewound;
}
