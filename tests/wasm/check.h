/* As much of Check's interface as the tests use, for WebAssembly, where there is neither a Check nor
 * a process for each test, and for 32 bits, where Check is seldom installed: the first failure ends
 * the program, and the tests after it count as errors. Must not know the library.
 *
 * Source: the manual of Check 0.15.2, "Convenience Test Functions".
 */
#ifndef WASM_CHECK_H
#define WASM_CHECK_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* WASI has no tmpfile. */
static inline FILE *check_tmpfile(void)
{
    char path[64];
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    snprintf(path, sizeof path, "/tmp/ag_%ld_%ld", (long)now.tv_sec, now.tv_nsec);
    FILE *file = fopen(path, "w+b");
    remove(path);
    return file;
}
#define tmpfile check_tmpfile

typedef struct TTest {
    const char *name;
    void (*run)(int);
} TTest;
typedef struct Suite {
    const char *name;
    const TTest *tests[60];
    int n, done;
} Suite;
typedef Suite TCase;
typedef Suite SRunner;
enum { CK_ENV };

/* A program has one suite. */
static Suite check_suite;

#define START_TEST(test)                                                                           \
    static void test##_run(int);                                                                   \
    static const TTest test##_test = {#test, test##_run};                                          \
    static const TTest *const test = &test##_test;                                                 \
    static void test##_run(int _i)                                                                 \
    {                                                                                              \
        (void)_i;
#define END_TEST }

static inline Suite *suite_create(const char *name)
{
    check_suite.name = name;
    return &check_suite;
}

static inline TCase *tcase_create(const char *name)
{
    (void)name;
    return &check_suite;
}

static inline void tcase_set_timeout(TCase *tcase, double seconds)
{
    (void)tcase, (void)seconds;
}

static inline void tcase_add_test(TCase *tcase, const TTest *test)
{
    tcase->tests[tcase->n++] = test;
}

static inline void suite_add_tcase(Suite *suite, TCase *tcase)
{
    (void)suite, (void)tcase;
}

static inline SRunner *srunner_create(Suite *suite)
{
    return suite;
}

static inline void check_report(int failures)
{
    int left = check_suite.n - check_suite.done - failures;
    printf("%d%%: Checks: %d, Failures: %d, Errors: %d\n", 100 * check_suite.done / check_suite.n,
           check_suite.n, failures, left);
}

static inline void srunner_run_all(SRunner *runner, int mode)
{
    (void)mode;
    printf("Running suite(s): %s\n", runner->name);
    for (; runner->done < runner->n; runner->done++) {
        runner->tests[runner->done]->run(0);
    }
    check_report(0);
}

static inline int srunner_ntests_failed(const SRunner *runner)
{
    return runner->n - runner->done;
}

static inline int srunner_ntests_run(const SRunner *runner)
{
    return runner->done;
}

static inline void srunner_free(SRunner *runner)
{
    (void)runner;
}

#define ck_abort_msg(...)                                                                          \
    do {                                                                                           \
        printf("%s:%d: %s: ", __FILE__, __LINE__, check_suite.tests[check_suite.done]->name);      \
        printf(__VA_ARGS__);                                                                       \
        printf("\n");                                                                              \
        check_report(1);                                                                           \
        exit(EXIT_FAILURE);                                                                        \
    } while (0)
#define ck_assert_msg(holds, ...)                                                                  \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            ck_abort_msg(__VA_ARGS__);                                                             \
        }                                                                                          \
    } while (0)
#define ck_assert(holds) ck_assert_msg(holds, "'%s' does not hold", #holds)

/* a OP b, both of type T and printed by `format`. */
#define CHECK_COMPARE(T, format, a, op, b)                                                         \
    do {                                                                                           \
        T check_a = (a);                                                                           \
        T check_b = (b);                                                                           \
        ck_assert_msg(check_a op check_b, "%s " #op " %s: " format ", " format, #a, #b, check_a,   \
                      check_b);                                                                    \
    } while (0)
#define CHECK_INT(a, op, b) CHECK_COMPARE(intmax_t, "%jd", a, op, b)
#define CHECK_UINT(a, op, b) CHECK_COMPARE(uintmax_t, "%ju", a, op, b)
#define CHECK_DOUBLE(a, op, b) CHECK_COMPARE(double, "%.17g", a, op, b)
#define CHECK_POINTER(a, op, b) CHECK_COMPARE(void *, "%p", (void *)(uintptr_t)(a), op, b)

#define ck_assert_int_eq(a, b) CHECK_INT(a, ==, b)
#define ck_assert_int_ne(a, b) CHECK_INT(a, !=, b)
#define ck_assert_int_lt(a, b) CHECK_INT(a, <, b)
#define ck_assert_int_le(a, b) CHECK_INT(a, <=, b)
#define ck_assert_int_gt(a, b) CHECK_INT(a, >, b)
#define ck_assert_int_ge(a, b) CHECK_INT(a, >=, b)
#define ck_assert_uint_eq(a, b) CHECK_UINT(a, ==, b)
#define ck_assert_uint_ne(a, b) CHECK_UINT(a, !=, b)
#define ck_assert_uint_lt(a, b) CHECK_UINT(a, <, b)
#define ck_assert_uint_le(a, b) CHECK_UINT(a, <=, b)
#define ck_assert_uint_gt(a, b) CHECK_UINT(a, >, b)
#define ck_assert_uint_ge(a, b) CHECK_UINT(a, >=, b)
#define ck_assert_double_eq(a, b) CHECK_DOUBLE(a, ==, b)
#define ck_assert_double_ne(a, b) CHECK_DOUBLE(a, !=, b)
#define ck_assert_double_lt(a, b) CHECK_DOUBLE(a, <, b)
#define ck_assert_double_le(a, b) CHECK_DOUBLE(a, <=, b)
#define ck_assert_double_gt(a, b) CHECK_DOUBLE(a, >, b)
#define ck_assert_double_ge(a, b) CHECK_DOUBLE(a, >=, b)
#define ck_assert_double_nan(a) ck_assert_msg(isnan(a), "%s is no NaN", #a)
#define ck_assert_double_eq_tol(a, b, tolerance) CHECK_DOUBLE(fabs((a) - (b)), <, tolerance)
#define ck_assert_float_eq(a, b) CHECK_DOUBLE((float)(a), ==, (float)(b))
#define ck_assert_float_eq_tol(a, b, tolerance) CHECK_DOUBLE(fabsf((a) - (b)), <, tolerance)
#define ck_assert_ptr_eq(a, b) CHECK_POINTER(a, ==, (void *)(uintptr_t)(b))
#define ck_assert_ptr_null(a) CHECK_POINTER(a, ==, NULL)
#define ck_assert_ptr_nonnull(a) CHECK_POINTER(a, !=, NULL)
#define ck_assert_str_eq(a, b)                                                                     \
    ck_assert_msg(strcmp(a, b) == 0, "%s is \"%s\", not \"%s\"", #a, (const char *)(a),            \
                  (const char *)(b))
#define ck_assert_str_ne(a, b)                                                                     \
    ck_assert_msg(strcmp(a, b) != 0, "%s is \"%s\"", #a, (const char *)(a))
#define ck_assert_mem_eq(a, b, n) ck_assert_msg(memcmp(a, b, n) == 0, "%s is not %s", #a, #b)
#define ck_assert_mem_ne(a, b, n) ck_assert_msg(memcmp(a, b, n) != 0, "%s is %s", #a, #b)

#endif
