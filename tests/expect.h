/* What tests share: numbers and tensors that agree, an error with all it must say, the proof that a
 * graph goes on working after one, derivatives held against differences. Must not know any private
 * header of the library.
 */
#ifndef EXPECT_H
#define EXPECT_H

#include <autograd.h>
#include <math.h>

#include "check_main.h"

/* An expanded tensor has as many elements as an address can tell. */
enum { ADDRESSES_OF_64_BITS = sizeof(void *) >= 8 };

/* Relative where the wanted number is large, absolute where it is below 1; NaN agrees with NaN. */
static inline bool agrees(double got, double want, double tolerance)
{
    if (want != want) {
        return got != got;
    }
    return got == want || fabs(got - want) <= tolerance * fmax(1.0, fabs(want));
}

static inline void near_enough(const char *where, const char *what, double got, double want,
                               double tolerance)
{
    ck_assert_msg(agrees(got, want, tolerance), "%s: %s is %.17g, not %.17g", where, what, got,
                  want);
}
#define expect_near(got, want, tolerance) near_enough(AG_HERE, #got, got, want, tolerance)
#define expect_same(got, want) expect_near(got, want, 0)

#define expect_ok(status) ck_assert_msg((status) == AG_OK, "%s", #status)

/* No error is kept; otherwise the test's report shows it. */
static inline void all_well(const ag_graph *g)
{
    ck_assert_msg(ag_error(g) == AG_OK, "%s", ag_error_message(g));
}

/* d(x x)/dx = 2x at 3, by a fresh pass over the same graph. */
static inline void still_works(ag_graph *g)
{
    ag_tensor *x = ag_variable(g, 3.0);
    ag_tensor *y = ag_mul(x, x);
    all_well(g);
    expect_ok(ag_backward(y));
    expect_same(ag_item(y), 9.0);
    expect_same(ag_grad_item(x), 6.0);
    all_well(g);
}

/* As a part of a message: the line of the call. */
#define LINE "\n"

/* The kept error is `status` and its message has every part, up to a NULL; then it is cleared. */
static inline void failed(ag_graph *g, ag_status status, const char *where, const char *const *part)
{
    const char *message = ag_error_message(g);
    ck_assert_msg(ag_error(g) == status, "%s: %s", ag_status_text(ag_error(g)), message);
    for (; *part != NULL; part++) {
        const char *want = strcmp(*part, LINE) == 0 ? where : *part;
        ck_assert_msg(strstr(message, want) != NULL, "\"%s\" is not in: %s", want, message);
    }
    ag_error_clear(g);
    ck_assert_int_eq(ag_error(g), AG_OK);
    ck_assert_str_eq(ag_error_message(g), "");
    still_works(g);
}

static inline void failed_tensor(ag_graph *g, const ag_tensor *t, ag_status status,
                                 const char *where, const char *const *part)
{
    ck_assert_msg(t == NULL, "a result where %s was due", ag_status_text(status));
    failed(g, status, where, part);
}

static inline void failed_status(ag_graph *g, ag_status got, ag_status status, const char *where,
                                 const char *const *part)
{
    ck_assert_msg(got == status, "%s instead of %s", ag_status_text(got), ag_status_text(status));
    failed(g, status, where, part);
}

/* The call gives NULL, or the status; the message has the parts. HERE stands on the line where the
 * call begins: in a macro's own text __LINE__ is the first line to one compiler and the last to
 * another. */
#define HERE AG_HERE
#define no_tensor(g, here, call, status, ...)                                                      \
    failed_tensor(g, call, status, here, (const char *const[]){__VA_ARGS__, NULL})
#define no_success(g, here, call, status, ...)                                                     \
    failed_status(g, call, status, here, (const char *const[]){__VA_ARGS__, NULL})

/* The call gave nothing. The message begins with `text`, has `hint` in it unless that is NULL, and
 * names the line of the call: of one over several lines, compilers differ on which. */
