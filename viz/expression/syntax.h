/* A program in memory: its tokens, its syntax as an array in which operands stand before what is
 * made of them, and the values of that array while it is recorded. So every pass is a loop, and
 * nothing recurses. Private to viz/expression.
 */
#ifndef VIZ_SYNTAX_H
#define VIZ_SYNTAX_H

#define AG_NO_SITES
#include "program.h"

#include <autograd/ops.h>

#include "callable.h"
#include "viz/text/text.h"

#define VIZ__MOST_SOURCE ((size_t)4 << 20) /* bytes of a program */
#define VIZ__MOST_SYNTAX (1u << 19)        /* values and operators in it */
#define VIZ__MOST_NAMES 1000
#define VIZ__NAME_ROOM 256 /* bytes of a name, and of its terminating zero */
#define VIZ__NONE UINT32_MAX

/* Where something stands in the source. */
typedef struct viz__span {
    uint32_t at, end;
} viz__span;

/* --- lexer.c ---------------------------------------------------------------------------------- */

typedef enum viz__token_kind {
    VIZ__END,
    VIZ__NUMERAL,
    VIZ__WORD_TOKEN,  /* a name */
    VIZ__QUOTE,       /* 'text' */
    VIZ__SIGN,        /* one of the signs below, in `sign` */
    VIZ__SUPERSCRIPT, /* ², ⁻¹: `number` is its value */
    VIZ__FIELD,       /* .T, .indices */
    VIZ__NEW_STATEMENT,
    VIZ__BAD_TOKEN /* an error is kept */
} viz__token_kind;

/* Signs of two characters have a letter: L is <=, G is >=, E is ==, N is !=, R is √, J is what
 * stands between 2 and x in 2x. */
typedef struct viz__token {
    viz__token_kind kind;
    viz__span span;
    char sign;
    bool spaced; /* a blank stands before it */
    double number;
} viz__token;

/* --- the syntax ------------------------------------------------------------------------------- */

typedef enum viz__kind {
    VIZ__NUMBER_LITERAL,
    VIZ__NAME_USED, /* `target` is the symbol */
    VIZ__TEXT_LITERAL,
    VIZ__PREFIX,   /* sign - */
    VIZ__BINARY,   /* sign + - * / ^ @ < L > G E N */
    VIZ__CALL,     /* `name` is the function's; `target` is which one, once that is known */
    VIZ__BRACKETS, /* [a, b] */
    VIZ__INDEX,    /* x[...]: the first child is x, the others are indices */
    VIZ__RANGE,    /* a:b:c within an index; missing ones are VIZ__NONE */
    VIZ__PART      /* x.T, sort(x).indices: `name` */
} viz__kind;

/* One piece of syntax. Its children are `n` entries of the program's list from `first` on. */
typedef struct viz__syntax {
    viz__kind kind;
    char sign;
    bool as_list;    /* brackets that list the arguments of a call, and are no tensor */
    bool as_word;    /* a name that is an option's word, such as sum in reduction=sum */
    bool as_text;    /* a text where one is wanted */
    bool varies;     /* there is a variable in it */
    viz__span span;  /* for a mark: the operator, the name */
    viz__span whole; /* all of it, for "write (1/2)*x" */
    viz__span name;
    double number;
    uint32_t first, n;
    uint32_t target;
    uint32_t same; /* an equal one before it, or itself */
} viz__syntax;

typedef struct viz__child {
    uint32_t node;
    viz__span keyword; /* of axis=0; empty without */
    int parameter;     /* which one of the function's */
} viz__child;

typedef struct viz__statement {
    viz__span name; /* empty without */
    uint32_t root;  /* its syntax */
    uint32_t symbol;
} viz__statement;

/* --- values ----------------------------------------------------------------------------------- */

typedef enum viz__value_kind {
    VIZ__NO_VALUE,
    VIZ__IS_NUMBER,
    VIZ__IS_ARRAY, /* numbers in brackets, of which no tensor was made yet */
    VIZ__IS_TENSOR,
    VIZ__IS_LIST, /* several results of one call */
    VIZ__IS_TEXT  /* words, text, lists of arguments: they have no value of their own */
} viz__value_kind;

