/* relu in the memory of its operand; see relu.h. A kernel or rule that asks for the operand is
 * given the result, which has the same sign where it counts. Must not know what is behind it.
 */
#include "relu.h"

#include <autograd/elementwise.h>

#include "ops/common/families.h"
#include "ops/common/simd_loop.h"
#include "ops/elementwise/row.h"
#include "ops/elementwise/row_number.h"
#include "ops/kernel/kernel_table.h"

static const ag__row_kernels *kernels_of(ag_dtype dtype, ag__lanes *lanes)
{
    const ag__kernels *best = ag__kernels_best();
    *lanes = (ag__lanes){.bytes = best->bytes};
    return &best->rows->of[dtype][relu_number];
}

void ag__relu_apply(const ag_array *y)
{
    ag__loop l;
    ag__lanes lanes;
    lanes.kernel = kernels_of(y->dtype, &lanes)->forward;
    ag__loop_open(&l, y->ndim, y->dim);
    ag__loop_add(&l, y);
    ag__loop_add(&l, y);
    ag__lanes_run(&lanes, &l);
}

void ag__relu_backward(const ag_array *z, const ag_array *y, const ag_array *g)
{
    ag__loop l;
    ag__lanes lanes;
    lanes.kernel = kernels_of(y->dtype, &lanes)->backward[0];
    lanes.adds = lanes.fresh = true;
    ag__loop_open(&l, y->ndim, y->dim);
    ag__loop_add(&l, z);
    ag__loop_add(&l, g);
    ag__loop_add(&l, y);
    ag__loop_add(&l, y);
    ag__lanes_run(&lanes, &l);
}

ag_tensor *ag__relu_gradient(const ag_vjp_call *call)
{
    return ag__row_gradient(ag__elementwise_ops[relu_number], call->out, call->out, call->upstream);
}
