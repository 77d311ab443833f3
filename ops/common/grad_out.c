/* A contiguous place for a gradient that the engine may keep strided; see grad_out.h. Must not know
 * any operation.
 */
#include "grad_out.h"

#include "simd_loop.h"

bool ag__grad_out_open(ag__grad_out *to, ag_vjp_call *call, int i)
{
    to->array = ag_grad_target(call, i, &to->fresh);
    to->at = to->array.data;
    to->apart = to->at != NULL && !ag_array_is_contiguous(&to->array);
    to->add = !to->fresh;
    if (to->apart) {
        size_t bytes = (size_t)to->array.size * ag_dtype_bytes(to->array.dtype);
        to->at = ag_workspace(ag_graph_of(call->out), bytes);
        to->fresh = true;
    }
    return to->at != NULL || to->array.size == 0;
}

void ag__grad_out_close(const ag__grad_out *to)
{
    int64_t stride[AG_MAX_DIMS];
    ag_array from = to->array;
    if (to->apart) {
        ag_row_major(from.ndim, from.dim, stride);
        from.stride = stride;
        from.data = to->at;
        ag__add_scaled(&to->array, !to->add, &from, 1);
    }
}