typedef struct viz__value {
    viz__value_kind kind;
    double number;
    ag_tensor *tensor; /* of a number, too, once it was needed as one */
    ag_tensor **list;  /* all results of a call */
    int n;
    ag_shape shape; /* of an array */
    const double *element;
} viz__value;

/* A name: its statement, its value, what it is. */
typedef struct viz__symbol {
    viz__span name; /* of its first use */
    uint32_t hash;
    uint32_t statement;  /* that gives it, or VIZ__NONE */
    uint32_t binding;    /* that gives it, or VIZ__NONE */
    uint32_t first_use;  /* a piece of syntax, or VIZ__NONE */
    ag_tensor *variable; /* its leaf, once that is made */
    viz__value value;
} viz__symbol;

/* A binding is a program of one statement. */
typedef struct viz__binding {
    viz_program *program;
    uint32_t symbol; /* of the program that it is for */
} viz__binding;

/* --- what the parser has not put together yet ------------------------------------------------- */

/* A value on the parser's stack. */
typedef struct viz__operand {
    uint32_t node; /* VIZ__NONE for what is left out in a:b */
    viz__span whole, keyword;
    bool numeral, root; /* a number just read; the root of one */
} viz__operand;

/* An operator on the stack, or what is open: ( a group, c a call, [ brackets, i an index. Prefixes
 * are m for minus, p for plus, R for a root. */
typedef struct viz__operator {
    char sign;
    viz__span span, name, keyword;
    uint32_t base;  /* open: how many operands stood before it */
    uint32_t piece; /* index: how many stood before the index that is being read */
    int colons;
    double power; /* call: of sin²(x); 1 without */
} viz__operator;

/* An array that grows in the graph's memory. */
typedef struct viz__growing {
    void *at;
    uint32_t n, room;
    size_t each;
} viz__growing;

struct viz_program {
    ag_graph *graph;
    char *source; /* a copy, terminated */
    uint32_t bytes, cursor;
    viz_program_options options;
    bool failed, recorded, quiet;
    bool expecting; /* a value; otherwise an operator */
    bool notes_log;
    bool is_binding; /* the value of a name of another program */
    int depth;       /* of open parentheses and brackets: a line may end within them */
    viz__growing syntax, child, statement, symbol, binding;
    viz__growing operand, operator; /* stacks of the parser */
    viz__growing value;
    viz__out text;
    viz__out scratch;
};

/* program.c: memory and access. A program that is not read yet, *new*. viz__grow makes room for one
 * more element and returns it, zeroed; NULL when memory runs out, which is then kept. */
viz_program *viz__program_open(ag_graph *g, const char *text, size_t bytes);
void *viz__grow(viz_program *p, viz__growing *a);
#define VIZ__AT(type, array, i) (&((type *)(array).at)[i])
viz__syntax *viz__syntax_at(const viz_program *p, uint32_t i);
viz__child *viz__child_at(const viz_program *p, const viz__syntax *s, uint32_t i);
viz__syntax *viz__operand_of(const viz_program *p, const viz__syntax *s, uint32_t i);
bool viz__span_is(const viz_program *p, viz__span s, const char *text);
/* The text of a span, shortened, in a buffer. */
#define VIZ__SHORT 64
const char *viz__short(const viz_program *p, viz__span s, char text[VIZ__SHORT]);

/* symbols.c. A name with digits in the place of subscripts, and its length; the symbol of such a
 * name, VIZ__NONE if there is none. */
size_t viz__plain_name(const viz_program *p, viz__span name, char *to, size_t room);
uint32_t viz__symbol_find(const viz_program *p, const char *name, size_t n);
/* The symbol of a name, entered if it is new; VIZ__NONE when memory runs out. */
uint32_t viz__symbol_of(viz_program *p, viz__span name);
uint32_t viz__bound(const viz_program *p, const char *name); /* the binding of a name */
bool viz__constant(const viz_program *p, viz__span name, double *value);
/* Is this name given by an expression of variables? Otherwise it is a variable itself. */
bool viz__varies(const viz_program *p, const viz__symbol *s);

