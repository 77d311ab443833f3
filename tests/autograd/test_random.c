/* Random numbers: known answers of Philox 4x32-10, moments, replay.
 *   [kat]        Random123 1.14, tests/kat_vectors: counter 0, key 0
 *   [randomgen]  the Python package randomgen, Philox(number=4, width=32): another program
 */
#include "expect.h"

START_TEST(test_known)
{
    ag_graph *g = ag_graph_new();
    static const uint64_t want[6] = {0xe169c58d6627e8d5, 0x9b00dbd8bc57ac4c, /* [kat] */
                                     0x5cb200dbf8e4cca4, 0x097eff67b1a574eb, /* [randomgen] */
                                     0x51c732a604faa329, 0x459135e4241513ad};
    for (int i = 0; i < 6; i++) {
        ck_assert_uint_eq(ag_random_bits(g), want[i]);
    }
    ag_seed(g, 42); /* [randomgen] key 42 */
    ck_assert_uint_eq(ag_random_bits(g), 0x77f5493b9ceaf053);
    ck_assert_uint_eq(ag_random_bits(g), 0x5742b3d712bf50ad);
    ag_random_state far = {.key = 0x299f31d0a4093822, .counter = 0x85a308d3243f6a88, .used = 4};
    ag_random_set_state(g, far); /* [randomgen]: every word of key and counter counts */
    ck_assert_uint_eq(ag_random_bits(g), 0xb5a3d762e69c9c31);
    ck_assert_uint_eq(ag_random_bits(g), 0x341a787ce733bfc1);
    ck_assert_uint_eq(ag_random_bits(g), 0x12130da1f627c739);
    ag_graph_free(g);
}
END_TEST

/* Over n = 10^6 the mean of uniform numbers errs by 1/sqrt(12 n), that of normal ones by
 * 1/sqrt(n); five such deviations are allowed. The fourth moments are 1/80 and 3. */
START_TEST(test_moments)
{
    ag_graph *g = ag_graph_new();
    enum { N = 1000000 };
    double u1 = 0, u2 = 0, u4 = 0, z1 = 0, z2 = 0, z4 = 0, low = 1, high = 0;
    for (int i = 0; i < N; i++) {
        double u = ag_random_uniform(g), z = ag_random_normal(g), c = u - 0.5;
        low = fmin(low, u), high = fmax(high, u);
        u1 += c / N, u2 += c * c / N, u4 += c * c * c * c / N;
        z1 += z / N, z2 += z * z / N, z4 += z * z * z * z / N;
    }
    ck_assert(low >= 0 && low < 1e-4 && high < 1 && high > 1 - 1e-4);
    expect_near(u1, 0, 5 * sqrt(1.0 / 12 / N));
    expect_near(12 * u2, 1, 5 * sqrt(0.8 / N));
    expect_near(80 * u4, 1, 0.01);
    expect_near(z1, 0, 5 * sqrt(1.0 / N));
    expect_near(z2, 1, 5 * sqrt(2.0 / N));
    expect_near(z4 / 3, 1, 5 * sqrt(96.0 / 9 / N));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_replay)
{
    ag_graph *a = ag_graph_new_with(&(ag_graph_options){.seed = 7}), *b = ag_graph_new();
    ag_seed(b, 7);
    for (int i = 0; i < 100; i++) {
        ck_assert_uint_eq(ag_random_bits(a), ag_random_bits(b));
    }
    ag_random_bits(a); /* in the middle of a block */
    ag_random_state state = ag_random_get_state(a);
    double first[5];
    for (int i = 0; i < 5; i++) {
        first[i] = ag_random_normal(a);
    }
    ag_random_set_state(a, state);
    for (int i = 0; i < 5; i++) {
        expect_same(ag_random_normal(a), first[i]);
    }
    ag_seed(b, 8);
    ag_seed(a, 7);
    ck_assert_uint_ne(ag_random_bits(a), ag_random_bits(b));
    ag_graph_free(a);
    ag_graph_free(b);
}
END_TEST

START_TEST(test_fill)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_full(g, AG_PARAMETER, AG_SHAPE(100, 100), 0);
    expect_ok(ag_fill_normal(x, 3, 0.5));
    expect_near(ag_item(ag_mean(x)), 3, 5 * 0.5 / 100);
    expect_near(ag_item(ag_mean(ag_square(ag_add_scalar(x, -3)))), 0.25, 5 * 0.25 * sqrt(2) / 100);
    ag_tensor *f = ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(1000), NULL);
    expect_ok(ag_fill_uniform(f, -2, -1));
    for (int i = 0; i < 1000; i++) {
        double value = ag_item_at(f, AG_SHAPE(i));
        ck_assert(value >= -2 && value <= -1);
    }
    ck_assert_int_eq(ag_fill_uniform(NULL, 0, 1), AG_ERR_NULL_ARGUMENT);
    ck_assert_int_eq(ag_fill_normal(NULL, 0, 1), AG_ERR_NULL_ARGUMENT);
    ag_tensor *y = ag_sum(ag_square(x));
    expect_ok(ag_fill_normal(x, 0, 1));
    no_success(g, HERE, ag_backward(y), AG_ERR_CHANGED,
               "of square was written"); /* filling writes */
    ag_graph_free(g);
}
END_TEST

/* What a broken state cannot do is read beside the block. */
START_TEST(test_odd_states)
{
    ag_graph *g = ag_graph_new();
    for (int used = -5; used < 10; used++) {
        ag_random_set_state(g, (ag_random_state){.used = used});
        for (int i = 0; i < 5; i++) {
            double u = ag_random_uniform(g);
            ck_assert(u >= 0 && u < 1);
        }
    }
    ck_assert_uint_eq(ag_random_bits(NULL), 0);
    ag_seed(NULL, 1);
    ag_random_set_state(NULL, ag_random_get_state(NULL));
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("random", test_known, test_moments, test_replay, test_fill, test_odd_states)
