/* The vocabulary of the tables as arithmetic of vectors, for the type T with suffix S. No guard:
 * included once per type, after its words' former meaning has been taken away by vocabulary_end.h.
 */
#define AG__JOIN_(a, b) a##_##b
#define AG__JOIN(a, b) AG__JOIN_(a, b)
#define K(c) AG__JOIN(all, S)((T)(c))
#define NEG(a) (-(a))
#define ADD(a, b) ((a) + (b))
#define SUB(a, b) ((a) - (b))
#define MUL(a, b) ((a) * (b))
#define DIV(a, b) ((a) / (b))
#define SQ(a) AG__JOIN(v_square, S)(a)
#define POW(a, b) AG__JOIN(v_pow, S)(a, b)
#define F(name, ...) AG__JOIN(v_##name, S)(__VA_ARGS__)
#define IS(name, a, b) AG__JOIN(v_is_##name, S)(a, b)
#define WHERE(c, a, b) AG__JOIN(select, S)((c) != 0, a, b)
/* What is rare is computed where some lane needs it. A condition is 1 or 0 in every lane, so its bits
 * say whether there is one, without a comparison. */
#define RARE(c, a, b)                                                                              \
    __extension__({                                                                                \
        const AG__JOIN(v, S) rare = (c), usual = (b);                                              \
        AG__JOIN(any, S)((AG__JOIN(m, S))rare) ? AG__JOIN(select, S)(rare != 0, a, usual) : usual; \
    })
#define BOARD(board, ...) AG__NUMBERS(__VA_ARGS__, )
#define AG__NUMBERS(numbers, ...) (numbers)
#define OVER(a, b) (BELOW = (b), over = 1, (a))
