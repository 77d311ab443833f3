/* Layers: the modules that networks are composed of. Each is made by a constructor that takes the
 * graph and no size of its input, and stands on nn_module.h alone, as one of your own would.
 * Layouts are PyTorch's: batch first, then channels, then places.
 *
 * All constructors: the module is *borrowed* from the graph, options are copied and may be NULL, a
 * field that is 0 is the usual choice. Errors: NULL_ARGUMENT, MEMORY, VALUE (sizes below 1, numbers
 * that are not finite where one is needed). What does not fit an input is found by nn_build.
 */
#ifndef AUTOGRAD_NN_LAYERS_H
#define AUTOGRAD_NN_LAYERS_H

#include "neural.h"
#include "nn_data.h"
#include "nn_module.h"

AG_BEGIN_C

/* --- composing -------------------------------------------------------------------------------- */

/* The modules one after the other, named "0", "1", ... */
AG_API nn_module *nn_sequential_of(ag_graph *g, nn_module *const *list, int n);
#define nn_sequential(g, ...) nn_sequential_of(g, NN_LIST(__VA_ARGS__))

/* A list of modules and how many they are, as two arguments. */
#define NN_LIST(...)                                                                               \
    (nn_module *[]){__VA_ARGS__}, (int)(sizeof((nn_module *[]){__VA_ARGS__}) / sizeof(nn_module *))

/* body(x) + shortcut(x), named "body" and "shortcut"; without a shortcut body(x) + x. He and
 * others, Deep residual learning (2015), eq. 1. Errors when it is built: SHAPE (they do not
 * broadcast). */
AG_API nn_module *nn_residual(ag_graph *g, nn_module *body, nn_module *shortcut);

/* The results of all modules for the same x, side by side along an axis; named "0", "1", ... */
AG_API nn_module *nn_branches_of(ag_graph *g, int axis, nn_module *const *list, int n);
#define nn_branches(g, axis, ...) nn_branches_of(g, axis, NN_LIST(__VA_ARGS__))

/* x itself: a place that is left empty, a shortcut in a list of branches. */
AG_API nn_module *nn_identity(ag_graph *g);

/* A function without parameters as a module. `user` is handed to it; *borrowed*. */
typedef ag_tensor *(*nn_function)(ag_tensor *x, void *user);
AG_API nn_module *nn_lambda(ag_graph *g, nn_function function, void *user);

/* --- dense ------------------------------------------------------------------------------------ */

typedef struct nn_linear_options {
    bool no_bias;
    nn_init weight;     /* Glorot uniform */
    nn_init bias;       /* zeros; a fan in that it needs is the weight's */
    nn_penalty penalty; /* on the weight */
} nn_linear_options;

/* x weight^T + bias, over the last axis.  (..., in) -> (..., out)
 * Parameters: weight (out, in), bias (out). */
AG_API nn_module *nn_linear(ag_graph *g, int64_t out, const nn_linear_options *o);

/* --- convolution and pooling ------------------------------------------------------------------ */

typedef struct nn_conv_options {
    ag_conv_options conv; /* stride, padding, dilation, groups, same: neural.h */
    bool no_bias;
    nn_init weight; /* Glorot uniform */
    nn_init bias;   /* zeros */
    nn_penalty penalty;
} nn_conv_options;

/* Convolutions with `out` channels and a kernel of these sizes.
 *   (N, C, size...) -> (N, out, size'...), sizes as those of ag_conv2d
 * Parameters: weight (out, C/groups, kernel...), bias (out). Transposed: weight (C, out/groups,
 * kernel...), whose fans are counted from its own sizes, as in PyTorch and Keras. */
AG_API nn_module *nn_conv1d(ag_graph *g, int64_t out, int64_t length, const nn_conv_options *o);
AG_API nn_module *nn_conv2d(ag_graph *g, int64_t out, int64_t height, int64_t width,
                            const nn_conv_options *o);
AG_API nn_module *nn_conv3d(ag_graph *g, int64_t out, int64_t depth, int64_t height, int64_t width,
                            const nn_conv_options *o);
AG_API nn_module *nn_conv_transpose1d(ag_graph *g, int64_t out, int64_t length,
                                      const nn_conv_options *o);
AG_API nn_module *nn_conv_transpose2d(ag_graph *g, int64_t out, int64_t height, int64_t width,
                                      const nn_conv_options *o);
AG_API nn_module *nn_conv_transpose3d(ag_graph *g, int64_t out, int64_t depth, int64_t height,
                                      int64_t width, const nn_conv_options *o);

/* The largest element or the mean of each window, which moves by its own size unless the options
 * say otherwise; the kernel in them is not used.  (N, C, size...) -> (N, C, size'...) */
