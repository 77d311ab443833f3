/* Every row of the elementwise tables, in the order of the registry: expanded by what UNARY and
 * BINARY mean at the moment. Kinds of rows that mean nothing of their own are taken for plain UNARY
 * ones. All meanings are taken away at the end. No guard: included once per expansion.
 */
#ifndef UNARY_PART
#define UNARY_PART(name, value, partial, low, high) UNARY(name, value, partial, low, high, "")
#endif
#ifndef UNARY_PART_P
#define UNARY_PART_P(name, value, partial, low, high, p)                                           \
    UNARY_P(name, value, partial, low, high, p, "")
#endif
#ifndef UNARY_PART_PQ
#define UNARY_PART_PQ(name, value, partial, low, high, p, q)                                       \
    UNARY_PART(name, value, partial, low, high)
#endif
#ifndef BINARY_PART
#define BINARY_PART(name, value, partial_a, partial_b, low, high)                                  \
    BINARY(name, value, partial_a, partial_b, low, high, "")
#endif
#ifndef BINARY_PART_PQ
#define BINARY_PART_PQ(name, value, partial_a, partial_b, low, high, p, q)                         \
    BINARY_PART(name, value, partial_a, partial_b, low, high)
#endif
#ifndef UNARY_P
#define UNARY_P(name, value, partial, low, high, p, doc) UNARY(name, value, partial, low, high, doc)
#endif
#ifndef UNARY_PC
#define UNARY_PC(name, value, partial, allowed, hint, low, high, p, doc)                           \
    UNARY_P(name, value, partial, low, high, p, doc)
#endif
#ifndef UNARY_PQ
#define UNARY_PQ(name, value, partial, low, high, p, q, doc)                                       \
    UNARY(name, value, partial, low, high, doc)
#endif
#include "binary.def"
#include "unary.def"
#undef UNARY
#undef UNARY_P
#undef UNARY_PC
#undef UNARY_PQ
#undef BINARY
#undef UNARY_PART
#undef UNARY_PART_P
#undef UNARY_PART_PQ
#undef BINARY_PART
#undef BINARY_PART_PQ
