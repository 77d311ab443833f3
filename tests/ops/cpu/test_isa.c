/* The instruction set that is asked for is the one that runs, through the call and the environment;
 * what cannot be had is said; and what README.md promises to have the same bits with every set has.
 */
#include "expect.h"
#include "ops/kernel/kernel_table.h"

enum { MOST = 5001 };

static const char *const known[] = {"baseline", "neon", "avx2", "avx512"};
enum { KNOWN = sizeof known / sizeof known[0] };

/* What is here, as the table of kernels says; NULL past the last. */
static const char *name_at(int i, bool *runs)
{
    const ag__kernels *set = ag__kernels_at(i, runs);
    return set != NULL ? set->name : NULL;
}

/* The last that runs: sets are listed from the least to the best. */
static const char *best(void)
{
    bool runs;
    const char *name, *found = NULL;
    for (int i = 0; (name = name_at(i, &runs)) != NULL; i++) {
        found = runs ? name : found;
    }
    return found;
}

static const char *least(void)
{
    bool runs;
    return name_at(0, &runs);
}

START_TEST(test_set)
{
    bool runs;
    const char *name;
    unsetenv("AUTOGRAD_ISA"); /* all tests may be run with one set */
    for (int i = 0; (name = name_at(i, &runs)) != NULL; i++) {
        ck_assert_str_eq(ag_get_isa(), best());
        ck_assert_int_eq(ag_set_isa(name), runs ? AG_OK : AG_ERR_STATE);
        ck_assert_str_eq(ag_get_isa(), runs ? name : best());
        ck_assert_str_eq(ag__kernels_best()->name, ag_get_isa());
        ck_assert_int_eq(ag_set_isa(NULL), AG_OK);
    }
    ck_assert_int_eq(ag_set_isa("baseline"), AG_OK);
    ck_assert_str_eq(ag_get_isa(), least());
}
END_TEST

/* A set of another machine is known, and not here. */
START_TEST(test_refused)
{
    ck_assert_int_eq(ag_set_isa("baseline"), AG_OK);
    static const char *const none[] = {"", "AVX2", "avx2 ", "sse9", "baseline,avx2"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        ck_assert_int_eq(ag_set_isa(none[i]), AG_ERR_VALUE);
        ck_assert_str_eq(ag_get_isa(), least());
    }
    for (int k = 0; k < KNOWN; k++) {
        bool here = strcmp(known[k], "baseline") == 0, runs;
        for (int i = 0; name_at(i, &runs) != NULL; i++) {
            here = here || (runs && strcmp(name_at(i, &runs), known[k]) == 0);
        }
        ck_assert_int_eq(ag_set_isa(known[k]), here ? AG_OK : AG_ERR_STATE);
    }
}
END_TEST

/* --- the environment -------------------------------------------------------------------------- */

static const char *with(const char *value)
{
    value == NULL ? unsetenv("AUTOGRAD_ISA") : setenv("AUTOGRAD_ISA", value, 1);
    ck_assert_int_eq(ag_set_isa(NULL), AG_OK);
    return ag_get_isa();
}

START_TEST(test_environment)
{
    bool runs;
    const char *name, *below = least();
    ck_assert_str_eq(with(NULL), best());
    ck_assert_str_eq(with(""), best());
    ck_assert_str_eq(with("avx512"), best()); /* the highest there is */
    ck_assert_str_eq(with("baseline"), least());
    ck_assert_str_eq(with("neon"), least());
    ck_assert_str_eq(with("no such set"), least());
    for (int i = 0; (name = name_at(i, &runs)) != NULL; i++) {
        below = runs ? name : below;
        ck_assert_str_eq(with(name), below);
    }
    ck_assert_str_eq(with("baseline"), least()); /* the call goes before */
    ck_assert_int_eq(ag_set_isa(best()), AG_OK);
    ck_assert_str_eq(ag_get_isa(), best());
}
END_TEST

/* --- bits ------------------------------------------------------------------------------------- */

/* Initial weights, in the order of three calls, so that each begins within a block of the
 * generator. */
static void fill(ag_dtype dtype, char out[3 * MOST * sizeof(double)])
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F64, .seed = 11});
    for (int i = 0; i < 3; i++) {
        ag_tensor *t = ag_leaf(g, AG_PARAMETER, dtype, AG_SHAPE(MOST), NULL);
        ck_assert_int_eq(i == 1 ? ag_fill_uniform(t, -0.3, 0.7) : ag_fill_normal(t, 0.1, 2), AG_OK);
        size_t bytes = MOST * ag_dtype_bytes(dtype);
        ck_assert_int_eq(ag_read(t, out, bytes), AG_OK);
        out += bytes;
    }
    all_well(g);
    ag_graph_free(g);
}

START_TEST(test_same_weights)
{
    static char want[3 * MOST * sizeof(double)], have[sizeof want];
    bool runs;
    const char *name;
    for (ag_dtype dtype = AG_F64; dtype <= AG_F32; dtype++) {
        ck_assert_int_eq(ag_set_isa("baseline"), AG_OK);
        fill(dtype, want);
        for (int i = 0; (name = name_at(i, &runs)) != NULL; i++) {
            if (ag_set_isa(name) == AG_OK) {
                fill(dtype, have);
                ck_assert_mem_eq(have, want, 3 * MOST * ag_dtype_bytes(dtype));
            }
        }
    }
}
END_TEST

CHECK_MAIN("isa", test_set, test_refused, test_environment, test_same_weights)