AG_API nn_module *nn_max_pool1d(ag_graph *g, int64_t length, const ag_pool_options *o);
AG_API nn_module *nn_max_pool2d(ag_graph *g, int64_t height, int64_t width,
                                const ag_pool_options *o);
AG_API nn_module *nn_max_pool3d(ag_graph *g, int64_t depth, int64_t height, int64_t width,
                                const ag_pool_options *o);
AG_API nn_module *nn_avg_pool1d(ag_graph *g, int64_t length, const ag_pool_options *o);
AG_API nn_module *nn_avg_pool2d(ag_graph *g, int64_t height, int64_t width,
                                const ag_pool_options *o);
AG_API nn_module *nn_avg_pool3d(ag_graph *g, int64_t depth, int64_t height, int64_t width,
                                const ag_pool_options *o);

/* The largest elements or the means of so many windows, as wide as it takes; 1, or 1 and 1, pool a
 * whole channel, which leaves (N, C, 1...). */
AG_API nn_module *nn_adaptive_max_pool1d(ag_graph *g, int64_t length);
AG_API nn_module *nn_adaptive_max_pool2d(ag_graph *g, int64_t height, int64_t width);
AG_API nn_module *nn_adaptive_max_pool3d(ag_graph *g, int64_t depth, int64_t height, int64_t width);
AG_API nn_module *nn_adaptive_avg_pool1d(ag_graph *g, int64_t length);
AG_API nn_module *nn_adaptive_avg_pool2d(ag_graph *g, int64_t height, int64_t width);
AG_API nn_module *nn_adaptive_avg_pool3d(ag_graph *g, int64_t depth, int64_t height, int64_t width);

/* --- shapes and numbers ----------------------------------------------------------------------- */

/* All axes but the batch as one.  (N, ...) -> (N, n) */
AG_API nn_module *nn_flatten(ag_graph *g);

/* The same numbers of a sample in another shape, given without the batch axis; one size may be -1.
 *   (N, ...) -> (N, shape...) */
AG_API nn_module *nn_reshape(ag_graph *g, ag_shape shape);

/* x factor + shift, as pixels/255 is nn_rescale(g, 1.0 / 255, 0). Errors: VALUE (not finite). */
AG_API nn_module *nn_rescale(ag_graph *g, double factor, double shift);

/* (x - mean) / deviation, for each number of a sample, so that training data have mean 0 and
 * deviation 1. Both are taken from the rows of `train` (nn_moments, divided by their count) and are
 * buffers, "mean" and "deviation": they are saved with the network, which so takes rows as they
 * were read, and no row of another part can leak into them. Errors: those of nn_moments. */
AG_API nn_module *nn_standardize(ag_graph *g, const nn_data *train);

/* The same with given numbers, copied, for each element of a shape that is a sample's or broadcasts
 * to it. A deviation of 0 counts as 1, so a constant column becomes 0. NULL for means 0, for
 * deviations 1: for a network that is then loaded. Errors: VALUE (not finite, a negative
 * deviation). */
AG_API nn_module *nn_standardize_by(ag_graph *g, ag_shape shape, const double *mean,
                                    const double *deviation);

/* --- activations ------------------------------------------------------------------------------ */

/* Elementwise activations without a constant: ag_relu(x) as nn_relu(g) and so on; the formulas are
 * in elementwise.h. */
#define NN_ACTIVATION_TABLE(X)                                                                     \
    X(relu)                                                                                        \
    X(relu6)                                                                                       \
    X(sigmoid)                                                                                     \
    X(hardsigmoid)                                                                                 \
    X(logsigmoid)                                                                                  \
    X(tanh)                                                                                        \
    X(tanhshrink)                                                                                  \
    X(softplus)                                                                                    \
    X(softsign)                                                                                    \
    X(silu)                                                                                        \
    X(hardswish)                                                                                   \
    X(mish)                                                                                        \
    X(gelu)                                                                                        \
    X(gelu_tanh)                                                                                   \
    X(selu)
#define NN__ACTIVATION(name) AG_API nn_module *nn_##name(ag_graph *g);
NN_ACTIVATION_TABLE(NN__ACTIVATION)
#undef NN__ACTIVATION

/* Those with a constant; 0.01 is usual for leaky_relu, 1 for the others. */
AG_API nn_module *nn_leaky_relu(ag_graph *g, double slope);
AG_API nn_module *nn_elu(ag_graph *g, double scale);
AG_API nn_module *nn_celu(ag_graph *g, double scale);

