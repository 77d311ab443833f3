/* A number as a constant; see scalar_like.h. Must not know what it is for. */
#include "scalar_like.h"

#include "strided.h"

ag_tensor *ag__scalar_like(const ag_tensor *like, double value)
{
    if (like == NULL) {
        return NULL;
    }
    ag_dtype dtype = ag_dtype_of(like);
    const float f32 = (float)value;
    const int64_t i64 = dtype == AG_I64 ? ag__to_i64(value) : 0;
    const void *data[AG_DTYPE_COUNT] = {&value, &f32, &i64};
    return ag_leaf(ag_graph_of(like), AG_CONSTANT, dtype, AG_SCALAR, data[dtype]);
}
