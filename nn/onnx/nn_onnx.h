/* Networks for other programs: ONNX, which Netron draws and every runtime computes. Must not know
 * training.
 */
#ifndef AUTOGRAD_NN_ONNX_H
#define AUTOGRAD_NN_ONNX_H

#include "nn_module.h"

AG_BEGIN_C

/* Writes a built network, as it computes in evaluation, to an ONNX file: operator set 17, weights
 * as f32 under their paths ("0.weight"), notes as metadata. Its input is called "input" and its
 * result "output"; both have the batch, of any size, as their first axis, and the shape of the
 * sample that the network was built on. An input of f64 becomes one of f32.
 *
 * What can be exported is sequences, residuals and branches of dense layers, convolutions and their
 * transposes, pooling, norms, activations, dropout, flatten, reshape, rescale and standardize.
 * Errors: STATE (not built); VALUE (a module without a form in ONNX; the message names it);
 * OVERFLOW (more than 2 GB); IO; MEMORY. */
AG_API AG_MUST_USE ag_status nn_save_onnx(const nn_module *net, const char *path);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define nn_save_onnx(net, path) nn_save_onnx(NN_AT(net), path)
#endif

#endif
