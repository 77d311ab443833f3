/* The vocabulary of the tables as recorded operations. No guard: its words have another meaning
 * before and after; see vocabulary_end.h.
 */
#define K(c) ag__symbol_number(c)
#define NEG(a) ag__symbol_neg(a)
#define ADD(a, b) ag__symbol_add(a, b)
#define SUB(a, b) ag__symbol_sub(a, b)
#define MUL(a, b) ag__symbol_mul(a, b)
#define DIV(a, b) ag__symbol_div(a, b)
#define SQ(a) F(square, a)
#define POW(a, b) ag__symbol_pow(a, b)
/* The row's operands, then its constants; what is given beyond them only saves work for numbers. */
#define F(name, ...) ag__symbol_row(&ag__##name##_row, (const ag__symbol[]){__VA_ARGS__})
#define IS(name, a, b) ag__symbol_is(#name, a, b)
#define WHERE(c, a, b) ag__symbol_where(c, a, b)
/* The last of one or two. */
#define BOARD(board, ...) AG__RECORDED(__VA_ARGS__, __VA_ARGS__, )
#define AG__RECORDED(numbers, recorded, ...) recorded
#define OVER(a, b) (BELOW = (b), (a))
#define DENORMAL(x, y, c, a, b)                                                                    \
    (ag__has_denormal((x).tensor) || ag__has_denormal((y).tensor) ? (C = (c), (a)) : (b))
