/* The vocabulary of the tables as recorded operations. No guard: its words have another meaning
 * before and after; see vocabulary_end.h.
 */
#define K(c) ag__symbol_number(c)
#define NEG(a) ag__symbol_neg(a)
#define ADD(a, b) ag__symbol_add(a, b)
#define SUB(a, b) ag__symbol_sub(a, b)
#define MUL(a, b) ag__symbol_mul(a, b)
#define DIV(a, b) ag__symbol_div(a, b)
#define SQ(a) ag__symbol_call((ag_square), a)
#define POW(a, b) ag__symbol_pow(a, b)
/* Of one operand, or of one and a constant: the function's type tells. */
#define F(name, ...)                                                                               \
    _Generic((ag_##name), ag_tensor * (*)(ag_tensor *)                                             \
             : ag__symbol_call, ag_tensor * (*)(ag_tensor *, double)                               \
             : ag__symbol_call_with)((ag_##name), __VA_ARGS__)
#define IS(name, a, b) ag__symbol_is(#name, a, b)
#define WHERE(c, a, b) ag__symbol_where(c, a, b)
