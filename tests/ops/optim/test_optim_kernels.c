/* The kernels of optimizer steps, of each instruction set this machine runs, against the formulas
 * of ops/kernel/optim_kernels.h one number at a time: bit by bit, because each number is computed
 * from its own alone. On odd lengths, unaligned memory, NaN and infinities; what lies around is
 * not touched.
 */
#include <autograd.h>
#include <math.h>

#include "check_main.h"
#include "ops/kernel/kernel_table.h"

enum { N = 71, ROOM = N + 8 };

/* One number of every array: p, gradient, states. In the type's own arithmetic. */
#define PLAIN(T, ROOT, NAME)                                                                       \
    static T NAME##_rms(ag__step_kind kind, const ag__step_constants *c, T d, T *s, T *m)          \
    {                                                                                              \
        *s = (T)c->second * *s + (T)c->second_taken * (d * d);                                     \
        T below = *s;                                                                              \
        if (kind == AG__STEP_centered || kind == AG__STEP_centered_momentum) {                     \
            *m = (T)c->second * *m + (T)c->second_taken * d;                                       \
            below = *s - *m * *m < 0 ? 0 : *s - *m * *m;                                           \
        }                                                                                          \
        return d / (ROOT(below + (T)c->inner) + (T)c->outer);                                      \
    }                                                                                              \
    static T NAME##_adam(const ag__step_constants *c, T d, T *m, T *s, T *most)                    \
    {                                                                                              \
        *m = (T)c->first * *m + (T)c->first_taken * d;                                             \
        *s = (T)c->second * *s + (T)c->second_taken * (d * d);                                     \
        T v = *s;                                                                                  \
        if (most != NULL) {                                                                        \
            *most = *s > *most || isnan(*s) ? *s : *most;                                          \
            v = *most;                                                                             \
        }                                                                                          \
        return *m / (ROOT(v + (T)c->inner) * (T)c->scale + (T)c->outer);                           \
    }                                                                                              \
    static T NAME##_adadelta(const ag__step_constants *c, T d, T *s, T *t)                         \
    {                                                                                              \
        *s = (T)c->second * *s + (T)c->second_taken * (d * d);                                     \
        T u = ROOT(*t + (T)c->inner) / ROOT(*s + (T)c->inner) * d;                                 \
        *t = (T)c->second * *t + (T)c->second_taken * (u * u);                                     \
        return u;                                                                                  \
    }                                                                                              \
    static T NAME##_rprop(const ag__step_constants *c, T d, T *old, T *step)                       \
    {                                                                                              \
        T sign = isnan(d) ? d : (T)((d > 0) - (d < 0)), was = *step == 0 ? (T)c->start : *step;    \
        T move = sign * was;                                                                       \
        *step = was;                                                                               \
        if (*old * sign < 0) {                                                                     \
            move = -((T)c->back * (*old * was));                                                   \
            *step = was * (T)c->shrink > (T)c->lowest ? was * (T)c->shrink : (T)c->lowest;         \
            sign = 0;                                                                              \
        } else if (*old * sign > 0) {                                                              \
            *step = was * (T)c->grow < (T)c->highest ? was * (T)c->grow : (T)c->highest;           \
            move = sign * *step;                                                                   \
        }                                                                                          \
        *old = sign;                                                                               \
        return move;                                                                               \
    }                                                                                              \
    static void NAME(ag__step_kind kind, const ag__step_constants *c, T *const x[AG__STEP_ARRAYS]) \
    {                                                                                              \
        T *p = x[0], *g = x[1], *v = x[2], rate = (T)c->rate, keep = (T)c->keep;                   \
        const T d = c->decay != 0 ? *g + (T)c->decay * *p : *g, most = rate;                       \
        switch (kind) {                                                                            \
        case AG__STEP_momentum:                                                                    \
            *v = (T)c->first * *v + (T)c->first_taken * d;                                         \
            *p = keep * *p - rate * *v;                                                            \
            break;                                                                                 \
        case AG__STEP_nesterov:                                                                    \
            *v = (T)c->first * *v + (T)c->first_taken * d;                                         \
            *p = keep * *p - rate * ((T)c->first_taken * d + (T)c->first * *v);                    \
            break;                                                                                 \
        case AG__STEP_rms_momentum:                                                                \
        case AG__STEP_centered_momentum: {                                                         \
            T *u = kind == AG__STEP_rms_momentum ? x[3] : x[4];                                    \
            *u = (T)c->first * *u + (T)c->first_taken * NAME##_rms(kind, c, d, v, x[3]);           \
            *p = keep * *p - rate * *u;                                                            \
            break;                                                                                 \
        }                                                                                          \
        case AG__STEP_average:                                                                     \
            *p = keep * *p + rate * *v;                                                            \
            break;                                                                                 \
        case AG__STEP_scale:                                                                       \
            *g *= rate;                                                                            \
            break;                                                                                 \
        case AG__STEP_clamp:                                                                       \
            *g = *g > most ? most : *g < -most ? -most : *g;                                       \
            break;                                                                                 \
        case AG__STEP_rprop:                                                                       \
            *p = keep * *p - NAME##_rprop(c, d, v, x[3]);                                          \
            break;                                                                                 \
        case AG__STEP_adam:                                                                        \
            *p = keep * *p - rate * NAME##_adam(c, d, v, x[3], NULL);                              \
            break;                                                                                 \
        case AG__STEP_amsgrad:                                                                     \
            *p = keep * *p - rate * NAME##_adam(c, d, v, x[3], x[4]);                              \
            break;                                                                                 \
        case AG__STEP_adadelta:                                                                    \
            *p = keep * *p - rate * NAME##_adadelta(c, d, v, x[3]);                                \
            break;                                                                                 \
        default:                                                                                   \
            *p = keep * *p -                                                                       \
                 rate * (kind == AG__STEP_descent ? d : NAME##_rms(kind, c, d, v, x[3]));          \
        }                                                                                          \
    }
PLAIN(double, sqrt, plain_f64)
PLAIN(float, sqrtf, plain_f32)

/* Arrays of numbers between -2 and 2, states not negative (of rprop a sign and a step), with what
 * is not a number in every fifth place of values or gradients. */
static double number(ag__step_kind kind, int array, int i)
{
    static const double odd[] = {(double)NAN, (double)INFINITY, -(double)INFINITY, 0.0, -0.0};
    double x = sin(3 * array + 7 * i) * 2;
    if (i % 5 == array) {
        return array >= 2 ? 0 : odd[i / 5 % 5];
    }
    if (kind == AG__STEP_rprop && array == 2) {
        return i % 3 - 1;
    }
    return array >= 2 ? x * x : x;
}

#define SAME(T, NAME, PLAIN_STEP, DTYPE)                                                           \
    static void NAME(const ag__kernels *set, ag__step_kind kind, const ag__step_constants *c,      \
                     int at, int n)                                                                \
    {                                                                                              \
        T have[AG__STEP_ARRAYS][ROOM], want[AG__STEP_ARRAYS][ROOM], *one[AG__STEP_ARRAYS];         \
        void *array[AG__STEP_ARRAYS];                                                              \
        for (int a = 0; a < AG__STEP_ARRAYS; a++) {                                                \
            for (int i = 0; i < ROOM; i++) {                                                       \
                have[a][i] = want[a][i] = (T)number(kind, a, i);                                   \
            }                                                                                      \
            array[a] = have[a] + at;                                                               \
        }                                                                                          \
        for (int i = at; i < at + n; i++) {                                                        \
            for (int a = 0; a < AG__STEP_ARRAYS; a++) {                                            \
                one[a] = &want[a][i];                                                              \
            }                                                                                      \
            PLAIN_STEP(kind, c, one);                                                              \
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

static const ag__step_constants constants[] = {
    {.rate = 0.1,
     .keep = 1,
     .first = 0.9,
     .first_taken = 1,
     .second = 0.99,
     .second_taken = 0.01,
     .scale = 1.25,
     .outer = 1e-8,
     .start = 0.1,
     .shrink = 0.5,
     .grow = 1.2,
     .lowest = 1e-6,
     .highest = 0.5,
     .back = 1},
    {.rate = 1,
     .decay = 0.05,
     .keep = 0.999,
     .first = 0.8,
     .first_taken = 0.1,
     .second = 0.9,
     .second_taken = 0.1,
     .scale = 1,
     .inner = 1e-3,
     .start = 0.3,
     .shrink = 0.4,
     .grow = 1.5,
     .lowest = 0.5,
     .highest = 2},
};

START_TEST(test_sets)
{
    bool runs;
    const ag__kernels *set;
    for (int i = 0; (set = ag__kernels_at(i, &runs)) != NULL; i++) {
        for (int k = 0; runs && k < AG__STEP_KINDS_COUNT * 2; k++) {
            for (int n = 0; n <= N; n++) {
                same_f64(set, (ag__step_kind)(k / 2), &constants[k % 2], n % 5, n);
                same_f32(set, (ag__step_kind)(k / 2), &constants[k % 2], n % 7, n);
            }
        }
    }
}
END_TEST

/* Every set gives the same sum, that of sixteen running sums joined in halves. */
START_TEST(test_squares)
{
    bool runs;
    const ag__kernels *set, *first = ag__kernels_at(0, &runs);
    double x[N];
    float y[N];
    for (int i = 0; i < N; i++) {
        x[i] = sin(i) * 3;
        y[i] = (float)x[i];
    }
    for (int i = 0; (set = ag__kernels_at(i, &runs)) != NULL; i++) {
        for (int n = 0; runs && n <= N; n++) {
            double exact = 0, sum = set->steps->squares[0](n, x, 2);
            for (int k = 0; k < n; k++) {
                exact += 4 * x[k] * x[k];
            }
            ck_assert(fabs(sum - exact) <= 1e-13 * exact);
            ck_assert_double_eq(sum, first->steps->squares[0](n, x, 2));
            ck_assert_double_eq(set->steps->squares[1](n, y, 0.5),
                                first->steps->squares[1](n, y, 0.5));
            ck_assert(set->steps->largest[1](n, y) <= 3);
        }
        x[N / 2] = -7;
        ck_assert_double_eq(set->steps->largest[0](N, x), 7);
        x[3] = (double)NAN;
        ck_assert_double_nan(set->steps->largest[0](N, x));
        x[3] = sin(3) * 3;
    }
}
END_TEST

CHECK_MAIN("step kernels", test_sets, test_squares)
