/* Running another program: what it says, what is missing, and an end after a time. Only where
 * programs are run in the way of POSIX.
 */
#include <check.h>
#include <time.h>

#include "check_main.h"
#include "viz/process/process.h"

static ag_status run(const char *program, const char *argument, int seconds)
{
    char first[100], second[100];
    strcpy(first, program);
    strcpy(second, argument);
    char *const arguments[] = {first, second, NULL};
    return viz__run(arguments, seconds);
}

START_TEST(test_what_the_program_says)
{
    ck_assert_int_eq(run("true", "", 10), AG_OK);
    ck_assert_int_eq(run("false", "", 10), AG_ERR_IO);
    ck_assert_int_eq(run("no-such-program-here", "", 10), AG_ERR_STATE);
    ck_assert_int_eq(run("test", "$(false)", 10), AG_OK); /* no shell reads it */
}
END_TEST

START_TEST(test_a_program_that_does_not_end)
{
    time_t start = time(NULL);
    ck_assert_int_eq(run("sleep", "50", 1), AG_ERR_OVERFLOW);
    ck_assert_int_lt(time(NULL) - start, 40);
    ck_assert_int_eq(run("sleep", "0", 30), AG_OK);
}
END_TEST

CHECK_MAIN("process", test_what_the_program_says, test_a_program_that_does_not_end)