/* min(max(x, low), high); -1 and 1 are usual. */
AG_API nn_module *nn_hardtanh(ag_graph *g, double low, double high);

/* exp(x) / sum exp(x) along an axis, and its logarithm; -1 is the last axis. Losses of logits are
 * more accurate than these with a loss of probabilities behind them. */
AG_API nn_module *nn_softmax(ag_graph *g, int axis);
AG_API nn_module *nn_log_softmax(ag_graph *g, int axis);

/* max(x, 0) + slope min(x, 0) with a learned slope, one for all channels or, by option, one for
 * each (axis 1). He and others (2015). Parameter: weight, at first 0.25. */
AG_API nn_module *nn_prelu(ag_graph *g, bool by_channel);

/* An activation of the table by its name, "relu", for programs that choose one at run time. Errors:
 * VALUE (the message lists the names). */
AG_API nn_module *nn_activation(ag_graph *g, const char *name);

/* The perceptron's hard threshold: 1 where x > 0, else 0, or with minus_one 1 and -1; at 0 the
 * upper value, or the lower one by option. The gradient is 0 everywhere. Rosenblatt (1958). */
typedef struct nn_threshold_options {
    bool minus_one;     /* -1 and 1, not 0 and 1 */
    bool lower_at_zero; /* what becomes of 0 itself */
} nn_threshold_options;
AG_API nn_module *nn_threshold(ag_graph *g, const nn_threshold_options *o);

/* --- dropout and normalization ---------------------------------------------------------------- */

/* In training each element becomes 0 with probability p, and otherwise x/(1 - p); in evaluation x.
 * Errors: VALUE (p outside of 0 to 1). */
AG_API nn_module *nn_dropout(ag_graph *g, double p);

/* The same for all places of a channel at once.  (N, C, ...) -> the same
 * Tompson and others, Efficient object localization using convolutional networks (2015). */
AG_API nn_module *nn_channel_dropout(ag_graph *g, double p);

/* PyTorch's convention and Keras' differ in three numbers: momentum, the part of a batch's
 * statistics that the running ones take over (Keras names the rest, 0.99), eps, and whether the
 * running variance takes over the unbiased variance or the biased one. */
typedef struct nn_batch_norm_options {
    double momentum; /* 0.1; with keras 0.01 */
    double eps;      /* 1e-5; with keras 1e-3 */
    bool keras;      /* Keras' numbers, and the biased running variance */
    bool no_affine;  /* without weight and bias */
} nn_batch_norm_options;

/* (x - m)/sqrt(v + eps) weight + bias for each channel, m and v the batch's mean and variance in
 * training and the running ones in evaluation.  (N, C, ...) -> the same Parameters: weight (C),
 * bias (C); buffers: running_mean, running_var (C). With a frozen running_mean it works as in
 * evaluation and its statistics do not move. Ioffe and Szegedy (2015). */
AG_API nn_module *nn_batch_norm(ag_graph *g, const nn_batch_norm_options *o);

typedef struct nn_norm_options {
    int axes;       /* the last so many, for layer and RMS norm: 1 */
    double eps;     /* 1e-5 */
    bool no_affine; /* without weight and bias */
    bool no_bias;
    bool running;    /* instance norm alone: keep running statistics, for evaluation */
    double momentum; /* of these: 0.1 */
} nn_norm_options;

/* The same formula over the last axes of each sample: x's mean and variance there, weight and bias
 * of their sizes. RMS norm: x/sqrt(mean(x^2) + eps) weight, without a bias. */
AG_API nn_module *nn_layer_norm(ag_graph *g, const nn_norm_options *o);
AG_API nn_module *nn_rms_norm(ag_graph *g, const nn_norm_options *o);

/* Over each of `groups` equal parts of a sample's channels and all that follows; over each channel
 * of a sample alone, which is as many groups as channels. Weight and bias (C). Instance norm has
 * none in PyTorch unless asked; here no_affine says so. With running statistics, PyTorch's
 * track_running_stats, evaluation takes the buffers running_mean and running_var (C), which in
 * training move towards the mean over the samples of each one's mean and unbiased variance, unless
 * running_mean is frozen. Errors: VALUE (one number a channel in training with running
 * statistics). */
