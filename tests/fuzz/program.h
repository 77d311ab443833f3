/* The program that the bytes of fuzz_calls.c say: its tensors, the calls that make more of them,
 * and the calls that derive, go back and write. Must not know in what order they come.
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include "neural_calls.h"

#include <autograd/custom_op.h>

#include <stdio.h>

enum { TENSORS = 48, MARKS = 4, HOOKS = 8, ELEMENTS = 4096, STEPS = 200 };

typedef struct program {
    stream *in;
    ag_graph *graph, *other; /* the second has one tensor, for operands of another graph */
    ag_tensor *t[TENSORS];
    int n, marks, no_grad, at_mark[MARKS];
    ag_mark mark[MARKS];
    FILE *out;
} program;

/* --- what must hold --------------------------------------------------------------------------- */

static void must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "fuzz_calls: %s\n", what);
        abort();
    }
}

/* A failure of which the graph knows has a status and a text that ends; then the error is
 * dropped. */
static void check(program *p, bool ok, bool known)
{
    ag_status status = ag_error(p->graph);
    const char *text = ag_error_message(p->graph);
    must(ok || !known || status != AG_OK, "a failure without an error");
    must((status == AG_OK) == (text[0] == '\0'), "an error without a message");
    must(strlen(text) < 4096, "a message without an end");
    ag_error_clear(p->graph);
}

/* --- tensors ---------------------------------------------------------------------------------- */

static ag_tensor *any(program *p)
{
    int i = pick(p->in, 250);
    if (i >= 248) {
        return i == 248 ? NULL : ag_constant(p->other, 1);
    }
    return p->n > 0 ? p->t[p->n - 1 - i % p->n] : NULL;
}

static bool ours(const program *p, const ag_tensor *t)
{
    return t != NULL && ag_graph_of(t) == p->graph;
}

/* Takes a result among those that later calls use, unless it is too large to be walked in no
 * time. */
static ag_tensor *keep(program *p, ag_tensor *t)
{
    if (ours(p, t) && ag_size(t) <= ELEMENTS) {
        if (p->n == TENSORS && p->marks == 0) {
            memmove(p->t, p->t + 1, (TENSORS - 1) * sizeof *p->t);
            p->n--;
        }
        if (p->n < TENSORS) {
            p->t[p->n++] = t;
        }
    }
    return t;
}

static void fill(program *p, ag_tensor *t)
{
    ag_array a = t != NULL ? ag_array_of(t) : (ag_array){0};
    void *data = a.size > 0 ? ag_mutable_data(t) : NULL;
    int64_t n = data != NULL && a.size <= ELEMENTS ? a.size : 0;
    unsigned seed = next_byte(p->in);
    for (int64_t i = 0; i < n; i++) {
        double number = seed < 128 ? pick_number(p->in) : sin((double)(i + 1) * seed);
        if (a.dtype == AG_F64) {
            ((double *)data)[i] = number;
        } else if (a.dtype == AG_F32) {
            ((float *)data)[i] = (float)number;
        } else {
            ((int64_t *)data)[i] = seed < 64 ? pick_whole(p->in) : i % (1 + seed % 5);
        }
    }
}

static ag_tensor *new_leaf(program *p, ag_shape shape)
{
    static const ag_dtype dtypes[] = {AG_F64, AG_F32, AG_I64, AG_F64};
    ag_dtype own = ag_graph_dtype(p->graph);
    ag_dtype dtype = flip(p->in) ? own : dtypes[pick(p->in, 4)];
    ag_role role = dtype == AG_I64 ? AG_CONSTANT : (ag_role)pick(p->in, 4);
    ag_tensor *t = ag_leaf(p->graph, role, dtype, shape, NULL);
    check(p, t != NULL, true);
    fill(p, t);
    check(p, true, true);
    return keep(p, t);
}

/* --- calls ------------------------------------------------------------------------------------ */

static ag_tensor *call_registered(program *p)
{
    int n = 0;
    while (ag_op_at(n) != NULL) {
        n++;
    }
    const ag_op *op = ag_op_at((int)(next_byte(p->in) * 256 + next_byte(p->in)) % n);
    ag_tensor *in[3] = {NULL};
    if (op->n_cases == 0) {
        return NULL;
    }
    const ag_case *from = &op->cases[next_byte(p->in) % (unsigned)op->n_cases];
    for (int i = 0; i < from->n_in; i++) {
        in[i] = pick(p->in, 3) == 0 ? any(p) : new_leaf(p, from->shape[i]);
    }
    ag_tensor *t = from->call(in);
    check(p, t != NULL, ours(p, in[0]));
    return keep(p, t);
}

