/* Training: fit with its callbacks and progress, evaluation, prediction.
 */
#ifndef AUTOGRAD_NN_TRAIN_H
#define AUTOGRAD_NN_TRAIN_H

#include "nn_data.h"
#include "nn_module.h"
#include "nn_optim.h"

AG_BEGIN_C

/* What fit noted in every epoch. *Borrowed* from the graph of the network. */
typedef struct nn_history nn_history;

AG_END_C

#endif
