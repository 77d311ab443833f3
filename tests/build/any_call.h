/* Arguments for calls of functions of which only the prototype is known: numbers, shapes and
 * tensors of every kind, drawn anew for each call. test_own_names.sh writes a program that includes
 * this, with one function for every prototype of the public headers. Must not know any operation.
 */
#ifndef ANY_CALL_H
#define ANY_CALL_H

#include <autograd.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LISTED = 8, TENSORS = 4 };

static ag_graph *g;
static uint64_t random_state;
static ag_tensor *drawn[TENSORS + LISTED]; /* the tensors of this call */
static int n_drawn, missing;               /* the one of them that is NULL; -1 for none */
static int taken;                          /* how many of a list; LISTED where there is none */
static bool alike;                         /* all tensors of this call have one shape and dtype */

/* Numbers in 0..n-1 (Marsaglia 2003, xorshift). */
static int pick(int n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int)(random_state % (uint64_t)n);
}

static ag_shape any_shape(void)
{
    static const ag_shape shapes[] = {
        {0, {0}},
        {1, {2}},
        {1, {3}},
        {1, {0}},
        {2, {2, 3}},
        {2, {3, 3}},
        {2, {0, 3}},
        {3, {2, 3, 3}},
        {3, {1, 4, 5}},
        {3, {2, 1, 6}},
        {4, {2, 3, 5, 5}},
        {4, {1, 3, 4, 6}},
        {5, {1, 2, 3, 4, 3}},
        {1, {1}},
        {8, {1, 1, 1, 1, 1, 1, 1, 2}},
    };
    return shapes[pick(sizeof shapes / sizeof shapes[0])];
}

static ag_dtype any_dtype(void)
{
    static const ag_dtype dtypes[] = {AG_F64, AG_F64, AG_F64, AG_F32, AG_I64};
    return dtypes[pick(5)];
}

/* A leaf of ones, or of zeros, or of other small numbers. */
static ag_tensor *leaf(ag_dtype dtype, ag_shape shape)
{
    ag_tensor *t = ag_leaf(g, dtype == AG_I64 ? AG_CONSTANT : AG_VARIABLE, dtype, shape, NULL);
    double value[1024];
    int64_t n = ag_size(t);
    int step = pick(3);
    for (int64_t i = 0; i < n; i++) {
        value[i] = step == 0 ? 1 : step == 1 ? 0 : (double)(i % 3);
    }
    return ag_set(t, value, n) == AG_OK ? t : NULL;
}

/* The same element all along the first axis: not contiguous in memory, and no leaf. */
static ag_tensor *strided(ag_dtype dtype, ag_shape shape)
{
    ag_shape one = shape;
    if (shape.ndim > 0 && shape.dim[0] > 0) {
        one.dim[0] = 1;
    }
    return ag_expand(leaf(dtype, one), shape);
}

static ag_tensor *any_tensor(void)
{
    static ag_dtype dtype;
    static ag_shape shape;
    if (n_drawn == 0 || !alike) {
        shape = any_shape();
        dtype = any_dtype();
    }
    ag_tensor *t = n_drawn == missing ? NULL
                   : pick(3) == 0     ? strided(dtype, shape)
                                      : leaf(dtype, shape);
    drawn[n_drawn++] = t;
    return t;
}

/* A list of LISTED tensors, of which a call may take fewer. */
static ag_tensor *const *any_list(void)
{
    ag_tensor **list = drawn + n_drawn;
    while (n_drawn + LISTED > TENSORS + LISTED) {
        return drawn;
    }
    for (int i = 0; i < LISTED; i++) {
        any_tensor();
    }
    return list;
}

static ag_tensor **any_room(void)
{
    static ag_tensor *room[64];
    return room;
}

static int any_int(void)
{
    static const int numbers[] = {0, 1, 2, 3, -1, -2, 5, -9, 0, 1};
    return numbers[pick(10)];
}

