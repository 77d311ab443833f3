/* Predictions: what a network, or a module within it, gives for every row; and classes. */
#include "evaluation.h"

#include <autograd/ops.h>
#include <string.h>

/* Where the outputs of a pass are gathered. */
typedef struct gathering {
    const char *who;
    nn_module *net;
    const nn_module *module; /* whose output is wanted */
    ag_shape shape;          /* of all outputs together */
    ag_dtype dtype;
    ag_tensor *all;
    int64_t done; /* rows */
} gathering;

/* The output of the module that is wanted, whose first axis must be that of rows. */
static ag_tensor *wanted(const gathering *to, ag_tensor *y, const nn_batch *b)
{
    ag_graph *g = nn_graph_of(to->net);
    ag_tensor *out = to->module == to->net ? y : nn_output(to->module);
    char text[AG_SHAPE_TEXT];
    if (out == NULL) {
        ag_fail(g, AG_ERR_STATE, "a module of this network that its forward functions reach",
                "%s: the network did not call this module", to->who);
        return NULL;
    }
    ag_shape s = ag_shape_of(out);
    if (s.ndim < 1 || s.dim[0] != b->rows) {
        ag_fail(g, AG_ERR_SHAPE, "its first axis must be that of rows",
                "%s: the module gave %s for %lld rows", to->who, ag_shape_text(s, text),
                (long long)b->rows);
        return NULL;
    }
    return out;
}

/* What is wanted of one row. Building again forgets the outputs of earlier calls, so that a module
 * which this network does not call is found. */
static ag_status learn(ag_tensor *y, const nn_batch *b, void *user)
{
    gathering *to = user;
    ag_graph *g = nn_graph_of(to->net);
    if (to->module != to->net) {
        ag_tensor *x = b->x;
        if (nn_build_on(to->net, &x, 1) != AG_OK || (y = nn_call(to->net, x)) == NULL) {
            return ag_error(g);
        }
    }
    ag_tensor *out = wanted(to, y, b);
    to->shape = ag_shape_of(out);
    to->dtype = ag_dtype_of(out);
    return out != NULL ? AG_OK : ag_error(g);
}

static ag_status gather(ag_tensor *y, const nn_batch *b, void *user)
{
    gathering *to = user;
    ag_tensor *out = wanted(to, y, b);
    char *all = out != NULL && ag_size(to->all) > 0 ? ag_mutable_data(to->all) : NULL;
    if (all == NULL) {
        return ag_error(nn_graph_of(to->net));
    }
    size_t bytes = ag_dtype_bytes(to->dtype);
    size_t row = (size_t)(ag_size(to->all) / to->shape.dim[0]) * bytes;
    ag_status status = ag_read(out, all + row * (size_t)to->done, row * (size_t)b->rows);
    to->done += b->rows;
    return status;
}

/* A pass over the rows of d, whose memory is given back. */
static ag_status pass(gathering *to, const nn_data *d, nn__each_output *each)
{
    ag_graph *g = nn_graph_of(to->net);
    ag_mark mark = ag_graph_mark(g);
    nn_batches_options o = {.size = NN__ROWS_AT_A_TIME, .in_order = true};
    nn_batches *batches = nn_batches_new(d, &o);
    ag_status status = batches != NULL ? nn__pass(to->net, batches, each, NULL, to) : ag_error(g);
    ag_status rewound = ag_graph_rewind(g, mark);
    return status == AG_OK ? rewound : status;
}

static ag_tensor *predict(nn_module *net, const nn_data *d, const nn_module *module,
                          const char *who)
{
    ag_graph *g = nn_graph_of(net);
    gathering to = {.who = who, .net = net, .module = module};
    ag_mark mark = ag_graph_mark(g);
    const nn_data *one = nn_rows_between(d, 0, 1);
    ag_status status = one != NULL ? pass(&to, one, learn) : ag_error(g);
    if (ag_graph_rewind(g, mark) != AG_OK || status != AG_OK) {
        return NULL;
    }
    to.shape.dim[0] = nn_rows(d);
    to.all = ag_leaf(g, AG_CONSTANT, to.dtype, to.shape, NULL);
    return to.all != NULL && pass(&to, d, gather) == AG_OK ? to.all : NULL;
}

ag_tensor *nn_predict(nn_module *net, const nn_data *d)
{
    return nn__can_run(net, d, "nn_predict") == AG_OK ? predict(net, d, net, "nn_predict") : NULL;
}

ag_tensor *nn_predict_at(nn_module *net, const nn_data *d, const char *path)
{
    if (nn__can_run(net, d, "nn_predict_at") != AG_OK) {
        return NULL;
    }
    const nn_module *module = nn_find_module(net, path);
    return module != NULL ? predict(net, d, module, "nn_predict_at") : NULL;
}

/* --- classes ---------------------------------------------------------------------------------- */

/* The classes of outputs, recorded. */
static ag_tensor *classes_of(ag_tensor *y, double threshold)
{
    ag_shape s = ag_shape_of(y);
    int64_t outputs = s.ndim > 1 ? s.dim[s.ndim - 1] : 1;
    if (outputs > 1) {
        return ag_argmax_along(y, -1, false);
    }
    ag_tensor *above = ag_cast(ag_gt(y, ag_constant(ag_graph_of(y), threshold)), AG_I64);
    return s.ndim > 1 ? ag_squeeze_axis(above, -1) : above;
}

/* The tensor that stays stands before the recording of what it is computed from. */
ag_tensor *nn_predict_classes(nn_module *net, const nn_data *d, double threshold)
{
    if (nn__can_run(net, d, "nn_predict_classes") != AG_OK) {
        return NULL;
    }
    ag_tensor *y = predict(net, d, net, "nn_predict_classes");
    return y != NULL ? ag_detach(classes_of(y, threshold)) : NULL;
}

ag_status nn_print_confusion(FILE *out, nn_module *net, const nn_data *d, const nn_score_options *o)
{
    ag_status status = nn__can_run(net, d, "nn_print_confusion");
    if (out == NULL || status != AG_OK) {
        return status != AG_OK ? status : AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = nn_graph_of(net);
    ag_mark mark = ag_graph_mark(g);
    ag_tensor *y = predict(net, d, net, "nn_print_confusion");
    const ag_tensor *t = y != NULL ? nn_targets(d) : NULL;
    const nn_confusion *c = t != NULL ? nn_confusion_new(y, t, o) : NULL;
    status = c != NULL ? nn_print_matrix(out, c, d) : ag_error(g);
    ag_status rewound = ag_graph_rewind(g, mark);
    return status == AG_OK ? rewound : status;
}
