/* What was being done when something failed. Private to nn/train. */
#ifndef NN_TRAIN_FAIL_WHILE_H
#define NN_TRAIN_FAIL_WHILE_H

#define AG_NO_SITES
#include <autograd/nn_train.h>

/* Adds a line to the message of the kept error, "nn_fit was in epoch 3, batch 17", with the source
 * line `where` of the call. Returns the status. */
ag_status nn__fail_while(ag_graph *g, const char *where, ag_status status, const char *format, ...)
    AG_PRINTF(4, 5);

#endif
