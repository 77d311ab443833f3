/* What the tests of the engine share: numbers that agree, an error with all it must say, and the
 * proof that a graph goes on working after one. Must not know any private header of the library.
 */
#ifndef EXPECT_H
#define EXPECT_H

#include <autograd.h>
#include <math.h>

#include "check_main.h"

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

/* A variable with these values; the macro ag_from_values would take the commas in braces for its own. */
#define of_values(g, shape, ...)                                                                   \
    (ag_from_values)(g, AG_VARIABLE, shape, (const double[]){__VA_ARGS__})

static inline void expect_grad(const ag_tensor *t, const double *want, int64_t n, double tolerance)
{
    double *got = malloc((size_t)(n > 0 ? n : 1) * sizeof *got);
    ck_assert_ptr_nonnull(got);
    ck_assert_msg(ag_grad_get(t, got, n) == AG_OK, "%s", ag_error_message(ag_graph_of(t)));
    for (int64_t i = 0; i < n; i++) {
        ck_assert_msg(agrees(got[i], want[i], tolerance), "gradient element %d is %.17g, not %.17g",
                      (int)i, got[i], want[i]);
    }
    free(got);
}
#define expect_grads(t, ...)                                                                       \
    expect_grad(t, (const double[]){__VA_ARGS__},                                                  \
                (int64_t)(sizeof(double[]){__VA_ARGS__} / sizeof(double)), 1e-12)

static inline void expect_value(const ag_tensor *t, const double *want, int64_t n, double tolerance)
{
    double *got = malloc((size_t)(n > 0 ? n : 1) * sizeof *got);
    ck_assert_ptr_nonnull(got);
    ck_assert_ptr_nonnull(t);
    ck_assert_msg(ag_get(t, got, n) == AG_OK, "%s", ag_error_message(ag_graph_of(t)));
    for (int64_t i = 0; i < n; i++) {
        ck_assert_msg(agrees(got[i], want[i], tolerance), "element %d is %.17g, not %.17g", (int)i,
                      got[i], want[i]);
    }
    free(got);
}
#define expect_values(t, ...)                                                                      \
    expect_value(t, (const double[]){__VA_ARGS__},                                                 \
                 (int64_t)(sizeof(double[]){__VA_ARGS__} / sizeof(double)), 1e-12)

#endif
