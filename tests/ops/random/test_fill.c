/* Leaves filled with random numbers: the kernels of each instruction set this machine runs, and
 * ag_fill_uniform and ag_fill_normal through the best of them, against the generator one number at
 * a time: uniform numbers bit by bit, normal ones as near as their functions are, and the generator
 * left in the same state. In any number of threads the bits are the same. (Check notes each
 * assertion in a file, so none is made for a number that is right.)
 */
#include <autograd.h>
#include <math.h>

#include "check_main.h"
#include "ops/kernel/kernel_table.h"

enum { MOST = 70003, BLOCKS = 2003 };

typedef struct method {
    bool normal;
    double a, b; /* low and high, or mean and deviation */
} method;

static const method methods[] = {{false, -2, 3.7}, {true, 0.3, 2.5}, {false, -1e300, 1e300},
                                 {true, 0, 1},     {false, 0, 1},    {true, -1e19, 3e19}};
enum { METHODS = sizeof methods / sizeof methods[0] };

static const uint64_t keys[] = {0, 1, 0x9E3779B97F4A7C15u};
static const uint64_t counters[] = {0, 7, 0xFFFFFFF0u, UINT64_MAX - 40};

/* --- what is wanted --------------------------------------------------------------------------- */

/* From numbers u and v in [0,1), v a part of a turn: that many quarters and the rest of one. */
static double normal(double u, double v)
{
    double quarters = floor(4 * v + 0.5);
    long double a = (4 * v - quarters) * 1.570796326794896619231321691639751442L;
    long double c = fmod(quarters, 2) == 1 ? -sinl(a) : cosl(a);
    c = quarters == 2 || quarters == 3 ? -c : c;
    return (double)(sqrtl(-2.0L * logl(1.0L - u)) * c);
}

/* A number, and how far off it may be. */
typedef struct wanted {
    double value, off;
} wanted;

/* Of the kernels the logarithm and the cosine are off by 2 ulp of 2^-52, of the former of which the
 * root leaves half; root and product round by 1/2 each: 4 in all. Then another product, and a
 * sum. */
static wanted want_normal(method m, double z)
{
    double value = m.a + m.b * z;
    return (wanted){value, 0x1p-52 * (4.5 * fabs(m.b * z) + fabs(value))};
}

/* The generator rounds the angle, to 6.3 at most, by 3.3 ulp and multiplies by a root of up to 8.6:
 * where the cosine is small that is more than the rest, 5 beside ours. */
static wanted want_drawn(method m, double z)
{
    wanted w = want_normal(m, z);
    w.off += 0x1p-52 * (3.3 * 8.6 * fabs(m.b) + 5 * fabs(m.b * z));
    return w;
}

static wanted want_next(ag_graph *g, method m)
{
    return m.normal ? want_drawn(m, ag_random_normal(g))
                    : (wanted){m.a + (m.b - m.a) * ag_random_uniform(g), 0};
}

static double rounded(double x, ag_dtype dtype)
{
    if (dtype == AG_I64) {
        return fmin(fmax(trunc(x), -0x1p63), 0x1p63); /* as a double; the most is 2^63 - 1 */
    }
    return dtype == AG_F32 ? (double)(float)x : x;
}

static double element(const void *data, ag_dtype dtype, int64_t i)
{
    return dtype == AG_I64   ? (double)((const int64_t *)data)[i]
           : dtype == AG_F32 ? (double)((const float *)data)[i]
                             : ((const double *)data)[i];
}

/* Rounding keeps the order, so all that lies between the bounds is rounded to between theirs. */
static bool is_wanted(double have, wanted w, ag_dtype dtype)
{
    double low = rounded(w.value - w.off, dtype), high = rounded(w.value + w.off, dtype);
    if (w.off == 0 && dtype != AG_I64) {
        return memcmp(&have, &low, sizeof have) == 0;
    }
    return have >= low && have <= high;
}

/* --- kernels ---------------------------------------------------------------------------------- */

static double first[BLOCKS + 2], second[BLOCKS + 2], out[2 * BLOCKS + 2];

static void check_stream(const ag__kernels *set, uint64_t key, uint64_t counter, int64_t blocks)
{
    ag_graph *g = ag_graph_new();
    ag_random_set_state(g, (ag_random_state){.key = key, .counter = counter, .used = 4});
    first[0] = second[0] = first[blocks + 1] = second[blocks + 1] = -1;
    set->fills->uniforms(key, counter, blocks, first + 1, second + 1);
    for (int64_t i = 1; i <= blocks; i++) {
        double x = ag_random_uniform(g), y = ag_random_uniform(g);
        if (memcmp(&first[i], &x, sizeof x) != 0 || memcmp(&second[i], &y, sizeof y) != 0) {
            ck_abort_msg("%s, key %llx, counter %llx: block %d of %d is %a, %a, not %a, %a",
                         set->name, (unsigned long long)key, (unsigned long long)counter, (int)i,
                         (int)blocks, first[i], second[i], x, y);
        }
    }
    ck_assert(first[0] == -1 && second[0] == -1);
    ck_assert(first[blocks + 1] == -1 && second[blocks + 1] == -1);
    ag_graph_free(g);
}

