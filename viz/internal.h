/* What the files of viz/ share: the output sink, numbers, names, the record every output reads, and
 * the chain rule of one node. Private to viz/; knows the engine only through inspect.h and engine.h.
 */
#ifndef VIZ_INTERNAL_H
#define VIZ_INTERNAL_H

#define AG_NO_SITES
#include <autograd/viz.h>

#include <autograd/engine.h>
#include <autograd/inspect.h>

/* --- writer.c: where output goes -------------------------------------------------------------- */

/* A file, or, with file NULL, a string that grows in the graph's memory. The first failure
 * sticks, and after it every call does nothing: callers look at `status` once, at the end. */
typedef struct viz__out {
    ag_graph *graph;
    FILE *file;
    char *text; /* terminated whenever it is not NULL */
    size_t used, capacity;
    ag_status status;
} viz__out;

viz__out viz__to_file(ag_graph *g, FILE *file);
viz__out viz__to_text(ag_graph *g);
void viz__put(viz__out *out, const char *text, size_t n);
void viz__puts(viz__out *out, const char *text);
/* %s, %zu, %d and %% only; of any length, and the same in every locale. */
void viz__print(viz__out *out, const char *format, ...) AG_PRINTF(2, 3);
void viz__pad(viz__out *out, size_t spaces);
/* Room for n more bytes of a growing string, to be written and counted by viz__commit; or NULL. */
char *viz__reserve(viz__out *out, size_t n);
void viz__commit(viz__out *out, size_t n);
void viz__cut(viz__out *out, size_t used);
const char *viz__text(const viz__out *out);
void viz__out_free(viz__out *out);
void viz__fail(viz__out *out, ag_status status); /* keeps the first that is not AG_OK */
/* Pushes a file's bytes out, so that a full disk is noticed; gives the status. */
ag_status viz__flush(viz__out *out);

/* n elements of `each` bytes, zeroed; NULL when there is no memory or the product overflows. */
void *viz__array(ag_graph *g, size_t n, size_t each);
void viz__array_free(ag_graph *g, void *array, size_t n, size_t each);

/* --- escape.c: text from outside -------------------------------------------------------------- */

/* Control bytes and invalid UTF-8 become a replacement character; with `ascii` Greek letters are
 * spelled out and everything else above 127 becomes a question mark. */
void viz__clean(viz__out *out, const char *text, bool ascii);
void viz__html(viz__out *out, const char *text);   /* inside an HTML-like label */
void viz__quoted(viz__out *out, const char *text); /* with the quotes */
size_t viz__width(const char *text);               /* columns on a terminal */

/* --- digits.c: numbers ------------------------------------------------------------------------ */

#define VIZ__NUMBER 48
#define VIZ__MORE_DIGITS 3

/* At least `digits` significant ones. Trailing zeros go only where nothing was rounded away, so
 * 54.60 says that it is not exact and 4 that it is. */
size_t viz__number_text(char text[VIZ__NUMBER], double value, int digits);
void viz__number(viz__out *out, double value, int digits);
/* The same with room for the sign, so that digits stand under each other. */
void viz__signed(viz__out *out, double value, int digits);
/* As a factor or term after another: negative numbers in parentheses. */
void viz__factor(viz__out *out, double value, int digits, bool first);
/* The number that a reader of the printed text gets. */
double viz__as_printed(double value, int digits);

/* --- numbering.c, names.c, node_labels.c: what every output reads -------------------------------------- */

typedef struct viz__use {
    uint32_t consumer; /* step */
    uint32_t operand;
} viz__use;

enum {
    VIZ__SHOWN = 1,  /* leads from the target to the root */
    VIZ__LIT = 2,    /* leads from the highlighted one to the root */
    VIZ__FOLDED = 4, /* drawn as part of the fold */
    VIZ__TOLD = 8    /* its edge into the fold is drawn */
};

