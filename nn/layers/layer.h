/* What a layer knows beside its parameters, for the files of this room and for exporters, which ask
 * by the type of a module what to make of it; and how layers are made. Private to nn/.
 */
#ifndef NN_LAYERS_LAYER_H
#define NN_LAYERS_LAYER_H

#include <autograd/nn_layers.h>

typedef struct nn__linear_layer {
    int64_t out;
    nn_linear_options options;
} nn__linear_layer;

typedef ag_tensor *(*nn__conv_op)(ag_tensor *x, ag_tensor *w, ag_tensor *b,
                                  const ag_conv_options *o);
typedef struct nn__conv_layer {
    int dims;         /* of space */
    const char *axes; /* their names, for messages */
    bool transposed;
    int64_t out;
    int64_t kernel[3];
    nn__conv_op op;
    nn_conv_options options;
} nn__conv_layer;

typedef ag_tensor *(*nn__pool_op)(ag_tensor *x, const ag_pool_options *o);
typedef struct nn__pool_layer {
    int dims;
    nn__pool_op op;
    ag_pool_options options;
} nn__pool_layer;

typedef struct nn__adaptive_pool_layer {
    int dims;
    bool largest; /* not the mean */
    int64_t size[3];
} nn__adaptive_pool_layer;

/* One of them is set: the operation, and how many constants it takes. */
typedef struct nn__activation_layer {
    ag_tensor *(*plain)(ag_tensor *x);
    ag_tensor *(*with_one)(ag_tensor *x, double a);
    ag_tensor *(*with_two)(ag_tensor *x, double a, double b);
    ag_tensor *(*along)(ag_tensor *x, int axis);
    double a, b;
    int axis;
} nn__activation_layer;

typedef struct nn__norm_layer {
    int64_t groups; /* of group norm; 0: a group for each channel */
    nn_norm_options options;
} nn__norm_layer;

/* A layer of these options, checked; NULL and an error. */
nn_module *nn__norm_new(ag_graph *g, const char *type, nn_forward forward, int64_t groups,
                        const nn_norm_options *o);

/* The weight of ones and the bias of zeros of a normalization, where they are wanted. */
bool nn__norm_affine(nn_module *m, ag_shape shape, bool has_weight, bool has_bias,
                     ag_tensor **weight, ag_tensor **bias);

/* Has x an axis of channels? Otherwise an error. */
bool nn__has_channels(nn_module *m, ag_tensor *x);

typedef struct nn__rescale_layer {
    double factor, shift;
} nn__rescale_layer;

/* The forward functions, by which an exporter knows what a module is: whose memory nn_self gives,
 * and what its children are. */
#define NN__FORWARD_TABLE(X)                                                                       \
    X(linear)                                                                                      \
    X(conv)                                                                                        \
    X(pool)                                                                                        \
    X(adaptive)                                                                                    \
    X(dropout)                                                                                     \
    X(channel_dropout)                                                                             \
    X(batch_norm)                                                                                  \
    X(layer_norm)                                                                                  \
    X(rms_norm)                                                                                    \
    X(group_norm)                                                                                  \
    X(flatten)                                                                                     \
    X(reshape)                                                                                     \
    X(rescale)                                                                                     \
    X(standardize)                                                                                 \
    X(plain)                                                                                       \
    X(one)                                                                                         \
    X(two)                                                                                         \
    X(along)                                                                                       \
    X(prelu)                                                                                       \
    X(threshold)                                                                                   \
    X(sequential)                                                                                  \
    X(branches)                                                                                    \
    X(residual)
#define NN__FORWARD(name) ag_tensor *nn__##name##_forward(nn_module *m, ag_tensor *x);
NN__FORWARD_TABLE(NN__FORWARD)
#undef NN__FORWARD

/* The axis along which branches are joined. */
int nn__branches_axis(const nn_module *branches);

/* A module with a copy of `self`. NULL and an error. */
nn_module *nn__layer_new(ag_graph *g, const char *type, nn_forward forward, const void *self,
                         size_t bytes);

/* Is n at least 1? Is x finite? Otherwise an error that says what of whom is not. */
bool nn__size_fits(ag_graph *g, const char *layer, const char *what, int64_t n);
bool nn__number_fits(ag_graph *g, const char *layer, const char *what, double x);

/* Is p from 0 to 1? Otherwise an error. */
bool nn__probability_fits(ag_graph *g, const char *layer, const char *what, double p);

/* Has x so many dimensions? `axes` names them for the message: "batch, channels, height, width". */
bool nn__dims_fit(const nn_module *m, const ag_tensor *x, int dims, const char *axes);

/* A dense layer whose number of outputs its parent sets in each forward pass before it calls it,
 * since the parent learns it from its own input. */
nn_module *nn__linear_of_any_size(ag_graph *g, const nn_linear_options *o);
void nn__linear_set_size(nn_module *linear, int64_t out);

/* The parameters "weight" and "bias" of most layers. */
typedef struct nn__affine {
    ag_shape weight, bias;
    nn_init weight_init;
    nn_init bias_init; /* zeros by default; its fan in is the weight's unless it says another */
    bool no_weight, no_bias;
    nn_penalty penalty; /* on the weight */
} nn__affine;

/* Asks for both where they are wanted and leaves NULL where not; false, with an error kept, where
 * one could not be had. */
bool nn__affine_get(nn_module *m, const nn__affine *a, ag_tensor **weight, ag_tensor **bias);

#endif