static ag_tensor *call_drawn(program *p)
{
    call *f = calls[pick(p->in, CALLS)];
    ag_tensor *x = any(p), *y = any(p), *z = any(p);
    ag_tensor *t = f(p->in, x, y, z);
    check(p, t != NULL, ours(p, x));
    return keep(p, t);
}

static ag_tensor *recorded(ag_tensor *const *in, int n, void *user)
{
    (void)user;
    ag_tensor *y = in[0];
    for (int i = 1; i < n; i++) {
        y = ag_add(ag_sin(y), ag_mul(y, in[i]));
    }
    return ag_mul(y, ag_tanh(y));
}

/* A hook that changes the gradient, refuses, or only looks. */
static ag_tensor *hook(ag_tensor *t, ag_tensor *gradient, void *user)
{
    int way = *(const int *)user;
    ag_tensor *twice = way == 0   ? ag_mul_scalar(gradient, 2)
                       : way == 1 ? ag_mul(gradient, t)
                                  : NULL;
    if (way == 2) {
        ag_fail(ag_graph_of(t), AG_ERR_VALUE, NULL, "the hook refuses");
    }
    return way == 3 ? gradient : twice;
}

static void derive(program *p)
{
    ag_tensor *x[] = {any(p), any(p)}, *y[] = {any(p), any(p)}, *u[] = {any(p), any(p)}, *out[2];
    ag_grad_options o = {flip(p->in), flip(p->in)};
    int n = 1 + pick(p->in, 2), m = 1 + pick(p->in, 2);
    bool small = ag_size(x[0]) <= 32 && ag_size(y[0]) <= 32;
    ag_tensor *result = NULL;
    switch (pick(p->in, 8)) {
    case 0:
        result = ag_vjp(y[0], x[0], u[0]);
        break;
    case 1:
        result = ag_jvp(y[0], x[0], u[0]);
        break;
    case 2:
        result = ag_hvp(y[0], x[0], u[0]);
        break;
    case 3:
        result = small ? ag_jacobian(y[0], x[0]) : NULL;
        break;
    case 4:
        result = small ? ag_hessian(y[0], x[0]) : NULL;
        break;
    case 5:
        result = ag_checkpoint(recorded, NULL, x, n);
        break;
    default:
        if (ag_grad(y, m, flip(p->in) ? u : NULL, x, n, &o, out) == AG_OK) {
            keep(p, out[n - 1]);
        }
        break;
    }
    check(p, true, true);
    keep(p, result);
}

static void go_back(program *p)
{
    ag_tensor *root = any(p), *sum = flip(p->in) ? keep(p, ag_sum(root)) : root;
    double numbers[8];
    ag_status status = flip(p->in) ? ag_backward(sum) : ag_backward_from(root, any(p));
    check(p, status == AG_OK, sum != NULL && ours(p, root));
    for (int i = 0; i < p->n; i++) {
        if (ag_has_grad(p->t[i]) && ag_size(p->t[i]) <= 8) {
            must(ag_grad_get(p->t[i], numbers, ag_size(p->t[i])) == AG_OK, "a gradient to be had");
        }
    }
    check(p, true, true);
    if (flip(p->in)) {
        ag_zero_grads(p->graph);
    }
}

static void write_leaf(program *p)
{
    ag_tensor *t = any(p);
    double numbers[4] = {pick_number(p->in), pick_number(p->in), pick_number(p->in),
                         pick_number(p->in)};
    ag_status status = AG_OK;
    switch (pick(p->in, 7)) {
    case 0:
        status = ag_set(t, numbers, pick(p->in, 5));
        break;
    case 1:
        status = ag_set_item(t, numbers[0]);
        break;
    case 2:
        status = ag_write(t, numbers, sizeof numbers);
        break;
    case 3:
        status = ag_fill_uniform(t, numbers[0], numbers[1]);
        break;
    case 4:
        status = ag_fill_normal(t, numbers[0], numbers[1]);
        break;
    case 5:
        status = step(p->in, t, any(p), any(p));
        break;
    default:
        fill(p, t);
        break;
    }
    (void)status;
    check(p, true, true);
}

#endif
