/* The record that every output reads: the graph numbered by steps, names and formulas, the chain
 * rule of one node. Only this room asks the engine, by engine.h and inspect.h. Private to viz/.
 */
#ifndef VIZ_RECORD_H
#define VIZ_RECORD_H

#define AG_NO_SITES
#include <autograd/engine.h>
#include <autograd/inspect.h>
#include <autograd/viz.h>

#include "viz/text/text.h"

/* --- numbering.c, names.c, node_labels.c: what every output reads ----------------------------- */

/* What the engine says of a node. */
typedef struct viz__fact {
    const char *op;      /* the name of its operation; NULL for a leaf */
    const char *source;  /* the source line that recorded it; NULL when unknown */
    double value;        /* of a tensor with one element; else 0 */
    double gradient;     /* the same of the gradient that the engine holds; 0 without one */
    int64_t size;        /* elements */
    size_t bytes;        /* of all elements */
    uint32_t runs;       /* how many backward passes the gradient sums */
    ag_role role;        /* input, parameter and so on */
    ag_grad_state state; /* one of another root's pass counts as not run: it is no derivative */
    bool scalar;         /* it is 0-d */
    bool has_gradient;   /* the engine holds one */
    bool hooked;         /* it has a hook */
    bool view;           /* it shares the memory of an operand */
} viz__fact;

/* An operand of a node. */
typedef struct viz__edge {
    double partial; /* the local partial, if it is known */
    uint32_t from;  /* the step of the operand */
    bool known;     /* the partial is one number, and the operation gives it */
    bool flows;     /* a gradient flows back */
    bool repeated;  /* the node has the same operand once more */
} viz__edge;

/* One use of a node: as operand number `operand` of the node at step `consumer`. */
typedef struct viz__use {
    uint32_t consumer;
    uint32_t operand;
} viz__use;

/* The flags of a node. */
enum {
    VIZ__SHOWN = 1,       /* it is the target or depends on it */
    VIZ__HIGHLIGHTED = 2, /* it is the highlighted node or depends on it */
    VIZ__FOLDED = 4       /* it is drawn as a part of the fold */
};

/* The recorded graph, numbered by steps. The operands and the uses of all nodes lie in two arrays,
 * one node after the other; those of step i begin at first_edge[i] and first_use[i]. */
typedef struct viz__record {
    ag_graph *graph;
    const viz_options *options;
    const char *who; /* begins messages */
    void *user;      /* for the drawing: see viz__draw */
    int digits;
    ag_notation notation; /* of formulas from the engine */
    ag_order order;
    size_t n;                 /* nodes */
    size_t edges;             /* operands of all nodes */
    viz__fact *fact;          /* by node */
    viz__edge *edge;          /* the operands of each node, in their order */
    size_t *first_edge;       /* n + 1 of them */
    viz__use *use;            /* the uses of each node, oldest first */
    size_t *first_use;        /* n + 1 of them */
    uint8_t *flags;           /* by node: VIZ__SHOWN and so on */
    size_t *name;             /* by node: where its name begins in `names` */
    viz__out names;           /* all names, each terminated */
    viz__out scratch;         /* for text that is made and used at once */
    viz__out marked;          /* the same */
    bool scalar;              /* every node is 0-d */
    uint32_t *blank;          /* numbers of the blanks of a worksheet; else NULL: see blanks.c */
    double *answer;           /* of each of them */
    size_t *first_element;    /* n + 1 of them: how many elements come before those of a node */
    double *difference;       /* gradients by finite differences; else NULL: finite_differences.c */
    size_t *first_difference; /* n + 1 of them: where those of a node begin */
} viz__record;

ag_status viz__record_new(viz__record *r, const ag_tensor *root, const viz_options *options);
void viz__record_free(viz__record *r);

size_t viz__step_of(const viz__record *r, const ag_tensor *t); /* n: it is not in the record */

/* The i-th of the tensors whose dependents are shown; NULL past the last, and if all are. */
const ag_tensor *viz__target(const viz__record *r, size_t i);

