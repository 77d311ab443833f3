/* What ag_grad is asked for, and the checks of it. Private to autograd/.
 */
#ifndef AUTOGRAD_DERIVE_REQUEST_H
#define AUTOGRAD_DERIVE_REQUEST_H

#include <autograd/derivatives.h>

typedef struct ag__grad_request {
    ag_tensor *const *outputs;
    ag_tensor *const *seeds; /* NULL, or one for each output */
    ag_tensor *const *inputs;
    int n_outputs, n_inputs;
    ag_grad_options options;
    const char *what; /* begins messages */
    const char *hint; /* about an input that no output uses; may be NULL */
} ag__grad_request;

/* AG_OK if there are gradients to be looked for. Otherwise an error is kept. */
ag_status ag__check_request(const ag__grad_request *r);

/* Keeps the error "what: why" about an argument that is NULL, in the graph of any tensor that was
 * given. */
ag_status ag__refuse_request(const ag__grad_request *r, const char *why);

/* Keeps the error about input or output i that has no gradient: which one it is, and why. */
ag_status ag__fail_unneeded(const ag__grad_request *r, bool input, int i);

#endif
