/* Turns one test file into one Check program. The last line of each tests/<folder>/test_*.c is
 *
 *     CHECK_MAIN("shape", test_broadcast, test_overflow)
 *
 * with the names given to START_TEST, 60 at most; a test that is defined but not listed is reported
 * by the compiler as unused. main() then runs them and is 0 only when all passed.
 *
 * Every test has CHECK_SECONDS seconds (define it before the include for another limit). From the
 * environment, by Check itself: CK_FORK=no runs without a process per test (valgrind, debuggers),
 * CK_RUN_CASE and CK_VERBOSITY=verbose choose what runs and what is told, CK_TIMEOUT_MULTIPLIER
 * stretches the limit. Ours: AG_TEST_SMALL=1 asks long tests for less, see check_small();
 * AG_TEST_EMULATED=1 takes no sign of a zero for wrong, see check_emulated().
 * Must not know the library.
 */
#ifndef CHECK_MAIN_H
#define CHECK_MAIN_H

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#ifndef CHECK_SECONDS
#define CHECK_SECONDS 60
#endif

static inline bool check_asked(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && *value != '\0' && strcmp(value, "0") != 0;
}

/* True where time is dear (valgrind): a test of ten million nodes then makes do with thousands. */
static inline bool check_small(void)
{
    return check_asked("AG_TEST_SMALL");
}

/* True on an emulated processor whose fused products of vectors may be 0 of the wrong sign. */
static inline bool check_emulated(void)
{
    return check_asked("AG_TEST_EMULATED");
}

static inline int check_run(const char *name, const TTest *const *tests, size_t n)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, CHECK_SECONDS);
    for (size_t i = 0; i < n; i++) {
        tcase_add_test(tcase, tests[i]);
    }
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    bool none = srunner_ntests_run(runner) == 0;
    srunner_free(runner);
    return failed > 0 || none ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define CHECK_MAIN(name, ...)                                                                      \
    int main(void)                                                                                 \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        return check_run(name, tests, sizeof tests / sizeof tests[0]);                             \
    }

#endif
