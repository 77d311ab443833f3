/* How an operation is called by its name: the kinds of its arguments, and the function that makes
 * the call. The table is written by print_calls.awk from the public headers. Private to
 * viz/expression.
 */
#ifndef VIZ_FUNCTIONS_H
#define VIZ_FUNCTIONS_H

#include <autograd/base.h>

#define VIZ__MOST_ARGUMENTS 24
#define VIZ__MOST_RESULTS 64

typedef enum viz__parameter_kind {
    VIZ__TENSOR,
    VIZ__TENSORS, /* a list of them */
    VIZ__AXES,
    VIZ__SHAPE,
    VIZ__SIZES, /* `most` whole numbers */
    VIZ__INT,
    VIZ__WHOLE,
    VIZ__REAL,
    VIZ__REALS, /* `most` numbers */
    VIZ__FLAG,
    VIZ__TEXT,
    VIZ__WORD,  /* one of `words` */
    VIZ__RESULT /* a further result, by name: no argument */
} viz__parameter_kind;

typedef struct viz__word {
    const char *text; /* NULL ends the list */
    int value;
} viz__word;

typedef struct viz__parameter {
    const char *name;
    viz__parameter_kind kind;
    const viz__word *words;
    int most;
} viz__parameter;

/* What is given for one parameter; all zero is the usual choice of an option. */
typedef struct viz__argument {
    ag_tensor *tensor;
    ag_tensor *const *list;
    int n; /* of `list` */
    ag_shape sizes;
    double number;
    double numbers[AG_MAX_DIMS];
    int64_t whole;
    const char *text;
} viz__argument;

typedef struct viz__invocation {
    ag_graph *graph;
    viz__argument argument[VIZ__MOST_ARGUMENTS];
    ag_tensor *out[VIZ__MOST_RESULTS];
} viz__invocation;

typedef struct viz__function {
    const char *name;
    const char *about;
    const viz__parameter *parameter;
    int n;
    int n_required; /* those before the options; of the others any may be left out */
    bool several;   /* its results are a list, and not one and others beside it */
    int (*call)(viz__invocation *c); /* how many results; -1 on error */
} viz__function;

static inline ag_axes viz__axes(const viz__argument *a)
{
    ag_axes axes = {.n = a->sizes.ndim};
    for (int i = 0; i < axes.n; i++) {
        axes.axis[i] = (int)a->sizes.dim[i];
    }
    return axes;
}

const viz__function *viz__function_at(int i); /* NULL past the last */
/* The function of this name, n bytes; -1 if there is none. */
int viz__function_find(const char *name, size_t n);

#endif