/* n numbers of the stream from x and y, to memory that is not aligned. */
static void check_numbers(const ag__kernels *set, method m, ag_dtype dtype, int64_t n,
                          const double *x, const double *y)
{
    const ag__fills *fills = set->fills;
    size_t each = ag_dtype_bytes(dtype);
    char *to = (char *)out + each;
    memset(out, 0xEE, sizeof out);
    (m.normal ? fills->normal : fills->uniform)[dtype == AG_F32](n, x, y, m.a,
                                                                 m.normal ? m.b : m.b - m.a, to);
    for (int64_t i = 0; i < n; i++) {
        wanted w = m.normal ? want_normal(m, normal(x[i], y[i]))
                            : (wanted){m.a + (m.b - m.a) * (i % 2 ? y : x)[i / 2], 0};
        double have = element(to, dtype, i);
        if (!is_wanted(have, w, dtype)) {
            ck_abort_msg("%s, %s, number %d of %d is %.17g, not %.17g", set->name,
                         ag_dtype_text(dtype), (int)i, (int)n, have, w.value);
        }
    }
    for (size_t i = 0; i < 8; i++) {
        ck_assert(((unsigned char *)to)[(size_t)n * each + i] == 0xEE);
    }
    ck_assert(((const unsigned char *)out)[each - 1] == 0xEE);
}

static void check_lengths(const ag__kernels *set, method m, int64_t blocks)
{
    int64_t n = m.normal ? blocks : 2 * blocks;
    for (ag_dtype dtype = AG_F64; dtype <= AG_F32; dtype++) {
        check_numbers(set, m, dtype, n, first + 1, second + 1);
        if (n > 0) { /* from the second half of the first block on */
            check_numbers(set, m, dtype, n - 1, second + 1, first + 2);
        }
    }
}

static void check_set(const ag__kernels *set)
{
    for (int k = 0; k < 3 * 4; k++) {
        for (int64_t blocks = 0; blocks < 71; blocks += check_small() ? 7 : 1) {
            check_stream(set, keys[k / 4], counters[k % 4], blocks);
            check_lengths(set, methods[k % METHODS], blocks);
        }
        check_stream(set, keys[k / 4], counters[k % 4], BLOCKS);
        check_lengths(set, methods[k % METHODS], BLOCKS);
    }
}

/* Where the logarithm is 0 and where it is largest, where the cosine changes its sign. */
static void check_ends(const ag__kernels *set)
{
    static const double ends[] = {0, 0x1p-53, 0.25, 0.5, 0.75, 1 - 0x1p-52, 1 - 0x1p-53};
    enum { ENDS = sizeof ends / sizeof ends[0] };
    double x[ENDS * ENDS], y[ENDS * ENDS];
    for (int i = 0; i < ENDS * ENDS; i++) {
        x[i] = ends[i / ENDS];
        y[i] = ends[i % ENDS];
    }
    for (int m = 0; m < METHODS; m++) {
        check_numbers(set, methods[m], AG_F64, ENDS * ENDS, x, y);
        check_numbers(set, methods[m], AG_F32, ENDS * ENDS, x, y);
    }
}

START_TEST(test_sets)
{
    bool runs;
    const ag__kernels *set;
    for (int i = 0; (set = ag__kernels_at(i, &runs)) != NULL; i++) {
        if (runs) {
            check_set(set);
            check_ends(set);
        }
    }
}
END_TEST

/* --- leaves ----------------------------------------------------------------------------------- */

static ag_status fill(ag_tensor *t, method m)
{
    return m.normal ? ag_fill_normal(t, m.a, m.b) : ag_fill_uniform(t, m.a, m.b);
}

static void same_state(const ag_graph *a, const ag_graph *b)
{
    ag_random_state s = ag_random_get_state(a), t = ag_random_get_state(b);
    ck_assert_uint_eq(s.key, t.key);
    ck_assert_uint_eq(s.counter, t.counter);
    ck_assert_int_eq(s.used, t.used);
    ck_assert_mem_eq(s.block, t.block, sizeof s.block);
}

/* Two graphs: numbers are filled in on one, drawn one at a time on the other. */
typedef struct both {
    ag_graph *filled, *plain;
} both;

static both both_new(void)
{
    return (both){ag_graph_new(), ag_graph_new()};
}

static void both_free(both b)
{
    ag_graph_free(b.filled);
    ag_graph_free(b.plain);
}

