/* The kernels of windows, those of every instruction set that this machine runs and those of the
 * widest vectors, against the plain loops of their contract; then pooling in threads, and against
 * the definition for every stride, dilation and padding of a few.
 */
#include <autograd.h>
#include <math.h>
#include <string.h>

#include "check_main.h"
#include "ops/kernel/kernel_table.h"

#define AG_SET wide
#define AG_VECTOR_BYTES 64
#include "ops/kernel/simd/pool_kernels.c"

/* Set i: those of the machine, then the wide one; NULL past the last. */
static const ag__window *window_at(int i)
{
    bool runs = false;
    const ag__kernels *set = ag__kernels_at(i, &runs);
    if (set != NULL) {
        return runs ? set->window : ag__kernels_best()->window;
    }
    return i > 0 && ag__kernels_at(i - 1, &runs) != NULL ? &ag__window_wide : NULL;
}

enum { MOST = 70, EVERY = 5, GUARD = 3 };

/* Few different numbers, so that there are ties, and a NaN and an infinity now and then. */
static double number(int i)
{
    int r = i * 37 % 101;
    return r == 7 ? (double)NAN : r == 11 ? (double)INFINITY : r % 9;
}

#define CHECKS(T, S)                                                                               \
    static void largest_##S##_is(const ag__window_##S *set, int n, int every)                      \
    {                                                                                              \
        T x[MOST * EVERY + 4];                                                                     \
        int64_t index[MOST + GUARD];                                                               \
        const int64_t at[] = {1, 0, 3, 4};                                                         \
        const int count = 1 + n % 4;                                                               \
        for (int i = 0; i < MOST * EVERY + 4; i++) {                                               \
            x[i] = (T)number(i + n);                                                               \
        }                                                                                          \
        for (int i = 0; i < MOST + GUARD; i++) {                                                   \
            index[i] = -1;                                                                         \
        }                                                                                          \
        set->largest(n, count, x, at, every, 900, index);                                          \
        for (int i = 0; i < MOST + GUARD; i++) {                                                   \
            int64_t want = at[0] + i * every;                                                      \
            for (int p = 1; i < n && p < count; p++) {                                             \
                int64_t here = at[p] + i * every;                                                  \
                want = x[here] > x[want] || isnan(x[here]) ? here : want;                          \
            }                                                                                      \
            want = i < n ? 900 + want : -1;                                                        \
            ck_assert_msg(index[i] == want, "largest of %d, every %d: %d is at %d, not %d", n,     \
                          every, i, (int)index[i], (int)want);                                     \
        }                                                                                          \
    }                                                                                              \
    static void sums_##S##_are(const ag__window_##S *set, int n, int every)                        \
    {                                                                                              \
        T x[MOST * EVERY], near[MOST + GUARD], far[MOST * EVERY];                                  \
        for (int i = 0; i < MOST * EVERY; i++) {                                                   \
            x[i] = (T)(i * 13 % 31);                                                               \
            far[i] = (T)(i % 17);                                                                  \
        }                                                                                          \
        for (int i = 0; i < MOST + GUARD; i++) {                                                   \
            near[i] = (T)(i % 7);                                                                  \
        }                                                                                          \
        set->gain(n, x, every, near);                                                              \
        set->spread(n, x, far, every);                                                             \
        for (int i = 0; i < MOST + GUARD; i++) {                                                   \
            T add = i < n ? x[i * every] : 0;                                                      \
            ck_assert_msg(near[i] == (T)(i % 7) + add, "gain of %d, every %d: %d", n, every, i);   \
        }                                                                                          \
        for (int i = 0; i < MOST * EVERY; i++) {                                                   \
            T add = i % every == 0 && i / every < n ? x[i / every] : 0;                            \
            ck_assert_msg(far[i] == (T)(i % 17) + add, "spread of %d, every %d: %d", n, every, i); \
        }                                                                                          \
    }
CHECKS(double, f64)
CHECKS(float, f32)

START_TEST(test_kernels)
{
    for (int i = 0; window_at(i) != NULL; i++) {
        for (int n = 0; n <= MOST; n++) {
            for (int every = 1; every <= EVERY; every++) {
                largest_f64_is(&window_at(i)->f64, n, every);
                largest_f32_is(&window_at(i)->f32, n, every);
                sums_f64_are(&window_at(i)->f64, n, every);
                sums_f32_are(&window_at(i)->f32, n, every);
            }
        }
    }
}
END_TEST

/* --- against the definition ------------------------------------------------------------------- */

enum { PLANES = 2, HEIGHT = 7, WIDTH = 23, ALL = PLANES * HEIGHT * WIDTH };

