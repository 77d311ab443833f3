/* The vocabulary of the tables as arithmetic, for the type T with suffix S. No guard: included once
 * per type, after its words' former meaning has been taken away by vocabulary_end.h.
 */
#define AG__JOIN_(a, b) a##_##b
#define AG__JOIN(a, b) AG__JOIN_(a, b)
#define K(c) ((T)(c))
#define NEG(a) (-(a))
#define ADD(a, b) ((a) + (b))
#define SUB(a, b) ((a) - (b))
#define MUL(a, b) ((a) * (b))
#define DIV(a, b) ((a) / (b))
#define SQ(a) AG__JOIN(square, S)(a)
#define POW(a, b) AG__JOIN(pow, S)(a, b)
#define F(name, ...) AG__JOIN(name, S)(__VA_ARGS__)
#define IS(name, a, b) AG__JOIN(is_##name, S)(a, b)
#define WHERE(c, a, b) ((c) != 0 ? (a) : (b))
#define RARE(c, a, b) WHERE(c, a, b)
#define BOARD(board, ...) AG__NUMBERS(__VA_ARGS__, )
#define AG__NUMBERS(numbers, ...) (numbers)
#define OVER(a, b) (BELOW = (b), over = 1, (a))