/* A leaf from a state of the generator on; n = -1 is a 0-d one. */
static void check_fill(both b, method m, ag_dtype dtype, int64_t n, ag_random_state state)
{
    ag_mark mark = ag_graph_mark(b.filled);
    ag_tensor *t = ag_leaf(b.filled, AG_CONSTANT, dtype, n < 0 ? AG_SCALAR : AG_SHAPE(n), NULL);
    ag_random_set_state(b.filled, state);
    ag_random_set_state(b.plain, state);
    ck_assert_int_eq(fill(t, m), AG_OK);
    for (int64_t i = 0; i < ag_size(t); i++) {
        wanted w = want_next(b.plain, m);
        double have = element(ag_data(t), dtype, i);
        if (!is_wanted(have, w, dtype)) {
            ck_abort_msg("%s %s, used %d: number %d of %d is %.17g, not %.17g",
                         m.normal ? "normal" : "uniform", ag_dtype_text(dtype), state.used, (int)i,
                         (int)n, have, w.value);
        }
    }
    same_state(b.filled, b.plain);
    ck_assert_int_eq(ag_graph_rewind(b.filled, mark), AG_OK);
}

/* After 0 to 3 draws, and from states that only a caller can make: a block that is none. */
static ag_random_state state_of(int i)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = 5});
    ag_random_state state = {.key = 9, .counter = counters[i % 4], .block = {1, 2, 3, 4}};
    for (int k = 0; k < i; k++) {
        (void)ag_random_bits(g);
    }
    state.used = i - 6; /* -2 to 5 */
    state = i < 4 ? ag_random_get_state(g) : state;
    ag_graph_free(g);
    return state;
}
enum { STATES = 12 };

START_TEST(test_leaves)
{
    both b = both_new();
    for (int s = 0; s < STATES; s++) {
        ag_random_state state = state_of(s);
        for (int m = 0; m < METHODS; m++) {
            for (ag_dtype dtype = AG_F64; dtype <= AG_I64; dtype++) {
                for (int64_t n = -1; n <= 70; n += check_small() ? 5 : 1) {
                    check_fill(b, methods[m], dtype, n, state);
                }
                check_fill(b, methods[m], dtype, 959 + s, state);
                check_fill(b, methods[m], dtype, 1920 + s, state);
            }
        }
    }
    both_free(b);
}
END_TEST

START_TEST(test_threads)
{
    both b = both_new();
    for (int threads = 1; threads <= 4; threads *= 2) {
        ck_assert_int_eq(ag_set_threads(threads), AG_OK);
        for (int m = 0; m < (check_small() ? 2 : METHODS); m++) {
            for (ag_dtype dtype = AG_F64; dtype <= AG_I64; dtype++) {
                check_fill(b, methods[m], dtype, MOST, state_of(m + threads));
            }
        }
    }
    both_free(b);
}
END_TEST

/* The number of threads changes no bit, of normal numbers either. */
START_TEST(test_same_bits)
{
    static double once[MOST];
    for (int threads = 1; threads <= 4; threads *= 2) {
        ag_graph *g = ag_graph_new();
        ag_tensor *t = ag_leaf(g, AG_CONSTANT, AG_F64, AG_SHAPE(MOST), NULL);
        ck_assert_int_eq(ag_set_threads(threads), AG_OK);
        (void)ag_random_bits(g);
        ck_assert_int_eq(ag_fill_normal(t, 1, 2), AG_OK);
        if (threads == 1) {
            ck_assert_int_eq(ag_get(t, once, MOST), AG_OK);
        }
        ck_assert_mem_eq(ag_data(t), once, sizeof once);
        ag_graph_free(g);
    }
}
END_TEST

/* One fill after another is the same as one of all numbers. */
START_TEST(test_continued)
{
    ag_graph *g = ag_graph_new(), *whole = ag_graph_new();
    ag_tensor *all = ag_leaf(whole, AG_CONSTANT, AG_F64, AG_SHAPE(5000), NULL);
    ck_assert_int_eq(ag_fill_uniform(all, 0, 1), AG_OK);
    int64_t at = 0;
    for (int64_t n = 1; at + n <= 5000; at += n, n += 3) {
        ag_tensor *part = ag_leaf(g, AG_CONSTANT, AG_F64, AG_SHAPE(n), NULL);
        ck_assert_int_eq(ag_fill_uniform(part, 0, 1), AG_OK);
        ck_assert_mem_eq(ag_data(part), (const double *)ag_data(all) + at, (size_t)n * 8);
    }
    ck_assert(at > 4000);
    ag_graph_free(g);
    ag_graph_free(whole);
}
END_TEST

CHECK_MAIN("fill", test_sets, test_leaves, test_threads, test_same_bits, test_continued)
