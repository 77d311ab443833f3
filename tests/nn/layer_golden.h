/* Layers held against PyTorch's answers in tests/golden/layers.csv: the result, what is kept beside
 * it, the gradients by inputs and parameters, and by finite differences once more. The parameters
 * are exactly PyTorch's, by name and shape. A test has a table of cases and what makes each layer;
 * every row of the file whose case is asked for is used. Must not know any private header of the
 * library.
 */
#ifndef LAYER_GOLDEN_H
#define LAYER_GOLDEN_H

#include "tests/expect.h"
#include "tests/golden/golden_path.h"

#define LAYERS_FILE "tests/golden/layers.csv"
enum { MOST_ROWS = 120, MOST_INPUTS = 4, MOST_KEPT = 3 };

typedef struct golden_row {
    const char *what, *name;
    ag_shape shape;
    double value[512];
    int n;
} golden_row;

/* All rows of one case, the inputs, and what the loss is made of. */
typedef struct golden_case {
    ag_graph *g;
    nn_module *m;
    golden_row *row;
    int n, inputs;
    ag_tensor *in[MOST_INPUTS];
} golden_case;

/* --- the file --------------------------------------------------------------------------------- */

/* Cuts the text before the next separator; what follows it, or NULL. */
static inline char *cut(char *text, char separator)
{
    char *end = strchr(text, separator);
    if (end != NULL) {
        *end++ = '\0';
    }
    return end;
}

static inline void row_parse(golden_row *r, char *what)
{
    char *name = cut(what, ';'), *shape = cut(name, ';'), *values = cut(shape, ';');
    ck_assert_ptr_nonnull(values);
    *r = (golden_row){.what = what, .name = name};
    for (char *next; shape != NULL && *shape != '\0'; shape = next) {
        next = cut(shape, ',');
        r->shape.dim[r->shape.ndim++] = strtoll(shape, NULL, 10);
    }
    for (char *next; values != NULL && *values != '\0'; values = next) {
        next = cut(values, ' ');
        ck_assert_int_lt(r->n, 512);
        r->value[r->n++] = strtod(values, NULL);
    }
}

/* *New*: free the rows. They point into the text. */
static inline void case_rows(golden_case *c, const char *name, char *text)
{
    c->row = malloc(MOST_ROWS * sizeof *c->row);
    ck_assert_ptr_nonnull(c->row);
    for (char *line = text, *next; line != NULL && *line != '\0'; line = next) {
        next = cut(line, '\n');
        char *rest = cut(line, ';');
        if (strcmp(line, name) == 0) {
            ck_assert_int_lt(c->n, MOST_ROWS);
            row_parse(&c->row[c->n++], rest);
        }
    }
    ck_assert_msg(c->n > 0, "no case \"%s\" in " LAYERS_FILE, name);
}

static inline bool is(const golden_row *r, const char *what)
{
    return strcmp(r->what, what) == 0;
}

static inline ag_tensor *row_tensor(ag_graph *g, const golden_row *r, ag_role role)
{
    if (is(r, "index")) {
        return ag_cast(ag_from_values(g, AG_CONSTANT, r->shape, r->value), AG_I64);
    }
    return ag_from_values(g, role, r->shape, r->value);
}

/* --- a case ----------------------------------------------------------------------------------- */

static inline void inputs_new(golden_case *c)
{
    for (int i = 0; i < c->n; i++) {
        if (is(&c->row[i], "in") || is(&c->row[i], "index")) {
            c->in[c->inputs++] = row_tensor(c->g, &c->row[i], AG_VARIABLE);
        }
    }
}

static inline ag_status count_slot(const char *path, const nn_slot *slot, void *user)
{
    (void)path;
    (void)slot;
    ++*(int *)user;
    return AG_OK;
}

/* Sets what PyTorch had before the call. Every one of ours is among its, and the other way
 * round. */
static inline void weights_set(const golden_case *c, const char *what)
{
    int ours = 0, theirs = 0;
    expect_ok(nn_visit(c->m, NULL, count_slot, &ours));
    for (int i = 0; i < c->n; i++) {
        if (is(&c->row[i], "weight")) {
            ag_tensor *t = nn_find(c->m, c->row[i].name);
            ck_assert_msg(t != NULL, "%s: %s", what, ag_error_message(c->g));
            expect_shape(c->row[i].name, t, c->row[i].shape);
            expect_ok(ag_set(t, c->row[i].value, c->row[i].n));
            theirs++;
        }
    }
    ck_assert_msg(ours == theirs, "%s: %d parameters and buffers, PyTorch has %d", what, ours,
                  theirs);
}