typedef struct viz__record {
    ag_graph *graph;
    const viz_options *options;
    int digits;
    ag_order order;
    size_t n, edges;
    uint32_t *operand;     /* steps, of all nodes one after the other */
    size_t *first_operand; /* n + 1 */
    viz__use *use;         /* consumers of each node, oldest first */
    size_t *first_use;     /* n + 1 */
    uint8_t *again;        /* by operand: it occurs more than once in its node */
    uint8_t *flags;        /* by node */
    size_t *name;          /* by node, offsets into names */
    viz__out names;
    viz__out scratch, marked;
    bool scalar; /* every node is 0-d */
} viz__record;

ag_status viz__record_new(viz__record *r, const ag_tensor *root, const viz_options *options);
void viz__record_free(viz__record *r);
size_t viz__step_of(const viz__record *r, const ag_tensor *t); /* n when it is not in the record */
ag_status viz__names_new(viz__record *r);

static inline const ag_tensor *viz__node(const viz__record *r, size_t step)
{
    return r->order.node[step];
}

static inline size_t viz__root(const viz__record *r)
{
    return r->n - 1;
}

static inline const char *viz__name(const viz__record *r, size_t step)
{
    return viz__text(&r->names) + r->name[step];
}

/* An ag_namer; `user` is the record; NULL stands for the root. */
const char *viz__namer(void *user, const ag_tensor *t);
const char *viz__role(const viz__record *r, size_t step); /* "input", ... or "result" */
void viz__dims(viz__out *out, ag_shape shape);            /* [3,4] */
void viz__shape(viz__out *out, const ag_tensor *t);
void viz__type(viz__out *out, const ag_tensor *t); /* f64 [3,4] */

/* "exp(a)", or "my_op(a, b)" for an operation without a formula, or the role of a leaf. */
void viz__formula(viz__out *out, viz__record *r, size_t step);
/* As ag_grad_state_of, but a gradient that is left from the backward call of another root counts as
 * not run: it is no derivative of this one. */
ag_grad_state viz__grad_state(const viz__record *r, size_t step);
/* "∂f/∂c"; of the root by this node. */
void viz__gradient_name(viz__out *out, const viz__record *r, size_t step);
/* "∂c/∂a", with the place of the operand where it occurs twice. */
void viz__partial_name(viz__out *out, const viz__record *r, size_t step, size_t operand);
/* "∂b/∂a = exp(a) = 54.60", as much of it as is known. `out` must be a string. */
void viz__partial(viz__out *out, viz__record *r, size_t step, size_t operand);
/* Reads a text the engine writes in the manner of snprintf. */
typedef size_t (*viz__engine_text)(const ag_tensor *t, int i, ag_notation notation, ag_namer name,
                                   void *user, char *text, size_t bytes);
bool viz__copy_text(viz__out *out, viz__record *r, viz__engine_text text, size_t step,
                    size_t operand, ag_namer namer);

/* --- stats.c: a tensor in a few numbers ------------------------------------------------------- */

#define VIZ__FEW 6
#define VIZ__LAST 3

typedef struct viz__stats {
    int64_t n, nan, inf;
    double norm;                             /* Euclidean; NaN when an element is */
    double min, max;                         /* of the finite elements */
    double first[VIZ__FEW], last[VIZ__LAST]; /* in row-major order; those there are */
} viz__stats;

/* The elements of t, or of its gradient, as new memory of ag_size(t) doubles; NULL with a
 * status. */
double *viz__elements(viz__record *r, const ag_tensor *t, bool gradient, ag_status *status);
void viz__elements_free(viz__record *r, const ag_tensor *t, double *elements);
ag_status viz__stats_read(viz__stats *s, viz__record *r, const ag_tensor *t, bool gradient);

/* --- text_table.c: columns ------------------------------------------------------------------------- */

#define VIZ__COLUMNS 12
typedef struct viz__column {
    size_t least; /* width in columns of the terminal */
    size_t most;  /* a wider cell sticks out; 0: no limit */
    size_t gap;   /* after it */
    bool right;
} viz__column;