/* lexer.c: the token at the cursor, which moves behind it; and one that leaves the cursor. */
viz__token viz__next_token(viz_program *p);
viz__token viz__peek_token(viz_program *p);

/* complaint.c: keeps an error with the line and a mark under `where`. `hint` may be NULL. Returns
 * false. */
bool viz__complain(viz_program *p, viz__span where, const char *hint, const char *format, ...)
    AG_PRINTF(4, 5);
/* The same for an error that an operation has kept. */
bool viz__complain_kept(viz_program *p, viz__span where);

/* near.c: the known name that is most like this one; NULL if none is. The other one: this name cut
 * into two known ones, as "x*y". */
const char *viz__nearest(viz_program *p, viz__span name, bool called, char text[VIZ__SHORT]);
/* Operations are found whatever letters are large: ReLU is relu. */
void viz__small_letters(char *text);
const char *viz__as_product(viz_program *p, viz__span name, char text[VIZ__SHORT]);

/* parser.c: the whole program. */
bool viz__parse(viz_program *p);

/* parser_stack.c */
viz__operator *viz__top(const viz_program *p); /* NULL for none */
bool viz__is_open(const viz__operator *o);
int viz__precedence(char sign);
bool viz__push_operator(viz_program *p, char sign, viz__span span);
bool viz__push_operand(viz_program *p, uint32_t node, viz__span whole, bool numeral);
uint32_t viz__add_syntax(viz_program *p, viz__kind kind, viz__span span, viz__span whole);
/* Takes the last n operands as the children of a piece of syntax. */
bool viz__take_children(viz_program *p, uint32_t node, uint32_t n);

/* reduce.c: what is on the stacks becomes syntax. */
bool viz__reduce_to(viz_program *p, int least); /* all that bind at least so, up to what is open */
bool viz__close(viz_program *p, viz__token t);
bool viz__separate(viz_program *p, viz__token t); /* , or : */
bool viz__raise(viz_program *p, viz__span span, double power);
bool viz__finish_primary(viz_program *p); /* a root takes the value behind it */

/* juxtaposition.c: two values beside each other. */
bool viz__beside(viz_program *p, viz__token t);
bool viz__check_product(viz_program *p, const viz__operand *left, const viz__operand *right);

/* resolve.c: after parsing, which operation and which name is meant; before recording, whether all
 * names have a value. */
bool viz__resolve(viz_program *p);
bool viz__check_names(viz_program *p);

/* choose.c: which operation a call means. */
bool viz__choose_function(viz_program *p, viz__syntax *call);

/* sharing.c: which subexpressions are equal. */
bool viz__share(viz_program *p);

/* --- recording: the value of a piece of syntax whose operands have theirs --------------------- */

viz__value *viz__value_at(const viz_program *p, uint32_t i);
bool viz__operate(viz_program *p, uint32_t i);  /* operate.c: + - * / ^ @ and comparisons */
bool viz__invoke(viz_program *p, uint32_t i);   /* invoke.c: a call */
bool viz__brackets(viz_program *p, uint32_t i); /* brackets.c */
bool viz__part(viz_program *p, uint32_t i);     /* subscripts.c: x[...], x.T, sort(x).indices */
bool viz__index_part(viz_program *p, uint32_t i);
/* Keeps a tensor as the value of a piece of syntax; false for NULL, with the operation's error. */
bool viz__keep(viz_program *p, uint32_t i, ag_tensor *t);
bool viz__keep_number(viz_program *p, uint32_t i, double number);
/* A value as a tensor; NULL, with an error, for what is none. */
ag_tensor *viz__tensor(viz_program *p, uint32_t i);
/* A value as a whole number; false, with an error, for what is none. */
bool viz__whole_number(viz_program *p, uint32_t i, int64_t *whole);

#endif
