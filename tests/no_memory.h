/* Memory that runs out at every moment of a scene: once for each call of the allocator, then with
 * the recording's own memory filled to every possible level, so that the call that finds it full is
 * each one in turn. Whatever happens must be an ordinary error: it is reported, nothing leaks, and
 * with memory back the same graph works. Must not know what the scenes do.
 */
#ifndef NO_MEMORY_H
#define NO_MEMORY_H

#include "autograd/allocator.h"
#include "expect.h"

#include <stdio.h>

/* Each scene returns AG_OK when all of it worked. */
typedef ag_status (*scene)(ag_graph *g);

static inline ag_status status_of(const ag_graph *g, const void *result)
{
    return result != NULL ? AG_OK : ag_error(g) != AG_OK ? ag_error(g) : AG_ERR_STATE;
}

static inline void end(ag_graph *g, account *a, ag_status status, const char *when)
{
    ck_assert_msg(a->refused == 0 || status == AG_ERR_MEMORY, "%s: %s; %s", when,
                  ag_status_text(status), ag_error_message(g));
    ck_assert_msg(a->refused > 0 || status == AG_OK, "%s: %s", when, ag_error_message(g));
    ck_assert_msg(ag_error(g) == AG_OK || strstr(ag_error_message(g), "memory") != NULL, "%s",
                  ag_error_message(g));
    a->fail_at = 0;
    ag_error_clear(g);
    ag_retain_grads(g, false);
    still_works(g);
    ag_graph_free(g);
    account_balanced(a);
}

/* The k-th call of the allocator fails, alone or with all later ones, until none is left to fail.
 * Before the scene `filled` bytes of the recording's memory are taken. */
static inline void each_call(scene run, bool after, size_t filled)
{
    char when[64];
    for (size_t k = 1;; k++) {
        account a = {.fail_at = k, .fail_after = after};
        ag_graph *g = account_graph(&a);
        ck_assert_int_eq(g == NULL, k == 1);
        if (g == NULL) {
            account_balanced(&a);
            continue;
        }
        bool full = filled > 0 && ag_graph_memory(g, filled) == NULL;
        ag_status status = full ? ag_error(g) : run(g);
        bool done = a.refused == 0;
        snprintf(when, sizeof when, "call %zu of the allocator, %zu bytes taken", k, filled);
        end(g, &a, status, when);
        if (done) {
            ck_assert_uint_gt(k, 3);
            return;
        }
    }
}

/* With `filled` bytes of the first chunk taken, and nothing more to be had once it is full. */
static inline void each_level(scene run, size_t step)
{
    char when[64];
    size_t failures = 0, largest = (size_t)16 << 10;
    for (size_t filled = step; filled <= largest; filled += step) {
        account a = {0};
        ag_graph *g = account_graph(&a);
        int64_t n = (int64_t)(filled / sizeof(double));
        ck_assert_ptr_nonnull(ag_full(g, AG_CONSTANT, AG_SHAPE(n), 0));
        a.fail_at = a.calls + 1;
        a.fail_after = true;
        ag_status status = run(g);
        failures += a.refused > 0;
        snprintf(when, sizeof when, "%zu bytes taken before", filled);
        end(g, &a, status, when);
    }
    ck_assert_uint_gt(failures, 10);
}

/* Memory of a call's own fails before the recording's does; so each call fails at each level. */
static inline void each_call_and_level(scene run, size_t step)
{
    size_t first_chunk = (size_t)16 << 10;
    each_call(run, true, 0);
    for (size_t filled = step; filled <= first_chunk; filled += step) {
        each_call(run, false, filled);
    }
}

static inline void everywhere(scene run)
{
    each_call(run, false, 0);
    each_call(run, true, 0);
    each_level(run, check_small() ? 24 * sizeof(void *) : 48);
}

#endif
