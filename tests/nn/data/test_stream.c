/* Random numbers from a key: the generator that is published, every number below n as often as any,
 * keys that have nothing to do with each other.
 */
#include "nn/data/stream.h"

#include "expect.h"

START_TEST(test_published)
{
    nn__stream s = {1234567}; /* the first numbers of the authors' program */
    static const uint64_t want[] = {6457827717110365317u, 3203168211198807973u,
                                    9817491932198370423u, 4593380528125082431u,
                                    16408922859458223821u};
    for (int i = 0; i < 5; i++) {
        ck_assert_uint_eq(nn__bits(&s), want[i]);
    }
}
END_TEST

START_TEST(test_below)
{
    nn__stream s = nn__stream_of(1, 2, 3, 4);
    int count[7] = {0};
    for (int i = 0; i < 70000; i++) {
        int64_t r = nn__below(&s, 7);
        ck_assert(r >= 0 && r < 7);
        count[r]++;
    }
    for (int i = 0; i < 7; i++) { /* 10000 +- 93 */
        ck_assert_msg(count[i] > 9600 && count[i] < 10400, "%d of %d", count[i], i);
    }
    ck_assert_int_eq(nn__below(&s, 1), 0);
    for (int i = 0; i < 100; i++) { /* of three quarters of all, each second draw is drawn again */
        int64_t most = INT64_MAX, r = nn__below(&s, most);
        ck_assert(r >= 0 && r < most);
        double u = nn__uniform(&s);
        ck_assert(u >= 0 && u < 1);
    }
}
END_TEST

/* Neighboring keys: the correlation of their numbers is that of chance. */
START_TEST(test_keys)
{
    enum { N = 20000 };
    double sum = 0, square = 0, product[4] = {0};
    for (uint64_t i = 0; i < N; i++) {
        nn__stream a = nn__stream_of(1, 0, i, 0), near[4];
        near[0] = nn__stream_of(1, 0, i + 1, 0);
        near[1] = nn__stream_of(1, 0, i, 1);
        near[2] = nn__stream_of(1, 1, i, 0);
        near[3] = nn__stream_of(2, 0, i, 0);
        double x = nn__uniform(&a) - 0.5;
        sum += x;
        square += x * x;
        for (int k = 0; k < 4; k++) {
            product[k] += x * (nn__uniform(&near[k]) - 0.5);
        }
    }
    expect_near(sum / N, 0, 0.01);
    expect_near(square / N, 1.0 / 12, 0.002);
    for (int k = 0; k < 4; k++) { /* deviation 1/(12 sqrt(N)) = 0.0006 */
        expect_near(product[k] / N, 0, 0.003);
    }
}
END_TEST

CHECK_MAIN("stream", test_published, test_below, test_keys)