/* sum <seed, result or kept>, the function that PyTorch differentiated. */
static inline ag_tensor *golden_loss(ag_tensor *const *in, int n, void *user)
{
    const golden_case *c = user;
    ag_tensor *y = nn_call_with(c->m, c->in, c->inputs), *loss = NULL;
    (void)in;
    (void)n;
    for (int i = 0; i < c->n && y != NULL; i++) {
        const golden_row *r = &c->row[i];
        if (is(r, "seed")) {
            ag_tensor *of = r->name[0] == '\0' ? y : nn_kept(c->m, r->name);
            ag_tensor *term = ag_sum(ag_mul(of, row_tensor(c->g, r, AG_CONSTANT)));
            loss = loss != NULL ? ag_add(loss, term) : term;
        }
    }
    return loss;
}

static inline void values_checked(const golden_case *c, const char *what, double tolerance)
{
    char where[200];
    for (int i = 0; i < c->n; i++) {
        const golden_row *r = &c->row[i];
        snprintf(where, sizeof where, "%s: %s %s", what, r->what, r->name);
        if (is(r, "out")) {
            expect_elements(where, nn_output(c->m), r->shape, tolerance, r->value, r->n);
        } else if (is(r, "kept")) {
            expect_elements(where, nn_kept(c->m, r->name), r->shape, tolerance, r->value, r->n);
        } else if (is(r, "after")) {
            expect_elements(where, nn_find(c->m, r->name), r->shape, tolerance, r->value, r->n);
        } else if (is(r, "grad_in")) {
            expect_grad(where, c->in[atoi(r->name)], r->value, r->n, tolerance);
        } else if (is(r, "grad")) {
            expect_grad(where, nn_find(c->m, r->name), r->value, r->n, tolerance);
        }
    }
}

/* First derivatives by every floating input and parameter agree with finite differences. The
 * checker moves the leaf itself, so the function needs no arguments. */
static inline void differences_agree(golden_case *c, const char *what)
{
    ag_tensor *leaf[MOST_ROWS];
    char text[400];
    int n = 0;
    for (int i = 0; i < c->inputs; i++) {
        leaf[n] = c->in[i];
        n += ag_dtype_of(c->in[i]) == AG_F64;
    }
    n += nn_parameters(c->m, NULL, leaf + n, MOST_ROWS - n);
    for (int i = 0; i < n; i++) {
        ag_gradcheck_result r =
            ag_gradcheck(golden_loss, c, &leaf[i], 1, &(ag_gradcheck_options){.step = 1e-4});
        ag_gradcheck_text(&r, text, sizeof text);
        ck_assert_msg(r.ok && r.derivatives > 0, "%s: %s %s", what, text, ag_error_message(c->g));
    }
}

/* What to do with a case that is ready to be called. */
typedef void (*golden_check)(golden_case *c, const char *what);

static inline void as_pytorch(golden_case *c, const char *what)
{
    ag_tensor *loss = golden_loss(NULL, 0, c);
    ck_assert_msg(loss != NULL, "%s: %s", what, ag_error_message(c->g));
    expect_ok(ag_backward(loss));
    values_checked(c, what, 1e-11);
}

/* A row of a test's table. */
typedef struct golden_layer {
    const char *name;
    nn_module *(*make)(ag_graph *g);
    bool evaluation;
    bool kinks; /* finite differences would cross them */
} golden_layer;

static inline void golden_run(const golden_layer *l, const char *text, golden_check check)
{
    golden_case c = {.g = ag_graph_new_with(&(ag_graph_options){.seed = 1})};
    char *copy = strdup(text);
    ck_assert_ptr_nonnull(copy);
    case_rows(&c, l->name, copy);
    inputs_new(&c);
    c.m = l->make(c.g);
    ck_assert_msg(nn_build_on(c.m, c.in, c.inputs) == AG_OK, "%s: %s", l->name,
                  ag_error_message(c.g));
    weights_set(&c, l->name);
    nn_set_training(c.m, !l->evaluation);
    check(&c, l->name);
    free(c.row);
    free(copy);
    ag_graph_free(c.g);
}

/* All rows of the table, each in a graph of its own. */
static inline void golden_all(const golden_layer *list, size_t n, golden_check check)
{
    contents file = contents_of(LAYERS_FILE);
    file.data[file.size] = '\0';
    for (size_t i = 0; i < n; i++) {
        if (check != differences_agree || !list[i].kinks) {
            golden_run(&list[i], (const char *)file.data, check);
        }
    }
    free(file.data);
}

#endif
