/* Adding strided memory to contiguous memory, element by element or summed over dimensions. Must
 * not know what a tensor is.
 */
#include <string.h>

#include "strided_add.h"

#include "autograd/graph/shape_math.h"

#define T double
#define NAME(x) x##_f64
#include "strided_add_body.inc"
#undef T
#undef NAME
#define T float
#define NAME(x) x##_f32
#include "strided_add_body.inc"
#undef T
#undef NAME

void ag__add_into(void *out, const ag_array *a, bool fresh)
{
    if (a->dtype == AG_F32) {
        add_f32(out, a, fresh);
    } else {
        add_f64(out, a, fresh);
    }
}

void ag__sum_into(void *out, const int64_t *stride, const ag_array *a)
{
    if (a->dtype == AG_F32) {
        sum_f32(out, stride, a);
    } else {
        sum_f64(out, stride, a);
    }
}
