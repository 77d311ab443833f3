/* The functions that rows of the elementwise tables call by F(name, ...) and IS(name, ...), of
 * vectors: v_name_f64 and v_name_f32; ../functions.h has them for numbers. C's own are those of
 * math.h. Private to ops/vector/.
 */
#ifndef OPS_VECTOR_FUNCTIONS_H
#define OPS_VECTOR_FUNCTIONS_H

#include "../functions.h"
#include "../kernel/vector/math.h"

#define SPECIAL1(name) AG__LANES1(name, f64, name##_f64) AG__LANES1(name, f32, name##_f32)
#define SPECIAL2(name) AG__LANES2(name, f64, name##_f64) AG__LANES2(name, f32, name##_f32)
#define FUNCTION(name, arguments, value)
#include "../functions.def"

/* 1 where it is so, else 0. */
#define AG__MASK(S, name, sign)                                                                    \
    AG__INLINE v_##S v_is_##name##_##S(v_##S a, v_##S b)                                           \
    {                                                                                              \
        return (v_##S)((m_##S)all_##S(1) & (m_##S)(a sign b));                                     \
    }
#define AG__MASKS(S)                                                                               \
    AG__MASK(S, gt, >)                                                                             \
    AG__MASK(S, lt, <)                                                                             \
    AG__MASK(S, ge, >=)                                                                            \
    AG__MASK(S, le, <=)                                                                            \
    AG__MASK(S, eq, ==)
AG__MASKS(f64)
AG__MASKS(f32)

#define AG__ARGUMENTS_1 V A
#define AG__ARGUMENTS_2 V A, V B
#define AG__ARGUMENTS_3 V A, V B, V C
#define AG__FUNCTION(name, arguments, value)                                                       \
    AG__INLINE V AG__JOIN(v_##name, S)(AG__ARGUMENTS_##arguments)                                  \
    {                                                                                              \
        return value;                                                                              \
    }

#define T double
#define S f64
#define V v_f64
#include "../as_vector.h"
#define FUNCTION(name, arguments, value) AG__FUNCTION(name, arguments, value)
#include "../functions.def"

#include "../forget.h"
#undef V

#define T float
#define S f32
#define V v_f32
#include "../as_vector.h"
#define FUNCTION(name, arguments, value) AG__FUNCTION(name, arguments, value)
#include "../functions.def"

#include "../forget.h"
#undef V

#endif
