/* A network that is asked for one number of its output, in evaluation mode. Private to
 * nn/explain. */
#ifndef NN_EXPLAIN_PROBE_H
#define NN_EXPLAIN_PROBE_H

#define AG_NO_SITES
#include <autograd/nn_explain.h>
#include <autograd/ops.h>

#include "nn/data/scratch.h"

typedef struct nn__probe {
    nn_module *net;
    ag_graph *graph;
    const char *what;     /* the function that was called, for messages */
    int64_t rows, inputs; /* of x: samples, numbers of each */
    ag_shape shape;       /* of x */
    int64_t output;
    int64_t *which; /* the output that is asked for, of each sample of x */
    double *x;      /* rows times inputs */
    nn__scratch choices, numbers;
    bool was_training;
    ag_random_state random;
} nn__probe;

/* Reads x, checks it and chooses the outputs; the network goes into evaluation mode. False and an
 * error, and then there is nothing to end. nn__probe_end puts everything back. */
bool nn__probe_begin(nn__probe *p, const char *what, nn_module *net, const ag_tensor *x,
                     int64_t output);
void nn__probe_end(nn__probe *p);

/* The outputs asked for of n samples, which are row-major in x: for sample i that of sample
 * which[i], or all of them which[0] where `one` is set. With `gradient`, n times inputs, also their
 * gradients by x. What is recorded is dropped. False after an error. */
bool nn__probe_run(nn__probe *p, const double *x, int64_t n, bool one, double *score,
                   double *gradient);

/* Attributions for x, with room for their values, to be filled by nn__attributions_fill. */
nn_attributions *nn__attributions_new(const nn__probe *p);
bool nn__attributions_fill(nn_attributions *a, const nn__probe *p, const double *values);

#endif
