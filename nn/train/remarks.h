/* What a user should know about a trained network. Private to nn/train. */
#ifndef NN_TRAIN_REMARKS_H
#define NN_TRAIN_REMARKS_H

#include "history.h"

/* Runs some rows through the network and adds to the remarks of the history the modules of which
 * units are 0 for every row, and a network that gives the same for every row. */
AG_MUST_USE ag_status nn__remark_units(nn_history *h, nn_module *net, const nn_data *d);

#endif