AG_API nn_module *nn_group_norm(ag_graph *g, int64_t groups, const nn_norm_options *o);
AG_API nn_module *nn_instance_norm(ag_graph *g, const nn_norm_options *o);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define nn_sequential_of(g, ...) nn_sequential_of(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_residual(g, body, shortcut) nn_residual(AG_AT_GRAPH(g), body, shortcut)
#define nn_branches_of(g, ...) nn_branches_of(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_identity(g) nn_identity(AG_AT_GRAPH(g))
#define nn_lambda(g, function, user) nn_lambda(AG_AT_GRAPH(g), function, user)
#define nn_linear(g, ...) nn_linear(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_conv1d(g, ...) nn_conv1d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_conv2d(g, ...) nn_conv2d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_conv3d(g, ...) nn_conv3d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_conv_transpose1d(g, ...) nn_conv_transpose1d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_conv_transpose2d(g, ...) nn_conv_transpose2d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_conv_transpose3d(g, ...) nn_conv_transpose3d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_max_pool1d(g, ...) nn_max_pool1d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_max_pool2d(g, ...) nn_max_pool2d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_max_pool3d(g, ...) nn_max_pool3d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_avg_pool1d(g, ...) nn_avg_pool1d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_avg_pool2d(g, ...) nn_avg_pool2d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_avg_pool3d(g, ...) nn_avg_pool3d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_adaptive_max_pool1d(g, length) nn_adaptive_max_pool1d(AG_AT_GRAPH(g), length)
#define nn_adaptive_max_pool2d(g, ...) nn_adaptive_max_pool2d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_adaptive_max_pool3d(g, ...) nn_adaptive_max_pool3d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_adaptive_avg_pool1d(g, length) nn_adaptive_avg_pool1d(AG_AT_GRAPH(g), length)
#define nn_adaptive_avg_pool2d(g, ...) nn_adaptive_avg_pool2d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_adaptive_avg_pool3d(g, ...) nn_adaptive_avg_pool3d(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_flatten(g) nn_flatten(AG_AT_GRAPH(g))
#define nn_reshape(g, ...) nn_reshape(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_rescale(g, factor, shift) nn_rescale(AG_AT_GRAPH(g), factor, shift)
#define nn_standardize(g, train) nn_standardize(AG_AT_GRAPH(g), train)
#define nn_standardize_by(g, ...) nn_standardize_by(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_relu(g) nn_relu(AG_AT_GRAPH(g))
#define nn_relu6(g) nn_relu6(AG_AT_GRAPH(g))
#define nn_sigmoid(g) nn_sigmoid(AG_AT_GRAPH(g))
#define nn_hardsigmoid(g) nn_hardsigmoid(AG_AT_GRAPH(g))
#define nn_logsigmoid(g) nn_logsigmoid(AG_AT_GRAPH(g))
#define nn_tanh(g) nn_tanh(AG_AT_GRAPH(g))
#define nn_tanhshrink(g) nn_tanhshrink(AG_AT_GRAPH(g))
#define nn_softplus(g) nn_softplus(AG_AT_GRAPH(g))
#define nn_softsign(g) nn_softsign(AG_AT_GRAPH(g))
#define nn_silu(g) nn_silu(AG_AT_GRAPH(g))
#define nn_hardswish(g) nn_hardswish(AG_AT_GRAPH(g))
#define nn_mish(g) nn_mish(AG_AT_GRAPH(g))
#define nn_gelu(g) nn_gelu(AG_AT_GRAPH(g))
#define nn_gelu_tanh(g) nn_gelu_tanh(AG_AT_GRAPH(g))
#define nn_selu(g) nn_selu(AG_AT_GRAPH(g))
#define nn_leaky_relu(g, slope) nn_leaky_relu(AG_AT_GRAPH(g), slope)
#define nn_elu(g, scale) nn_elu(AG_AT_GRAPH(g), scale)
#define nn_celu(g, scale) nn_celu(AG_AT_GRAPH(g), scale)
#define nn_hardtanh(g, low, high) nn_hardtanh(AG_AT_GRAPH(g), low, high)
#define nn_softmax(g, axis) nn_softmax(AG_AT_GRAPH(g), axis)
#define nn_log_softmax(g, axis) nn_log_softmax(AG_AT_GRAPH(g), axis)
#define nn_prelu(g, by_channel) nn_prelu(AG_AT_GRAPH(g), by_channel)
#define nn_activation(g, name) nn_activation(AG_AT_GRAPH(g), name)
#define nn_threshold(g, ...) nn_threshold(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_dropout(g, p) nn_dropout(AG_AT_GRAPH(g), p)
#define nn_channel_dropout(g, p) nn_channel_dropout(AG_AT_GRAPH(g), p)
#define nn_batch_norm(g, ...) nn_batch_norm(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_layer_norm(g, ...) nn_layer_norm(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_rms_norm(g, ...) nn_rms_norm(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_group_norm(g, ...) nn_group_norm(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_instance_norm(g, ...) nn_instance_norm(AG_AT_GRAPH(g), __VA_ARGS__)
#endif

#endif
