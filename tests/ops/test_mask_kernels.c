/* The kernels that draw the masks of dropout, of each instruction set this machine runs, against
 * the generator one number at a time, bit by bit; and dropout through them: the same numbers from
 * any place in the stream, and the generator left where that many draws leave it.
 */
#include <autograd.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "../../ops/kernel/kernel.h"
#include "check_main.h"

enum { MOST = 20011 };

static const uint64_t keys[] = {0, 1, 0x9E3779B97F4A7C15u};
static const uint64_t counters[] = {0, 7, 0xFFFFFFF0u, UINT64_MAX - 40};

static void check_set(const ag__kernels *set, uint64_t key, uint64_t counter, int64_t blocks)
{
    static double wide[MOST + 2];
    static float narrow[MOST + 2];
    const double p = 0.3;
    ag_graph *g = ag_graph_new();
    ag_random_set_state(g, (ag_random_state){.key = key, .counter = counter, .used = 4});
    wide[2 * blocks] = narrow[2 * blocks] = -1;
    set->masks->of[0](key, counter, blocks, (uint64_t)(p * 0x1p53) + 1, 1.25, wide);
    set->masks->of[1](key, counter, blocks, (uint64_t)(p * 0x1p53) + 1, 1.25, narrow);
    for (int64_t i = 0; i < 2 * blocks; i++) {
        double want = ag_random_uniform(g) < p ? 0 : 1.25;
        ck_assert_msg(wide[i] == want && (double)narrow[i] == want,
                      "%s, key %llx, counter %llx: number %d of %d is %g and %g, not %g", set->name,
                      (unsigned long long)key, (unsigned long long)counter, (int)i,
                      (int)(2 * blocks), wide[i], (double)narrow[i], want);
    }
    ck_assert(wide[2 * blocks] == -1 && narrow[2 * blocks] == -1);
    ag_graph_free(g);
}

START_TEST(test_sets)
{
    bool runs;
    const ag__kernels *set;
    for (int i = 0; (set = ag__kernels_at(i, &runs)) != NULL; i++) {
        for (int k = 0; runs && k < 3 * 4; k++) {
            for (int64_t blocks = 0; blocks < 80; blocks++) {
                check_set(set, keys[k / 4], counters[k % 4], blocks);
            }
        }
    }
}
END_TEST

/* Dropout of ones, n of them after `before` draws, in both dtypes. */
static void check_dropout(int64_t n, int before, double p)
{
    static double have[MOST];
    for (int f32 = 0; f32 < 2; f32++) {
        ag_graph *g = ag_graph_new_with(
            &(ag_graph_options){.dtype = f32 ? AG_F32 : AG_F64, .seed = 5 + (uint64_t)n});
        ag_graph *one = ag_graph_new_with(&(ag_graph_options){.seed = 5 + (uint64_t)n});
        for (int i = 0; i < before; i++) {
            ck_assert_uint_eq(ag_random_bits(g), ag_random_bits(one));
        }
        ag_tensor *y = ag_dropout(ag_full(g, AG_CONSTANT, AG_SHAPE(n), 1), p, true);
        ck_assert_int_eq(ag_get(y, have, n), AG_OK);
        double kept = f32 ? (double)(float)(1 / (1 - p)) : 1 / (1 - p);
        for (int64_t i = 0; i < n; i++) {
            double want = ag_random_uniform(one) < p ? 0 : kept;
            ck_assert_msg(have[i] == want, "%d ones after %d draws: number %d is %g, not %g",
                          (int)n, before, (int)i, have[i], want);
        }
        ag_random_state a = ag_random_get_state(g), b = ag_random_get_state(one);
        ck_assert_mem_eq(a.block, b.block, sizeof a.block);
        ck_assert(a.counter == b.counter && a.used == b.used && a.key == b.key);
        ag_graph_free(g);
        ag_graph_free(one);
    }
}

START_TEST(test_dropout)
{
    static const double p[] = {0.5, 0.2, 0x1p-40, 0.99999999999};
    for (int before = 0; before < 4; before++) {
        for (int64_t n = 0; n < 70; n++) {
            check_dropout(n, before, p[n % 4]);
        }
#ifdef _OPENMP
        omp_set_num_threads(1 << before);
#endif
        check_dropout(MOST, before, p[before]);
    }
}
END_TEST

CHECK_MAIN("mask kernels", test_sets, test_dropout)
