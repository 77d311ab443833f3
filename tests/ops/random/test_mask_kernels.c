/* The kernels that draw the masks of dropout, of each instruction set this machine runs, against
 * the generator one number at a time, bit by bit; and dropout through them: a word of the
 * stream for each element, from the next whole block on, and the generator left behind them.
 */
#include <autograd.h>

#include "check_main.h"
#include "ops/kernel/kernel_table.h"

enum { MOST = 20011 };

static const uint64_t keys[] = {0, 1, 0x9E3779B97F4A7C15u};
static const uint32_t limits[] = {0x50000000u, 1, 0x80000001u, UINT32_MAX};
static const uint64_t counters[] = {0, 7, 0xFFFFFFF0u, UINT64_MAX - 40};

/* The words of the generator, one after the other: ag_random_bits gives two, the first below. */
typedef struct words {
    ag_graph *graph;
    uint64_t two;
    int used;
} words;

static double draw(words *w, double p, double kept)
{
    if (w->used % 2 == 0) {
        w->two = ag_random_bits(w->graph);
    }
    uint32_t word = (uint32_t)(w->two >> 32 * (w->used++ % 2));
    return (double)word * 0x1p-32 < p ? 0 : kept;
}

static void check_set(const ag__kernels *set, uint64_t key, uint64_t counter, int64_t blocks,
                      uint32_t below)
{
    static double wide[MOST + 2];
    static float narrow[MOST + 2];
    words w = {.graph = ag_graph_new()};
    ag_random_set_state(w.graph, (ag_random_state){.key = key, .counter = counter, .used = 4});
    wide[4 * blocks] = narrow[4 * blocks] = -1;
    set->masks->of[0](key, counter, blocks, below, 1.25, wide);
    set->masks->of[1](key, counter, blocks, below, 1.25, narrow);
    for (int64_t i = 0; i < 4 * blocks; i++) {
        double want = draw(&w, (double)below * 0x1p-32, 1.25);
        ck_assert_msg(wide[i] == want && (double)narrow[i] == want,
                      "%s, key %llx, counter %llx: number %d of %d is %g and %g, not %g", set->name,
                      (unsigned long long)key, (unsigned long long)counter, (int)i,
                      (int)(4 * blocks), wide[i], (double)narrow[i], want);
    }
    ck_assert(wide[4 * blocks] == -1 && narrow[4 * blocks] == -1);
    ag_graph_free(w.graph);
}

START_TEST(test_sets)
{
    bool runs;
    const ag__kernels *set;
    for (int i = 0; (set = ag__kernels_at(i, &runs)) != NULL; i++) {
        for (int k = 0; runs && k < 3 * 4; k++) {
            for (int64_t blocks = 0; blocks < 80; blocks++) {
                check_set(set, keys[k / 4], counters[k % 4], blocks, limits[blocks % 4]);
            }
        }
    }
}
END_TEST

/* Dropout of ones, n of them after `before` draws of 64 bits, in both dtypes. */
static void check_dropout(int64_t n, int before, double p)
{
    static double have[MOST];
    for (int f32 = 0; f32 < 2; f32++) {
        ag_graph *g = ag_graph_new_with(
            &(ag_graph_options){.dtype = f32 ? AG_F32 : AG_F64, .seed = 5 + (uint64_t)n});
        words w = {.graph = ag_graph_new_with(&(ag_graph_options){.seed = 5 + (uint64_t)n})};
        for (int i = 0; i < before; i++) {
            (void)ag_random_bits(g);
        }
        for (int i = 0; i < (before + 1) / 2 * 2; i++) { /* to the end of the block */
            (void)ag_random_bits(w.graph);
        }
        ag_tensor *y = ag_dropout(ag_full(g, AG_CONSTANT, AG_SHAPE(n), 1), p, true);
        ck_assert_int_eq(ag_get(y, have, n), AG_OK);
        double kept = f32 ? (double)(float)(1 / (1 - p)) : 1 / (1 - p);
        for (int64_t i = 0; i < n; i++) {
            double want = draw(&w, p, kept);
            ck_assert_msg(have[i] == want, "%d ones after %d draws: number %d is %g, not %g",
                          (int)n, before, (int)i, have[i], want);
        }
        while (w.used % 4 != 0) {
            draw(&w, p, kept);
        }
        ck_assert_uint_eq(ag_random_bits(g), ag_random_bits(w.graph));
        ag_graph_free(g);
        ag_graph_free(w.graph);
    }
}

START_TEST(test_dropout)
{
    static const double p[] = {0.5, 0.2, 0x1p-40, 0.9999999};
    for (int before = 0; before < 4; before++) {
        for (int64_t n = 0; n < 70; n++) {
            check_dropout(n, before, p[n % 4]);
        }
        ck_assert_int_eq(ag_set_threads(1 << before), AG_OK);
        check_dropout(MOST, before, p[before]);
    }
}
END_TEST

CHECK_MAIN("mask kernels", test_sets, test_dropout)
