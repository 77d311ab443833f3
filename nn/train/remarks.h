/* What a user should know about a trained network. Private to nn/train. */
#ifndef NN_TRAIN_REMARKS_H
#define NN_TRAIN_REMARKS_H

#include "history.h"

/* Runs some rows through the network and adds to the remarks of the history the modules of which
 * units are 0 for every row, a network that gives the same for every row, and probabilities that
 * are handed to a loss of logits. */
AG_MUST_USE ag_status nn__remark_network(nn_history *h, nn_module *net, const nn_data *d,
                                         nn_loss loss);

#endif