/* How many of a list the call takes. */
static int any_length(void)
{
    taken = 1 + pick(LISTED);
    return taken;
}

static const int64_t *any_sizes(void)
{
    static int64_t sizes[64];
    for (int i = 0; i < 64; i++) {
        sizes[i] = any_int();
    }
    return sizes;
}

static double any_double(void)
{
    static const double numbers[] = {0.5, 1, 0, -1, 2, 3.5, 0.1, -0.5};
    int i = pick(10);
    return i < 8 ? numbers[i] : i == 8 ? (double)NAN : (double)INFINITY;
}

static ag_axes any_axes(void)
{
    ag_axes axes = {pick(4), {any_int(), any_int(), any_int()}};
    return axes;
}

static const char *any_text(void)
{
    static const char *const texts[] = {"ij,jk->ik", "ii->i", "i,j", "...i->...",
                                        "i->",       "",      "1",   NULL};
    return texts[pick(8)];
}

/* --- the verdict ------------------------------------------------------------------------------ */

/* What a failing call gives back. */
static bool failing_tensor(const ag_tensor *t)
{
    return t == NULL;
}
static bool failing_count(int n)
{
    return n < 0;
}
static bool failing_status(ag_status status)
{
    return status != AG_OK;
}
#define failing(result)                                                                            \
    _Generic((result), ag_tensor *                                                                 \
             : failing_tensor, ag_status                                                           \
             : failing_status, int                                                                 \
             : failing_count)(result)

typedef struct any_function {
    const char *name;
    bool (*call)(void); /* did it fail? */
} any_function;

/* A failure of ag_NAME is told as "NAME: ...", and with a line of the file that calls. */
static bool names_itself(const char *function, const char *message, const char *file)
{
    const char *line = strstr(message, "; at ");
    if (line == NULL || strncmp(line + 5, file, strlen(file)) != 0) {
        return false;
    }
    const char *name = function + 3, *colon = strchr(message, ':');
    size_t n = strlen(name), told = colon != NULL ? (size_t)(colon - message) : 0;
    return told == n && strncmp(message, name, n) == 0;
}

/* One call on a fresh graph. False, and it is printed, if it failed in another's name or without an
 * error. */
static bool call_once(const any_function *f, int none, const char *file, int *failures)
{
    g = ag_graph_new();
    n_drawn = 0;
    taken = LISTED;
    missing = none;
    alike = pick(2) == 0;
    bool failed = f->call();
    bool silent =
        failed && ag_error(g) == AG_OK; /* right only where no tensor has a graph to keep it */
    bool well = ag_error(g) != AG_OK ? names_itself(f->name, ag_error_message(g), file) : true;
    int there = 0;
    for (int i = 0; i < n_drawn && i < taken; i++) {
        there += drawn[i] != NULL;
    }
    if (!well) {
        printf("%s says: %s\n", f->name, ag_error_message(g));
    } else if (silent && there > 0) {
        printf("%s fails without a message\n", f->name);
        well = false;
    }
    *failures += ag_error(g) != AG_OK;
    ag_graph_free(g);
    return well;
}

/* Calls each function of a list, without and with one operand that is NULL. 0 if all is well. */
static int call_all(const any_function *list, int n, const char *file)
{
    enum { TIMES = 400, MOST_SAID = 3 };
    int wrong = 0, failing = 0;
    for (int i = 0; i < n; i++) {
        int failures = 0, bad = 0;
        random_state = 0x9E3779B97F4A7C15u + (uint64_t)i;
        for (int k = 0; k < TIMES && bad < MOST_SAID; k++) {
            bad += !call_once(&list[i], k % 4 == 0 ? pick(3) : -1, file, &failures);
        }
        wrong += bad > 0;
        failing += failures > 0;
    }
    printf("%d functions, %d fail at times, %d not in their own name\n", n, failing, wrong);
    return wrong > 0 || failing < n * 9 / 10;
}

#endif