/* Cells are kept one after the other and written once the widths are known. A cell widens its
 * column only if something follows it in its row. */
typedef struct viz__table {
    const viz__column *column;
    size_t columns;
    size_t width[VIZ__COLUMNS];
    size_t rows;
    viz__out cells; /* each terminated by a zero byte */
} viz__table;

viz__table viz__table_new(ag_graph *g, const viz__column *column, size_t columns);
void viz__table_free(viz__table *t);
void viz__cell_end(viz__table *t); /* what was put into `cells` since the last one */
void viz__text_cell(viz__table *t, const char *text);
void viz__count_cell(viz__table *t, size_t count);
void viz__number_cell(viz__table *t, double value, int digits);
void viz__row_end(viz__table *t, size_t cells);
void viz__table_measure(viz__table *t);
size_t viz__table_offset(const viz__table *t, size_t column);
void viz__table_write(viz__out *out, const viz__table *t);

/* --- chain.c: the gradient of one node -------------------------------------------------------- */

typedef enum viz__state {
    VIZ__NOT_RUN,
    VIZ__NOT_REQUIRED,
    VIZ__SEED,    /* the root */
    VIZ__UNKNOWN, /* run, but not everything its terms need is there */
    VIZ__EQUATION
} viz__state;

typedef struct viz__term {
    viz__use use;
    double upstream, partial;
} viz__term;

/* gradient = sum of upstream * partial, each over one edge. */
typedef struct viz__chain {
    viz__state state;
    viz__term *term;
    size_t n, capacity;
    double sum;    /* of the terms */
    double held;   /* what the gradient holds */
    uint32_t runs; /* backward calls summed in it */
    bool agrees;   /* sum and held are the same but for rounding */
    int digits;    /* of the factors: as many as the line needs to reconcile */
    int result_digits;
    bool reconciles;
} viz__chain;

ag_status viz__chain_read(viz__chain *c, viz__record *r, size_t step);
void viz__chain_free(viz__chain *c, viz__record *r);
void viz__chain_equation(viz__out *out, viz__record *r, const viz__chain *c, size_t step);
void viz__chain_note(viz__out *out, viz__record *r, const viz__chain *c, size_t step);
/* "-365.7 [sum of 2 backward calls]", where the gradient is not what the line says;
 * false when it is. */
bool viz__chain_held(viz__out *out, viz__record *r, const viz__chain *c, size_t step);

/* --- trace.c and the rest --------------------------------------------------------------------- */

const viz_options *viz__or_default(const viz_options *options);
void viz__trace_tensors(viz__out *out, viz__record *r);
/* elements.c: the elements of small tensors; the norms of the parameters' gradients. */
void viz__elements_list(viz__out *out, viz__record *r);
void viz__norms(viz__out *out, viz__record *r);
/* rule.c: " = term + term" with shapes; what was summed away goes to `notes`. Both are strings. */
void viz__rule_terms(viz__out *out, viz__out *notes, viz__record *r, size_t step);

/* dot.c, dot_node.c, alt_text.c */
typedef void (*viz__drawing)(viz__out *out, viz__record *r);
ag_status viz__draw(viz__out *out, const ag_tensor *root, const viz_options *o, viz__drawing how);
void viz__dot_node(viz__out *out, viz__record *r, size_t step);
void viz__alt(viz__out *out, viz__record *r);
viz_palette viz__palette_of(const viz_options *o); /* with the defaults filled in */
void viz__put_scratch(viz__out *out, viz__record *r);
/* The number, the norm or the state, without a name. */
void viz__gradient_value(viz__out *out, viz__record *r, size_t step);

/* ∂ × · and so on, or what stands for them in ASCII. */
typedef struct viz__signs {
    const char *d, *times, *dot, *each, *about, *not_run, *not_required, *norm, *dots;
} viz__signs;
const viz__signs *viz__signs_of(const viz__record *r);

#endif
