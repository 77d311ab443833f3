/* Neural networks on the engine: modules and layers, data, optimizers, training. All of it stands
 * on the public interface of autograd and ops, so what it can do, a program of your own can do as
 * well.
 *
 * Ownership. Everything made here belongs to the graph that it was made in and lives as long as a
 * tensor made at that moment; nothing but the graph is freed.
 *
 * Errors. A function that returns a pointer returns NULL where it cannot do its work, and passes
 * NULL on; the graph keeps the first error (ag_error, ag_error_message). Functions that make
 * nothing return a status.
 *
 * Options. A pointer to them may be NULL, and a field that is 0 is the usual choice.
 *
 * Threads. Modules and optimizers belong to the thread of their graph; nn_data is plain memory that
 * any thread may read.
 */
#ifndef AUTOGRAD_NN_H
#define AUTOGRAD_NN_H

#include "nn_baselines.h"
#include "nn_batches.h"
#include "nn_data.h"
#include "nn_explain.h"
#include "nn_figures.h"
#include "nn_files.h"
#include "nn_formats.h"
#include "nn_layers.h"
#include "nn_losses.h"
#include "nn_metrics.h"
#include "nn_module.h"
#include "nn_onnx.h"
#include "nn_optim.h"
#include "nn_search.h"
#include "nn_sequence.h"
#include "nn_train.h"

#endif