static inline void expect_failure(ag_graph *g, bool nothing, ag_status status, const char *text,
                                  const char *hint, const char *file, int line)
{
    const char *message = ag_error_message(g), *at = strstr(message, "; at ");
    ck_assert_msg(nothing, "line %d did not fail, want: %s", line, text);
    ck_assert_msg(ag_error(g) == status, "line %d: %s: %s", line, ag_status_text(ag_error(g)),
                  message);
    ck_assert_msg(strncmp(message, text, strlen(text)) == 0, "line %d: %s", line, message);
    bool here =
        at != NULL && strncmp(at + 5, file, strlen(file)) == 0 && at[5 + strlen(file)] == ':';
    ck_assert_msg(here && abs(atoi(at + 6 + strlen(file)) - line) < 6, "not line %d: %s", line,
                  message);
    ck_assert_msg(hint == NULL || strstr(message, hint) != NULL, "no hint: %s", message);
    ag_error_clear(g);
}
/* `g` is the test's graph. The call gives NULL, or a number that says it failed. */
#define fails(call, status, text, hint)                                                            \
    expect_failure(g, (call) == NULL, status, text, hint, __FILE__, __LINE__)
#define fails_as(number, call, status, text, hint)                                                 \
    expect_failure(g, (call) == (number), status, text, hint, __FILE__, __LINE__)

/* A variable with these values; the macro ag_from_values would take the commas in braces for its
 * own. */
#define of_values(g, shape, ...)                                                                   \
    (ag_from_values)(g, AG_VARIABLE, shape, (const double[]){__VA_ARGS__})

/* --- tensors ---------------------------------------------------------------------------------- */

enum { MOST_ELEMENTS = 1024 };

/* n numbers, each within the tolerance. */
static inline void expect_numbers(const char *where, const char *what, const double *got,
                                  const double *want, int64_t n, double tolerance)
{
    for (int64_t i = 0; i < n; i++) {
        ck_assert_msg(agrees(got[i], want[i], tolerance), "%s: %s: element %d is %.17g, not %.17g",
                      where, what, (int)i, got[i], want[i]);
    }
}

static inline void expect_grad(const char *where, const ag_tensor *t, const double *want, int64_t n,
                               double tolerance)
{
    double *got = malloc((size_t)(n > 0 ? n : 1) * sizeof *got);
    ck_assert_ptr_nonnull(got);
    ck_assert_msg(ag_grad_get(t, got, n) == AG_OK, "%s: %s", where,
                  ag_error_message(ag_graph_of(t)));
    expect_numbers(where, "gradient", got, want, n, tolerance);
    free(got);
}

/* The gradient, or zeros where the pass has given this leaf none: no derivative is taken by an index
 * or a condition. */
static inline ag_status get_grad_or_zeros(const ag_tensor *t, double *out, int64_t n)
{
    if (ag_has_grad(t)) {
        return ag_grad_get(t, out, n);
    }
    for (int64_t i = 0; i < n; i++) {
        out[i] = 0;
    }
    return AG_OK;
}

static inline void expect_value(const char *where, const ag_tensor *t, const double *want,
                                int64_t n, double tolerance)
{
    double *got = malloc((size_t)(n > 0 ? n : 1) * sizeof *got);
    ck_assert_ptr_nonnull(got);
    ck_assert_msg(t != NULL, "%s: no tensor", where);
    ck_assert_msg(ag_get(t, got, n) == AG_OK, "%s: %s", where, ag_error_message(ag_graph_of(t)));
    expect_numbers(where, "value", got, want, n, tolerance);
    free(got);
}

/* Numbers, and numbers with how many they are, for the functions above. */
#define VALUES(...) ((const double[]){__VA_ARGS__})
#define NUMBERS(...)                                                                               \
    (const double[]){__VA_ARGS__}, (int64_t)(sizeof((double[]){__VA_ARGS__}) / sizeof(double))
#define expect_grads(t, ...) expect_grad(AG_HERE, t, NUMBERS(__VA_ARGS__), 1e-12)
#define expect_values(t, ...) expect_value(AG_HERE, t, NUMBERS(__VA_ARGS__), 1e-12)

