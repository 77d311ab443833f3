/* Shapes and choices: the operations of ops.h. */
#ifndef CALL_CORE_H
#define CALL_CORE_H

#include "call.h"

#define GOLDEN_CORE(X)                                                                             \
    X(reshape,                                                                                     \
      ONE(ag_reshape(FLAG("turned") ? ag_transpose(in[0]) : in[0], attr_list(r->text, "shape"))))  \
    X(transpose, ONE(ag_transpose(in[0])))                                                         \
    X(transpose_axes, ONE(ag_transpose_axes(in[0], AXES.axis[0], AXES.axis[1])))                   \
    X(permute, ONE(ag_permute(in[0], AXES)))                                                       \
    X(expand, ONE(ag_expand(in[0], attr_list(r->text, "shape"))))                                  \
    X(slice, ONE(ag_slice(in[0], AXIS, WHOLE("start"), WHOLE("stop"), WHOLE("step"))))             \
    X(concat, ONE(ag_concat(in, r->n_in, AXIS)))                                                   \
    X(lt, ONE(ag_lt(in[0], in[1])))                                                                \
    X(le, ONE(ag_le(in[0], in[1])))                                                                \
    X(gt, ONE(ag_gt(in[0], in[1])))                                                                \
    X(ge, ONE(ag_ge(in[0], in[1])))                                                                \
    X(eq, ONE(ag_eq(in[0], in[1])))                                                                \
    X(ne, ONE(ag_ne(in[0], in[1])))                                                                \
    X(where, ONE(ag_where(in[0], in[1], in[2])))                                                   \
    X(cast, ONE(ag_cast(in[0], attr_is(r->text, "to", "f32")   ? AG_F32                            \
                               : attr_is(r->text, "to", "f64") ? AG_F64                            \
                                                               : AG_I64)))

GOLDEN_CORE(GOLDEN_CALL)
static const golden_entry core_calls[] = {GOLDEN_CORE(GOLDEN_ENTRY)};

#endif
