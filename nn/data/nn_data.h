/* Data: rows of inputs and targets in plain memory, read from files, split, drawn in batches. Must
 * not know modules.
 */
#ifndef AUTOGRAD_NN_DATA_H
#define AUTOGRAD_NN_DATA_H

#include "engine.h"

AG_BEGIN_C

/* *Borrowed* from the graph that it was made in. Once made it does not change, so that any thread may
 * read it, and parts of it (splits, folds) are lists of its rows. */
typedef struct nn_data nn_data;

AG_END_C

#endif
