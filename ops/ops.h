/* All operations: the umbrella of the families' headers, and the registry.
 *
 * Every operation is recorded and returns a tensor *borrowed* from the graph. The result needs a
 * gradient if an operand does and no no-grad scope is open. On error it returns NULL and the graph
 * keeps a message; a NULL operand gives NULL.
 * Mixing dtypes is an error (DTYPE) that names both; ag_cast converts. Operands may be strided in
 * any way.
 */
#ifndef AUTOGRAD_OPS_H
#define AUTOGRAD_OPS_H

#include "elementwise.h"
#include "engine.h"
#include "fourier.h"
#include "index.h"
#include "linalg.h"
#include "loss.h"
#include "neural.h"
#include "optim.h"
#include "random.h"
#include "reduce.h"
#include "resample.h"
#include "shape.h"

AG_BEGIN_C

/* The built-in operations, 0, 1, ...; NULL past the last. */
AG_API const ag_op *ag_op_at(int i);

/* The built-in operation of this name; NULL if there is none. */
AG_API const ag_op *ag_op_find(const char *name);

AG_END_C

#endif
