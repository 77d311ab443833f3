/* What a network does and why: how its output depends on the inputs (saliency, integrated
 * gradients, Shapley values, a local linear model), how gradients fare on the way back, and which
 * units do nothing. Must not know training and optimizers.
 *
 * All run the network in evaluation mode and leave it, its gradients and the random state as they
 * were. Which number of a sample's output is explained is `output`, counted in row-major order, or
 * NN_PREDICTED: the largest of each sample. What they give is *borrowed* from the network's graph,
 * which is that of x; NULL after an error: STATE (not built), SHAPE, DTYPE (x are classes), GRAPH,
 * VALUE (no such output), MEMORY, those of the network's operations.
 */
#ifndef AUTOGRAD_NN_EXPLAIN_H
#define AUTOGRAD_NN_EXPLAIN_H

#include "nn_data.h"
#include "nn_module.h"
#include <stdio.h>

AG_BEGIN_C

#define NN_PREDICTED (-1)

/* --- by gradients ----------------------------------------------------------------------------- */

/* The gradient of the output by the inputs, with its sign, in the shape of x: a constant. Its
 * magnitude is the saliency map of Simonyan, Vedaldi and Zisserman (2013). */
AG_API ag_tensor *nn_saliency(nn_module *net, const ag_tensor *x, int64_t output);

/* What each input has added to the output, compared with a baseline. */
typedef struct nn_attributions {
    ag_tensor *values;            /* in the shape of x, a constant */
    const double *score;          /* of each sample, (n) */
    const double *baseline_score; /* likewise */
    double gap; /* the largest |sum of values - (score - baseline_score)| of a sample */
} nn_attributions;

typedef struct nn_integrated_options {
    const ag_tensor *baseline; /* in the shape of x; NULL: zeros */
    int steps;                 /* 0 means 50 */
} nn_integrated_options;

/* (x - b) times the mean gradient on the line from the baseline b to x, by Gauss' and Legendre's
 * quadrature with so many points. The values of a sample add up to score - baseline_score; `gap`
 * tells how nearly, and more steps make it smaller. Sundararajan, Taly and Yan (2017). */
AG_API const nn_attributions *nn_integrated_gradients(nn_module *net, const ag_tensor *x,
                                                      int64_t output,
                                                      const nn_integrated_options *o);

/* --- by changing inputs ----------------------------------------------------------------------- */

/* Shapley values: the mean over all orders of the inputs of what an input changes when it joins
 * those before it, where inputs that have not joined are those of the background rows, one row
 * after the other, and the output is the mean over these. Exact, with 2^p subsets of the p numbers
 * of a sample. The values of a sample add up to score - baseline_score, the latter the mean output
 * of the background. Shapley (1953); Strumbelj and Kononenko (2014). Errors: VALUE (p is above 16,
 * no background); SHAPE (samples of x and background differ). */
AG_API const nn_attributions *nn_shapley(nn_module *net, const ag_tensor *x,
                                         const ag_tensor *background, int64_t output);

typedef struct nn_local_options {
    const double *deviation; /* of each input; NULL: 1, as for standardized inputs */
    int64_t samples;         /* 0 means 1000 */
    double width;            /* of the kernel, in deviations; 0 means 3/4 sqrt(p) */
    double ridge;            /* penalty; 0 means 1; AG_EXACT_ZERO none */
    uint64_t seed;
} nn_local_options;

/* A linear model of the network near one sample: output = bias + sum weight (z - x). */
typedef struct nn_local_model {
    int64_t inputs;
    const double *weight;
    const double *effect; /* weight times deviation, for comparison between inputs */
    double bias;          /* the model at x */
    double score;         /* the network at x */
    double r2;            /* how much of the weighted variation it explains */
} nn_local_model;

/* LIME (Ribeiro, Singh and Guestrin 2016) for numbers: samples z around x, normal with the
 * deviations, weighted by exp(-d^2/width^2) with d the distance in deviations, and a ridge
 * regression of the network's output on (z - x)/deviation. x is one sample, (1, ...). Errors: VALUE
 * (more than 1000 inputs, options that are no numbers for it); SHAPE (several samples). */
AG_API const nn_local_model *nn_explain_locally(nn_module *net, const ag_tensor *x, int64_t output,
                                                const nn_local_options *o);

/* --- gradients, layer by layer ---------------------------------------------------------------- */

typedef enum nn_gradient_state { NN_GRADIENT_USUAL, NN_VANISHING, NN_EXPLODING } nn_gradient_state;

typedef struct nn_gradient_norm {
    const char *path;
    int64_t size;
    double norm;        /* Euclidean, of the gradient */
    double weight_norm; /* of the parameter */
    double relative;    /* root mean square of the gradient by that of the last weight */
    nn_gradient_state state;
} nn_gradient_norm;

/* In the order of the tree. A weight has two dimensions or more; vectors (biases, gains) are listed
 * and not judged. Going back through the network a gradient has vanished where `relative` is below
 * 1e-3, and explodes where that is above 1e3 or the norm is not finite. */
typedef struct nn_gradient_norms {
    int n, vanishing, exploding;
    const nn_gradient_norm *of;
} nn_gradient_norms;

/* The gradients that the last backward passes left in the parameters. Errors: STATE (there are
 * none: it is called between ag_backward and nn_step). */
AG_API const nn_gradient_norms *nn_gradient_norms_new(const nn_module *net);

/* A table, and what to do where something is wrong. Returns NULL_ARGUMENT, IO. */
AG_API ag_status nn_print_gradient_norms(FILE *out, const nn_gradient_norms *n);

/* --- units that do nothing -------------------------------------------------------------------- */

/* Units of a layer, along axis 1, that give the same number for all rows and places: dead ones
 * 0. */
typedef struct nn_idle_layer {
    const char *path, *type;
    int64_t units, dead, constant; /* constant: and not 0 */
    const bool *is_idle;           /* of each unit, dead or constant */
} nn_idle_layer;

/* The activations of the network that have such units, and its output. */
typedef struct nn_idle_units {
    int n;
    const nn_idle_layer *layer;
    int64_t dead, constant; /* in all layers */
    int64_t rows;
    int64_t outputs, constant_outputs; /* outputs that do not depend on the input */
} nn_idle_units;

/* Runs all rows through the network. A ReLU that is 0 for all of them gets no gradient and stays
 * so; a network whose output is constant has learned a mean and nothing more. Errors besides: VALUE
 * (no rows). */
AG_API const nn_idle_units *nn_idle_units_new(nn_module *net, const nn_data *d);

/* A line for each layer that has idle units, with their numbers, and one for a constant output;
 * nothing where all is well. Returns NULL_ARGUMENT, IO. */
AG_API ag_status nn_print_idle_units(FILE *out, const nn_idle_units *u);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define nn_saliency(net, x, output) nn_saliency(NN_AT(net), x, output)
#define nn_integrated_gradients(net, ...) nn_integrated_gradients(NN_AT(net), __VA_ARGS__)
#define nn_shapley(net, ...) nn_shapley(NN_AT(net), __VA_ARGS__)
#define nn_explain_locally(net, ...) nn_explain_locally(NN_AT(net), __VA_ARGS__)
#define nn_gradient_norms_new(net) nn_gradient_norms_new(NN_AT(net))
#define nn_idle_units_new(net, d) nn_idle_units_new(NN_AT(net), d)
#endif

#endif