/* The language of the record's format. */
static inline viz__markup viz__markup_of(const viz__record *r)
{
    viz_format f = r->options->format;
    return f == VIZ_MARKDOWN ? VIZ__MARKDOWN : f == VIZ_LATEX ? VIZ__LATEX : VIZ__PLAIN;
}

/* Gives every node its name. */
ag_status viz__names_new(viz__record *r);

static inline const ag_tensor *viz__node(const viz__record *r, size_t step)
{
    return r->order.node[step];
}

static inline size_t viz__root(const viz__record *r)
{
    return r->n - 1;
}

static inline bool viz__is_leaf(const viz__record *r, size_t step)
{
    return r->fact[step].op == NULL;
}

static inline bool viz__is_shown(const viz__record *r, size_t step)
{
    return (r->flags[step] & VIZ__SHOWN) != 0;
}

static inline const char *viz__name(const viz__record *r, size_t step)
{
    return viz__text(&r->names) + r->name[step];
}

/* The ag_namer of a record, which is `user`. NULL stands for the root. */
const char *viz__namer(void *user, const ag_tensor *t);

const char *viz__role(const viz__record *r, size_t step); /* "input", ... or "result" */
ag_shape viz__shape_of(const viz__record *r, size_t step);
bool viz__same_shape(const viz__record *r, size_t a, size_t b);
void viz__dims(viz__out *out, ag_shape shape); /* [3,4] */
/* The index of the element at a row-major place, [0,2]; nothing for a 0-d shape. */
void viz__index(viz__out *out, ag_shape shape, int64_t at);
void viz__type(viz__out *out, const viz__record *r, size_t step); /* f64 [3,4] */

/* Writes the parameters of an operation, such as "axis 0"; nothing if it has none. */
void viz__attributes(viz__out *out, const viz__record *r, size_t step);

/* Writes the formula of a node, such as "exp(a)"; "my_op(a, b)" if its operation has none; the role
 * of a leaf. */
void viz__formula(viz__out *out, viz__record *r, size_t step);

/* Writes the value of a node as a formula in the notation of the record, with names from `namer`;
 * false if there is none. `out` must be a string. */
bool viz__value_formula(viz__out *out, viz__record *r, size_t step, ag_namer namer);

/* Writes the value of a node as a formula without the names, such as " + " or "exp()"; false if
 * there is no formula. `out` must be a string. */
bool viz__value_symbol(viz__out *out, viz__record *r, size_t step);

/* Writes "∂f/∂c", where f is the root and c the node. */
void viz__gradient_name(viz__out *out, const viz__record *r, size_t step);

/* Writes " [sum of 2 backward calls]" after a gradient that is no derivative, because it sums
 * several passes; nothing if `runs` is at most 1. */
void viz__sum_note(viz__out *out, uint32_t runs);

/* Writes "∂c/∂a"; if a occurs more than once among the operands, with the place of this one. */
void viz__partial_name(viz__out *out, const viz__record *r, size_t step, size_t operand);

/* Writes "∂b/∂a = exp(a) = 54.60", or as much of it as is known. `out` must be a string. */
void viz__partial(viz__out *out, viz__record *r, size_t step, size_t operand);

/* Writes what ag_partial_text, ag_rule_text or the like gives for an operand; false if that is
 * nothing. `out` must be a string. */
typedef size_t (*viz__engine_text)(const ag_tensor *t, int i, ag_notation notation, ag_namer name,
                                   void *user, char *text, size_t bytes);
bool viz__copy_text(viz__out *out, viz__record *r, viz__engine_text text, size_t step,
                    size_t operand, ag_namer namer);

/* --- node_math.c: the same in LaTeX, for within a formula ------------------------------------- */

void viz__name_math(viz__out *out, viz__record *r, size_t step);
void viz__formula_math(viz__out *out, viz__record *r, size_t step);
void viz__gradient_name_math(viz__out *out, viz__record *r, size_t step);
void viz__partial_name_math(viz__out *out, viz__record *r, size_t step, size_t operand);

/* Writes "\partial b/\partial a = \exp(a) = 54.60", or as much as is known. */
void viz__partial_math(viz__out *out, viz__record *r, size_t step, size_t operand);

