/* Random numbers in blocks, from every instruction set that this machine runs and from the widest
 * vectors, against the generator's own one after the other; and that a dropout mask is what drawing
 * its numbers singly gives, wherever in a block it begins.
 */
#include <autograd.h>
#include <string.h>

#include "../../ops/kernel/kernel.h"
#include "check_main.h"

#define AG_SET wide
#define AG_VECTOR_BYTES 64
#include "../../ops/kernel/vector/philox.c"

/* Set i: those of the machine, then the wide one; NULL past the last. */
static const ag__philox *philox_at(int i)
{
    bool runs = false;
    const ag__kernels *set = ag__kernels_at(i, &runs);
    if (set != NULL) {
        return runs ? set->philox : ag__kernels_best()->philox;
    }
    return i > 0 && ag__kernels_at(i - 1, &runs) != NULL ? &ag__philox_wide : NULL;
}

START_TEST(test_bits)
{
    static const uint64_t counters[] = {0, 1, 0xFFFFFFFEu, 0xFFFFFFFFFFFFFFFDu};
    uint64_t have[64], key = 0x0123456789ABCDEFu;
    ag_graph *g = ag_graph_new();
    for (int i = 0; philox_at(i) != NULL; i++) {
        for (int k = 0; k < 4; k++) {
            for (int blocks = 0; blocks <= 31; blocks++) {
                memset(have, 0x77, sizeof have);
                philox_at(i)->bits(key, counters[k], blocks, have);
                ag_random_set_state(g, (ag_random_state){key, counters[k], {0}, 4});
                for (int n = 0; n < 2 * blocks; n++) {
                    ck_assert_uint_eq(have[n], ag_random_bits(g));
                }
                ck_assert_uint_eq(have[2 * blocks], 0x7777777777777777u);
            }
        }
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_keep)
{
    const uint64_t bits[] = {0, 10u << 11, (10u << 11) - 1, 11u << 11, UINT64_MAX};
    const double want[] = {0, 1.5, 0, 1.5, 1.5};
    for (int i = 0; philox_at(i) != NULL; i++) {
        double out[5];
        float single[5];
        philox_at(i)->keep[0](bits, 5, 10, 1.5, out);
        philox_at(i)->keep[1](bits, 5, 10, 1.5, single);
        for (int k = 0; k < 5; k++) {
            ck_assert(out[k] == want[k] && (double)single[k] == want[k]);
        }
    }
}
END_TEST

/* The mask of n numbers after `skip` others, and the number drawn after it. */
START_TEST(test_masks)
{
    for (int64_t n = 1; n < 700; n += n < 20 ? 1 : 83) {
        for (int skip = 0; skip < 3; skip++) {
            double y[700];
            ag_graph *g = ag_graph_new();
            ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(n), 1);
            for (int i = 0; i < skip; i++) {
                ag_random_bits(g);
            }
            ag_random_state before = ag_random_get_state(g);
            ck_assert_int_eq(ag_get(ag_dropout(x, 0.3, true), y, n), AG_OK);
            uint64_t after = ag_random_bits(g);
            ag_random_set_state(g, before);
            for (int64_t i = 0; i < n; i++) {
                double want = ag_random_uniform(g) < 0.3 ? 0 : 1 / 0.7;
                ck_assert_double_eq(y[i], want);
            }
            ck_assert_uint_eq(ag_random_bits(g), after);
            ag_graph_free(g);
        }
    }
}
END_TEST

CHECK_MAIN("philox", test_bits, test_keep, test_masks)
