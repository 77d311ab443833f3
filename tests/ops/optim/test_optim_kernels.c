/* The kernels of optimizer steps, of each instruction set this machine runs, against the formulas
 * one number at a time: bit by bit, because each number is computed from its own alone. On odd
 * lengths, unaligned memory, NaN and infinities; what lies around is not touched.
 */
#include <autograd.h>
#include <math.h>

#include "check_main.h"
#include "ops/kernel/kernel_table.h"

enum { N = 71, ROOM = N + 8 };

#define PLAIN(T, ROOT, NAME)                                                                       \
    static void NAME(ag__step_kind kind, const double *c, T *p, T g, T *m, T *v)                   \
    {                                                                                              \
        const T rate = (T)c[AG__STEP_RATE], decay = (T)c[AG__STEP_DECAY];                          \
        const T one = (T)c[AG__STEP_FIRST], two = (T)c[AG__STEP_SECOND];                           \
        const T d = decay != 0 ? g + decay * *p : g, eps = (T)c[AG__STEP_EPS];                     \
        switch (kind) {                                                                            \
        case AG__STEP_descent:                                                                     \
            *p -= rate * d;                                                                        \
            break;                                                                                 \
        case AG__STEP_momentum:                                                                    \
            *m = one * *m + d;                                                                     \
            *p -= rate * *m;                                                                       \
            break;                                                                                 \
        case AG__STEP_nesterov:                                                                    \
            *m = one * *m + d;                                                                     \
            *p -= rate * (d + one * *m);                                                           \
            break;                                                                                 \
        case AG__STEP_rmsprop:                                                                     \
            *m = two * *m + (T)(1 - c[AG__STEP_SECOND]) * (d * d);                                 \
            *p -= rate * (d / (ROOT(*m) + eps));                                                   \
            break;                                                                                 \
        default:                                                                                   \
            *m = one * *m + (T)(1 - c[AG__STEP_FIRST]) * d;                                        \
            *v = two * *v + (T)(1 - c[AG__STEP_SECOND]) * (d * d);                                 \
            *p = (T)c[AG__STEP_KEEP] * *p - rate * (*m / (ROOT(*v) * (T)c[AG__STEP_SCALE] + eps)); \
        }                                                                                          \
    }
PLAIN(double, sqrt, plain_f64)
PLAIN(float, sqrtf, plain_f32)

/* Arrays 0 to 3 of numbers between -2 and 2, the last one not negative, with what is not a number
 * in every fifth place of one or the other. */
static double number(int array, int i)
{
    static const double odd[] = {(double)NAN, (double)INFINITY, -(double)INFINITY, 0.0, -0.0};
    double x = sin(3 * array + 7 * i) * 2;
    if (i % 5 == array) {
        return array == 3 || array == 2 ? 0 : odd[i / 5 % 5];
    }
    return array >= 2 ? x * x : x;
}

#define SAME(T, NAME, PLAIN_STEP, DTYPE)                                                           \
    static void NAME(const ag__kernels *set, ag__step_kind kind, const double *c, int at, int n)   \
    {                                                                                              \
        T have[AG__STEP_ARRAYS][ROOM], want[AG__STEP_ARRAYS][ROOM];                                \
        void *array[AG__STEP_ARRAYS];                                                              \
        for (int a = 0; a < AG__STEP_ARRAYS; a++) {                                                \
            for (int i = 0; i < ROOM; i++) {                                                       \
                have[a][i] = want[a][i] = (T)number(a, i);                                         \
            }                                                                                      \
            array[a] = have[a] + at;                                                               \
        }                                                                                          \
        for (int i = at; i < at + n; i++) {                                                        \
            PLAIN_STEP(kind, c, &want[0][i], want[1][i], &want[2][i], &want[3][i]);                \
        }                                                                                          \
        set->steps->of[kind][DTYPE](n, array, c);                                                  \
        for (int i = 0; i < AG__STEP_ARRAYS * ROOM; i++) {                                         \
            T x = (&have[0][0])[i], y = (&want[0][0])[i];                                          \
            ck_assert_msg((isnan(x) && isnan(y)) || memcmp(&x, &y, sizeof x) == 0,                 \
                          "%s, kind %d, %d numbers from %d: array %d, place %d: %g, not %g",       \
                          set->name, kind, n, at, i / ROOM, i % ROOM, (double)x, (double)y);       \
        }                                                                                          \
    }
SAME(double, same_f64, plain_f64, 0)
SAME(float, same_f32, plain_f32, 1)

START_TEST(test_sets)
{
    static const double c[][AG__STEP_CONSTANTS] = {{0.1, 0, 1, 0.9, 0.99, 1.25, 1e-8},
                                                   {0.1, 0.05, 0.999, 0.8, 0.9, 2, 1e-3}};
    bool runs;
    const ag__kernels *set;
    for (int i = 0; (set = ag__kernels_at(i, &runs)) != NULL; i++) {
        for (int k = 0; runs && k < AG__STEP_KINDS_COUNT * 2; k++) {
            for (int n = 0; n <= N; n++) {
                same_f64(set, (ag__step_kind)(k / 2), c[k % 2], n % 5, n);
                same_f32(set, (ag__step_kind)(k / 2), c[k % 2], n % 7, n);
            }
        }
    }
}
END_TEST

CHECK_MAIN("step kernels", test_sets)
