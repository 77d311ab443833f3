/* The arguments of a convolution as a user gives them. Private to ops/neural/. */
#ifndef OPS_NEURAL_CONV_CONV_ARGS_H
#define OPS_NEURAL_CONV_CONV_ARGS_H

#include <autograd/neural.h>

#include "conv_maps.h"
#include "ops/common/composite.h"

/* A convolution whose arguments have been read. */
typedef struct ag__conv_job {
    ag__composite layer;
    ag__conv_attr conv; /* all members except the map */
    int64_t after[3];   /* the padding after the last element */
    ag_tensor *x, *w;   /* x has a batch dimension, */
    bool batched;       /* which the x of the user has if this is true */
} ag__conv_job;

/* Read x, the weight and the bias (or NULL) in in[0..2] for `n` spatial dimensions; `o` may be
 * NULL. False, with an error kept in the name of the function, if something does not fit. */
bool ag__conv_open(ag__conv_job *j, const char *name, int n, ag_tensor *const in[3],
                   const ag_conv_options *o);
bool ag__conv_transpose_open(ag__conv_job *j, const char *name, int n, ag_tensor *const in[3],
                             const ag_conv_options *o);

#endif
