/* The function that a gradient check examines. Private to autograd/derive/. */
#ifndef AUTOGRAD_DERIVE_CHECKED_H
#define AUTOGRAD_DERIVE_CHECKED_H

#include <autograd/derivatives.h>
#include <autograd/engine.h>

#define AG__CHECKED_INPUTS 16

/* The function under test: f, or the gradient of f. */
typedef struct ag__checked {
    ag_graph *graph;
    ag_function f;
    void *user;

    /* The inputs of f, and after them the upstream gradient if `second`. */
    ag_tensor *input[AG__CHECKED_INPUTS + 1];
    int n_given;                     /* inputs of f */
    int n_inputs;                    /* inputs of the function under test */
    bool second;                     /* the function under test is the gradient of f */
    int64_t size;                    /* of the output of f; -1 as long as it is not known */
    const char *op;                  /* the operation that made the output of f */
    int64_t operations;              /* how many f recorded */
    const char *where;               /* the source line of the call */
    double step, relative, absolute; /* as in ag_gradcheck_options, with the defaults filled in */
} ag__checked;

/* Keeps the message "gradcheck: ..." with the source line of the check, because f may have stored
 * other lines. Returns -1. */
int ag__checked_fail(const ag__checked *t, ag_status status, const char *why);

/* Computes the outputs of the function under test. Returns their number; -1 and a kept error on
 * failure. */
int ag__checked_evaluate(ag__checked *t, ag_tensor **outputs);

int64_t ag__checked_size(ag_tensor *const *t, int n); /* elements of n tensors */
bool ag__checked_rewind(const ag__checked *t, ag_mark mark);

/* Computes all m elements of the outputs, one output after the other; false and a kept error on
 * failure. */
bool ag__checked_values(ag__checked *t, double *out, int64_t m);

/* Computes the Jacobian, n columns wide, from the gradients of the engine: with `recorded` by the
 * rules that are written with operations, else by those on plain numbers, where operations have
 * them. */
bool ag__checked_gradients(ag__checked *t, bool recorded, double *jacobian, int64_t n);

/* Computes one column of it from differences: the derivatives of all m output elements by element j
 * of x. `column` has room for 2 m numbers. */
bool ag__checked_differences(ag__checked *t, ag_tensor *x, int64_t j, double *column, int64_t m);

#endif
