/* Why a tensor has no gradient, for messages. Private to autograd/. */
#ifndef AUTOGRAD_BACKWARD_NO_GRADIENT_H
#define AUTOGRAD_BACKWARD_NO_GRADIENT_H

#include "autograd/graph/node.h"

/* Adds to the message what keeps a gradient of the roots from `from`, such as "argmax, called at
 * mlp.c:42, hands no gradient on". If `from` is NULL, any variable or parameter is meant. Where no
 * call is found that does so, the message says that nothing depends on `from`. */
void ag__fail_no_path(ag_tensor *const *roots, int n_roots, const ag_tensor *from);

#endif