static double at(const double *x, int plane, int i, int j)
{
    bool inside = i >= 0 && i < HEIGHT && j >= 0 && j < WIDTH;
    return inside ? x[(plane * HEIGHT + i) * WIDTH + j] : -(double)INFINITY;
}

/* Of one window: its largest, or its sum. */
static double window(const double *x, const ag_pool_options *o, int plane, int i, int j, bool mean)
{
    double best = -(double)INFINITY, sum = 0;
    for (int a = 0; a < o->kernel[0]; a++) {
        for (int b = 0; b < o->kernel[1]; b++) {
            double v = at(x, plane, (int)(i * o->stride[0] + a * o->dilation[0] - o->padding[0]),
                          (int)(j * o->stride[1] + b * o->dilation[1] - o->padding[1]));
            best = v > best ? v : best;
            sum += isinf(v) ? 0 : v;
        }
    }
    return mean ? sum / (double)(o->kernel[0] * o->kernel[1]) : best;
}

static void check_pool(ag_dtype dtype, const ag_pool_options *o, bool mean)
{
    ag_graph *g = ag_graph_new();
    double x[ALL], y[ALL];
    for (int i = 0; i < ALL; i++) {
        x[i] = i * 29 % 64 - 32;
    }
    ag_tensor *from =
        ag_cast(ag_from_values(g, AG_CONSTANT, AG_SHAPE(PLANES, HEIGHT, WIDTH), x), dtype);
    ag_tensor *to = mean ? ag_avg_pool2d(from, o) : ag_max_pool2d(from, o, NULL);
    ck_assert_msg(to != NULL, "%s", ag_error_message(g));
    ag_shape s = ag_shape_of(to);
    ck_assert_int_eq(ag_get(ag_cast(to, AG_F64), y, ag_size(to)), AG_OK);
    for (int i = 0; i < ag_size(to); i++) {
        int h = (int)s.dim[1], w = (int)s.dim[2];
        double want = window(x, o, i / (h * w), i / w % h, i % w, mean);
        ck_assert_msg(fabs(y[i] - want) < 1e-5,
                      "kernel %d,%d stride %d padding %d dilation %d: %d is %g, not %g",
                      (int)o->kernel[0], (int)o->kernel[1], (int)o->stride[1], (int)o->padding[1],
                      (int)o->dilation[1], i, y[i], want);
    }
    ag_graph_free(g);
}

START_TEST(test_definition)
{
    for (int k = 1; k <= 3; k++) {
        for (int s = 0; s < 3 * 2 * 2 * 2; s++) {
            int stride = 1 + s % 3, dilation = 1 + s / 3 % 2, pad = s / 6 % 2 && k > 1;
            ag_pool_options o = {.kernel = {3, k},
                                 .stride = {2, stride},
                                 .dilation = {1, dilation},
                                 .padding = {1, pad}};
            check_pool(s / 12 ? AG_F32 : AG_F64, &o, false);
            if (dilation == 1) {
                check_pool(s / 12 ? AG_F32 : AG_F64, &o, true);
            }
        }
    }
}
END_TEST

/* --- in threads ------------------------------------------------------------------------------- */

enum { MANY = 64, SIDE = 24, LARGE = MANY * SIDE * SIDE };

/* Both poolings and both gradients of numbers whose sums are rounded. */
static void pool_all(int threads, float *out)
{
    ck_assert_int_eq(ag_set_threads(threads), AG_OK);
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    ag_seed(g, 5);
    const ag_pool_options o = {.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}};
    for (int mean = 0; mean < 2; mean++) {
        ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(1, MANY, SIDE, SIDE), 0);
        ck_assert_int_eq(ag_fill_normal(x, 0, 1), AG_OK);
        ag_tensor *y = mean ? ag_avg_pool2d(x, &o) : ag_max_pool2d(x, &o, NULL);
        ck_assert_int_eq(ag_backward(ag_sum(ag_mul(y, y))), AG_OK);
        memcpy(out, ag_grad_data(x), LARGE * sizeof(float));
        out += LARGE;
        ck_assert_int_eq(ag_read(y, out, (size_t)ag_size(y) * sizeof(float)), AG_OK);
        out += ag_size(y);
    }
    ag_graph_free(g);
}

START_TEST(test_threads)
{
    static float one[2 * LARGE * 2], other[2 * LARGE * 2];
    pool_all(1, one);
    for (int threads = 2; threads <= 4; threads++) {
        pool_all(threads, other);
        ck_assert_mem_eq(one, other, sizeof one);
    }
}
END_TEST

CHECK_MAIN("windows", test_kernels, test_definition, test_threads)
