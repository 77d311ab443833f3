/* Optimizers as objects: which parameters of a network they step, at which rate, and the states that
 * they keep for each. Schedules of the rate. Must not know data and layers.
 */
#ifndef AUTOGRAD_NN_OPTIM_H
#define AUTOGRAD_NN_OPTIM_H

#include "nn_module.h"

AG_BEGIN_C

/* *Borrowed* from the graph that it was made in. */
typedef struct nn_optimizer nn_optimizer;

AG_END_C

#endif