/* --- stats.c: a tensor in a few numbers ------------------------------------------------------- */

#define VIZ__FEW_ELEMENTS 64 /* all elements of such a tensor are listed where that is asked for */
#define VIZ__FEW 6           /* all elements of a tensor with no more than these are written */
#define VIZ__LAST 3          /* as many of the last elements are written of a larger tensor */

typedef struct viz__stats {
    int64_t n;              /* elements */
    int64_t nan, inf;       /* how many elements are NaN, or infinite */
    double norm;            /* Euclidean; NaN if an element is NaN */
    double min, max;        /* of the finite elements */
    double first[VIZ__FEW]; /* the first elements in row-major order, as far as there are any */
    double last[VIZ__LAST]; /* the last elements */
} viz__stats;

/* The elements of a node, or of its gradient. *New*: free them with viz__elements_free. NULL on
 * failure, whose status goes to *status. */
double *viz__elements(viz__record *r, size_t step, bool gradient, ag_status *status);
void viz__elements_free(viz__record *r, size_t step, double *elements);

ag_status viz__stats_read(viz__stats *s, viz__record *r, size_t step, bool gradient);

/* --- chain.c: the gradient of one node -------------------------------------------------------- */

/* What is known about the gradient of a node. */
typedef enum viz__state {
    VIZ__NOT_RUN,
    VIZ__NOT_REQUIRED,
    VIZ__SEED,    /* the node is the root */
    VIZ__UNKNOWN, /* computed, but a factor of its terms is not known */
    VIZ__EQUATION /* computed, and all factors are known */
} viz__state;

/* One term of the chain rule: upstream gradient times local partial, over one edge. */
typedef struct viz__term {
    viz__use use;
    double upstream, partial;
} viz__term;

/* The chain rule of one node: its gradient is the sum of the terms. */
typedef struct viz__chain {
    viz__state state;
    viz__term *term;
    size_t n, capacity;
    double sum;        /* of the terms */
    double held;       /* the gradient that the engine holds */
    uint32_t runs;     /* how many backward passes that gradient sums */
    bool agrees;       /* sum and held are equal but for rounding */
    int digits;        /* of the printed factors */
    int result_digits; /* of the printed sum */
    bool reconciles;   /* the printed factors give the printed sum */
} viz__chain;

/* Fills in a chain, which may have been used for another node; free it with viz__chain_free. */
ag_status viz__chain_read(viz__chain *c, viz__record *r, size_t step);
void viz__chain_free(viz__chain *c, viz__record *r);

/* Writes "∂f/∂c = ∂f/∂d·∂d/∂c + ... = 1 × 0.06532 + ... = -0.8223", or why there is no equation. */
void viz__chain_equation(viz__out *out, viz__record *r, const viz__chain *c, size_t step);

/* The same in LaTeX, as a formula; or, if `aligned`, as lines of an align environment. */
void viz__chain_math(viz__out *out, viz__record *r, const viz__chain *c, size_t step, bool aligned);

/* Writes what the reader must know besides, such as "[2 paths]". `out` must be a string. */
void viz__chain_note(viz__out *out, viz__record *r, const viz__chain *c, size_t step);

/* Writes the gradient that the engine holds where it is not the sum of the terms, such as "-365.7
 * [sum of 2 backward calls]". Otherwise writes nothing and returns false. */
bool viz__chain_held(viz__out *out, viz__record *r, const viz__chain *c, size_t step);

/* --- rule.c ----------------------------------------------------------------------------------- */

/* Writes the gradient of a node as " = term + term" with shapes. What is summed because of
 * a broadcast goes to `notes`. Both must be strings. */
void viz__rule_terms(viz__out *out, viz__out *notes, viz__record *r, size_t step);

/* --- glyphs.c --------------------------------------------------------------------------------- */

