/* Convolution by the kernels of every instruction set against the definition, with and without what is
 * added to; numbers that are none; and the same bits for any number of threads.
 */
#include "conv_definition.h"

/* --- against the definition -------------------------------------------------------------------- */

/* What each map makes of the others, over numbers that it must not look at, or (add) added to
 * ones; forward takes a bias instead. */
#define MAPS(T, S, given)                                                                          \
    static void maps_##S(const ag__kernels *set, const ag__conv_size *s, const numbers *m,         \
                         bool add, const char *what)                                               \
    {                                                                                              \
        T bias[64];                                                                                \
        for (int i = 0; i < 64; i++) {                                                             \
            bias[i] = (T)(add ? i + 1 : 0);                                                        \
        }                                                                                          \
        for (int map = 0; map < 3; map++) {                                                        \
            int to = map == AG__CONV_FORWARD ? 2 : map == AG__CONV_INPUT ? 0 : 1;                  \
            T *out = malloc((size_t)m->n[to] * sizeof(T));                                         \
            void *work = work_of(set, sizeof(T), s, map);                                          \
            for (int64_t i = 0; i < m->n[to]; i++) {                                               \
                out[i] = add ? 1 : (T)NAN;                                                         \
            }                                                                                      \
            ag__conv_numbers n = {.first = m->given[map == AG__CONV_INPUT ? 2 : 0],                \
                                  .second = m->given[map == AG__CONV_WEIGHT ? 2 : 1],              \
                                  .out = out,                                                      \
                                  .bias = to == 2 && add ? bias : NULL,                            \
                                  .add = to != 2 && add};                                          \
            ag__conv_run(set, sizeof(T), s, (ag__conv_map)map, &n, work);                          \
            for (int64_t i = 0; i < m->n[to]; i++) {                                               \
                int64_t row = i / all_of(s->y) % (s->groups * s->out);                             \
                double want = m->want[to][i] + (to == 2 ? (double)bias[row % 64] : add);           \
                if ((double)out[i] != want) { /* a check of each takes long */                     \
                    ck_abort_msg("%s, %s, map %d: %d is %g, not %g", set->name, what, map, (int)i, \
                                 (double)out[i], want);                                            \
                }                                                                                  \
            }                                                                                      \
            end_work(work, set, sizeof(T), s, map);                                                \
            free(out);                                                                             \
        }                                                                                          \
    }
MAPS(double, f64, given)
MAPS(float, f32, f32)

static void check(const ag__conv_size *size, const char *what)
{
    ag__conv_size in_threads = *size, *s = &in_threads;
    s->threads = ag__threads();
    numbers m = numbers_new(s);
    for (int i = 0; kernels_at(i) != NULL; i++) {
        for (int add = 0; add < 2; add++) {
            maps_f64(kernels_at(i), s, &m, add, what);
            maps_f32(kernels_at(i), s, &m, add, what);
        }
    }
    numbers_free(&m);
}

START_TEST(test_steps)
{
    each_step(check);
}
END_TEST

START_TEST(test_sizes)
{
    each_size(check);
}
END_TEST

/* --- what is not a number, and threads -------------------------------------------------------- */

static const ag__conv_size plain = {
    8, 1, 3, 4, {1, 20, 21}, {1, 3, 3}, {1, 20, 21}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, 1};
enum { X = 8 * 3 * 20 * 21, W = 4 * 3 * 9, Y = 8 * 4 * 20 * 21 };

static void counted(void *context, int64_t x, int64_t w, int64_t y)
{
    bool(*touched)[Y] = context;
    touched[0][y] |= x == 431;
    touched[1][w] |= x == 431;
    touched[2][x] |= y == 700;
}

/* One infinity reaches what the definition says, and nothing else; times 0 it is NaN. */
START_TEST(test_not_finite)
{
    static bool touched[3][Y];
    static float x[X], w[W], y[Y], out[Y];
    memset(touched, 0, sizeof touched);
    visit(&plain, counted, touched);
    for (int i = 0; kernels_at(i) != NULL; i++) {
        for (int map = 0; map < 3; map++) {
            void *work = work_of(kernels_at(i), sizeof(float), &plain, map);
            x[431] = INFINITY;
            y[700] = map == AG__CONV_INPUT ? INFINITY : 0;
            ag__conv_numbers n = {.first = map == AG__CONV_INPUT ? y : x,
                                  .second = map == AG__CONV_WEIGHT ? y : w,
                                  .out = out};
            ag__conv_run(kernels_at(i), sizeof(float), &plain, (ag__conv_map)map, &n, work);
            const int of = map == AG__CONV_FORWARD ? 0 : map == AG__CONV_WEIGHT ? 1 : 2;
            const int count[3] = {Y, W, X};
            for (int e = 0; e < count[of]; e++) {
                ck_assert_msg(touched[of][e] ? isnan(out[e]) : out[e] == 0, "%s, map %d: %d is %g",
                              kernels_at(i)->name, map, e, (double)out[e]);
            }
            free(work);
        }
    }
}
END_TEST

static void run_all(int threads, const ag__conv_size *size, const float *x, const float *w,
                    const float *y, float *out)
{
    ag__conv_size in_threads = *size, *s = &in_threads;
    s->threads = threads;
    const ag__kernels *best = ag__kernels_best();
    void *work[3];
    for (int map = 0; map < 3; map++) {
        work[map] = work_of(best, sizeof(float), s, map);
    }
    const ag__conv_numbers n[3] = {
        [AG__CONV_FORWARD] = {.first = x, .second = w, .out = out},
        [AG__CONV_INPUT] = {.first = y, .second = w, .out = out + Y},
        [AG__CONV_WEIGHT] = {.first = x, .second = y, .out = out + Y + X, .sums = out + Y + X + W}};
    for (int map = 0; map < 3; map++) {
        ag__conv_run(best, sizeof(float), s, (ag__conv_map)map, &n[map], work[map]);
        end_work(work[map], best, sizeof(float), s, map);
    }
}

START_TEST(test_threads)
{
    static float x[X], w[W], y[Y], one[X + W + Y + 4], other[X + W + Y + 4];
    for (int i = 0; i < Y; i++) { /* thirds, so that sums are rounded */
        y[i] = (float)(i * 37 % 101) / 3;
        x[i % X] = (float)(i * 13 % 97) / 7;
        w[i % W] = (float)(i * 29 % 89) / 11;
    }
    run_all(1, &plain, x, w, y, one);
    for (int threads = 2; threads <= 4; threads++) {
        run_all(threads, &plain, x, w, y, other);
        ck_assert_mem_eq(one, other, sizeof one);
    }
}
END_TEST

CHECK_MAIN("conv_kernel", test_steps, test_sizes, test_not_finite, test_threads)