static inline void expect_shape(const char *where, const ag_tensor *t, ag_shape want)
{
    ck_assert_msg(t != NULL, "%s: no tensor", where);
    ag_shape have = ag_shape_of(t);
    bool same = have.ndim == want.ndim;
    for (int d = 0; same && d < have.ndim; d++) {
        same = have.dim[d] == want.dim[d];
    }
    ck_assert_msg(same, "%s: the shape has %d dimensions, not %d, or other sizes", where, have.ndim,
                  want.ndim);
}

/* The shape and every element. */
static inline void expect_elements(const char *where, const ag_tensor *t, ag_shape shape,
                                   double tolerance, const double *want, int64_t n)
{
    expect_shape(where, t, shape);
    expect_value(where, t, want, n, tolerance);
}
#define expect_tensor_within(t, tolerance, shape, ...)                                             \
    expect_elements(AG_HERE, t, shape, tolerance, NUMBERS(__VA_ARGS__))
#define NEAR 1e-13
#define expect_tensor(t, shape, ...) expect_tensor_within(t, NEAR, shape, __VA_ARGS__)

static inline void read_all(const ag_tensor *t, double out[MOST_ELEMENTS])
{
    ck_assert_msg(t != NULL, "no tensor");
    ck_assert_int_le(ag_size(t), MOST_ELEMENTS);
    expect_ok(ag_get(t, out, ag_size(t)));
}

/* Both have one shape and, within the tolerance, the same elements. */
static inline void expect_same_tensors(const ag_tensor *a, const ag_tensor *b, double tolerance)
{
    double want[MOST_ELEMENTS];
    read_all(b, want);
    expect_elements("the first tensor", a, ag_shape_of(b), tolerance, want, ag_size(b));
}

/* first, first + 1, ... */
static inline ag_tensor *count_up(ag_graph *g, ag_role role, ag_shape shape, double first)
{
    double values[MOST_ELEMENTS];
    for (int i = 0; i < MOST_ELEMENTS; i++) {
        values[i] = first + i;
    }
    ag_tensor *t = ag_from_values(g, role, shape, values);
    ck_assert_int_le(ag_size(t), MOST_ELEMENTS);
    return t;
}

/* Numbers between -1 and 1. */
static inline ag_tensor *drawn(ag_graph *g, ag_dtype dtype, ag_shape shape)
{
    ag_tensor *t = ag_leaf(g, AG_VARIABLE, dtype, shape, NULL);
    expect_ok(ag_fill_uniform(t, -1, 1));
    return t;
}

/* --- derivatives ------------------------------------------------------------------------------ */

/* d sum(y * seed) / d x, recorded; without a seed y has one element. */
static inline ag_tensor *gradient_of(ag_tensor *y, ag_tensor *x, ag_tensor *seed)
{
    ag_grad_options options = {.create_graph = true, .allow_unused = true};
    ag_tensor *gradient = NULL;
    ck_assert_msg(y != NULL, "nothing to differentiate");
    ag_status status = ag_grad(&y, 1, &seed, &x, 1, &options, &gradient);
    ck_assert_msg(status == AG_OK, "%s", ag_error_message(ag_graph_of(x)));
    return gradient;
}

/* First and second derivatives of f at these inputs agree with finite differences. */
static inline void derivatives_agree(ag_function f, void *user, ag_tensor *const *in, int n)
{
    char text[400];
    ag_gradcheck_result first = ag_gradcheck(f, user, in, n, NULL);
    ag_gradcheck_text(&first, text, sizeof text);
    ck_assert_msg(first.ok, "%s %s", text, ag_error_message(ag_graph_of(in[0])));
    ag_gradcheck_result second = ag_gradgradcheck(f, user, in, n, NULL);
    ag_gradcheck_text(&second, text, sizeof text);
    ck_assert_msg(second.ok, "second: %s %s", text, ag_error_message(ag_graph_of(in[0])));
}

#endif