/* The signs of derivatives and products, in Unicode or in ASCII. */
typedef struct viz__signs {
    const char *d;     /* of a derivative: ∂ */
    const char *times; /* between numbers: × */
    const char *dot;   /* between derivatives: · */
    const char *each;  /* product by elements: ⊙ */
    const char *about; /* approximately: ≈ */
    const char *not_run;
    const char *not_required;
    const char *norm; /* on both sides of a tensor: ‖ */
    const char *dots; /* where something is left out */
} viz__signs;
const viz__signs *viz__signs_of(const viz__record *r);

/* --- node_values.c, fold.c -------------------------------------------------------------------- */

/* Writes a number, or of a tensor its type and norm. */
void viz__value_text(viz__out *out, viz__record *r, size_t step);

/* Writes the gradient of a node without its name: a number, a norm, or why there is none. */
void viz__gradient_value(viz__out *out, viz__record *r, size_t step);

/* Writes "∂f/∂x = 3", or "‖∂f/∂x‖ = 3" for a tensor. If the text has a remark in brackets, it is
 * not this derivative, and is written without the name. Uses `marked`. */
void viz__gradient_line(viz__out *out, viz__record *r, size_t step);

/* Writes what a viewer shows when one points at the node: "step 3: c = a + b, mlp.c:42". `out` must
 * be a string. */
void viz__node_tip(viz__out *out, viz__record *r, size_t step);

/* The nodes that a figure draws as one. */
typedef struct viz__fold {
    size_t nodes;       /* that are shown in all */
    size_t folded;      /* of these, the nodes in the fold */
    size_t first, last; /* the steps of the first and the last node in it */
} viz__fold;

size_t viz__fold_above(const viz__record *r); /* how many nodes a figure draws at most */

/* Counts the nodes shown; if `folds`, those that do not fit get the flag VIZ__FOLDED. */
viz__fold viz__fold_mark(viz__record *r, bool folds);

/* --- draw.c: from a root to a file ------------------------------------------------------------ */

/* The options, or the defaults if they are NULL. */
const viz_options *viz__or_default(const viz_options *options);

/* Keeps an error in the root's graph, in the name of the function that was called, and returns the
 * status. Where the root is NULL there is no graph to keep it. `hint` may be NULL. */
ag_status viz__refuse(const char *who, const ag_tensor *root, ag_status status, const char *hint,
                      const char *format, ...) AG_PRINTF(5, 6);
ag_status viz__no_file(const char *who, const ag_tensor *root);
ag_status viz__no_place(const char *who, const ag_tensor *root);

/* Keeps the message about a status that the record or a writer gave; `error` is errno, or 0. */
ag_status viz__told(const char *who, const ag_tensor *root, ag_status status, int error);

/* Sets *text to NULL. Is there a place for the text, and a root? */
bool viz__has_place(char **text, const ag_tensor *root);

/* Where the status is AG_OK, makes the caller's copy of a string. Frees the string. */
ag_status viz__hand_over(const char *who, const ag_tensor *root, ag_status status, viz__out *out,
                         char **text);

/* Makes the record of a root and writes it to `out` by `how`, which finds `user` in the record. The
 * options may be NULL. `who` begins messages. */
typedef void (*viz__drawing)(viz__out *out, viz__record *r);
ag_status viz__draw(const char *who, viz__out *out, const ag_tensor *root, const viz_options *o,
                    viz__drawing how, void *user);

/* The same to an open file. NULL_ARGUMENT if the file or the root is NULL. */
ag_status viz__draw_stream(const char *who, FILE *out, const ag_tensor *root, const viz_options *o,
                           viz__drawing how);

/* The same to a string, which viz_free frees. *text is NULL on failure. */
ag_status viz__draw_string(const char *who, const ag_tensor *root, const viz_options *o,
                           viz__drawing how, char **text);

/* How many nodes there are to be shown. */
ag_status viz__count_shown(const char *who, const ag_tensor *root, const viz_options *o, size_t *n);

/* A string in the memory of the root's graph. */
viz__out viz__text_beside(const ag_tensor *root);

/* The same into the file at `path`: whole, or not at all. */
ag_status viz__draw_file(const char *who, const char *path, const ag_tensor *root,
                         const viz_options *o, viz__drawing how);

#endif
