/* The diagnosis of a tensor's elements, for which mistakes are planted in a layer of random numbers,
 * L = mean((x W + b)^2) + sum(tanh(x W + b)), x and W square. The test makes them itself, by hand: where
 * one cause is named, it must be the planted one.
 */
#include "tests/viz/text.h"

#include <autograd/viz_teach.h>

#include "check_main.h"
#include "viz/record/blanks.h"

enum { N = 3 };

static ag_graph *g;
static ag_tensor *x, *w, *b, *z, *s, *h, *mean, *t, *sum, *root;
static double X[N][N], W[N][N], Z[N][N], S[N][N], U[N][N], V[N][N]; /* U, V: the terms of dL/ds */
static const viz_options options = {.sheet = VIZ_KEY};
static viz__record record;

static void draw(double m[N][N])
{
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < N; k++) {
            m[i][k] = 4 * ag_random_uniform(g) - 2;
        }
    }
}

static void make(uint64_t seed)
{
    double bias[N][N];
    g = ag_graph_new();
    ag_seed(g, seed);
    draw(X);
    draw(W);
    draw(bias);
    x = ag_name(ag_from_values(g, AG_VARIABLE, AG_SHAPE(N, N), X[0]), "x");
    w = ag_name(ag_from_values(g, AG_PARAMETER, AG_SHAPE(N, N), W[0]), "W");
    b = ag_name(ag_from_values(g, AG_PARAMETER, AG_SHAPE(N), bias[0]), "b");
    ag_retain_grads(g, true);
    s = ag_add(z = ag_matmul(x, w), b);
    mean = ag_mean(h = ag_square(s));
    sum = ag_sum(t = ag_tanh(s));
    root = ag_add(mean, sum);
    ck_assert_int_eq(ag_backward(root), AG_OK);
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < N; k++) {
            Z[i][k] = 0;
            for (int j = 0; j < N; j++) {
                Z[i][k] += X[i][j] * W[j][k];
            }
            S[i][k] = Z[i][k] + bias[0][k];
            U[i][k] = 2 * S[i][k] / (N * N);
            V[i][k] = 1 - tanh(S[i][k]) * tanh(S[i][k]);
        }
    }
    ck_assert_int_eq(viz__record_new(&record, root, &options), AG_OK);
    ck_assert_int_eq(viz__blanks_new(&record), AG_OK);
}

static void drop(void)
{
    viz__record_free(&record);
    ag_graph_free(g);
}

typedef struct tally {
    size_t planted, one, two, unclear, right;
    size_t named[VIZ_MISTAKE_COUNT]; /* as the one cause */
} tally;

static void plant(tally *c, viz__asked asked, const ag_tensor *node, int at, double value,
                  viz_mistake mistake)
{
    char text[60];
    viz_answer a[1];
    viz_diagnosis d;
    size_t n, blank = viz__blank_number(&record, asked, viz__step_of(&record, node), (size_t)at);
    ck_assert_uint_gt(blank, 0);
    snprintf(text, sizeof text, "(%zu) %.3e", blank, value);
    ck_assert_int_eq(viz_read_answers(text, strlen(text), a, 1, &n), AG_OK);
    ck_assert_int_eq(viz_diagnose(root, NULL, a, 1, &d), AG_OK);
    c->planted++;
    c->right += d.verdict == VIZ_CORRECT;
    c->one += d.verdict == VIZ_ONE_CAUSE;
    c->two += d.verdict == VIZ_TWO_CAUSES;
    c->unclear += d.verdict == VIZ_UNCLEAR;
    c->named[mistake] += d.verdict == VIZ_ONE_CAUSE;
    bool says = d.verdict == VIZ_ONE_CAUSE || d.verdict == VIZ_TWO_CAUSES;
    bool named = d.cause[0] == mistake || (d.verdict == VIZ_TWO_CAUSES && d.cause[1] == mistake);
    ck_assert_msg(!says || named, "%s, planted \"%s\", named \"%s\"", text,
                  viz_mistake_text(mistake), viz_mistake_text(d.cause[0]));
}

static void plant_values(tally *c)
{
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < N; k++) {
            double turned_w = 0, turned_x = 0, swapped = 0;
            for (int j = 0; j < N; j++) {
                turned_w += X[i][j] * W[k][j];
                turned_x += X[j][i] * W[j][k];
                swapped += W[i][j] * X[j][k];
            }
            int at = N * i + k;
            plant(c, VIZ__VALUE, z, at, turned_w, VIZ_MISTAKE_TRANSPOSED);
            plant(c, VIZ__VALUE, z, at, turned_x, VIZ_MISTAKE_TRANSPOSED);
            plant(c, VIZ__VALUE, z, at, Z[k][i], VIZ_MISTAKE_TRANSPOSED);
            plant(c, VIZ__VALUE, z, at, swapped, VIZ_MISTAKE_SWAPPED);
            plant(c, VIZ__VALUE, z, at, -Z[i][k], VIZ_MISTAKE_SIGN);
            plant(c, VIZ__VALUE, t, at, S[i][k], VIZ_MISTAKE_NOT_APPLIED);
        }
    }
    plant(c, VIZ__VALUE, mean, 0, ag_item(mean) * N * N, VIZ_MISTAKE_SUMMANDS);
    plant(c, VIZ__VALUE, sum, 0, ag_item(sum) / (N * N), VIZ_MISTAKE_SUMMANDS);
}

/* Of s, which the square and tanh read. */
static void plant_paths(tally *c)
{
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < N; k++) {
            double u = U[i][k], v = V[i][k], value = S[i][k], upstream = 1.0 / (N * N);
            int at = N * i + k;
            plant(c, VIZ__GRADIENT, s, at, -u - v, VIZ_MISTAKE_SIGN);
            plant(c, VIZ__GRADIENT, s, at, u, VIZ_MISTAKE_PATH);
            plant(c, VIZ__GRADIENT, s, at, v, VIZ_MISTAKE_PATH);
            plant(c, VIZ__GRADIENT, s, at, u - v, VIZ_MISTAKE_TERM_SIGN);
            plant(c, VIZ__GRADIENT, s, at, u / 2 + v, VIZ_MISTAKE_FACTOR);
            plant(c, VIZ__GRADIENT, s, at, upstream + v, VIZ_MISTAKE_NO_PARTIAL);
            plant(c, VIZ__GRADIENT, s, at, u + 1, VIZ_MISTAKE_NO_PARTIAL);
            plant(c, VIZ__GRADIENT, s, at, 2 * value + v, VIZ_MISTAKE_NO_UPSTREAM);
            plant(c, VIZ__GRADIENT, s, at, 2 * value + upstream + v, VIZ_MISTAKE_ADDED);
            plant(c, VIZ__GRADIENT, s, at, value * value * upstream + v, VIZ_MISTAKE_VALUE);
            plant(c, VIZ__GRADIENT, s, at, u + tanh(value), VIZ_MISTAKE_VALUE);
            plant(c, VIZ__GRADIENT, s, at, u + value, VIZ_MISTAKE_OPERAND);
        }
    }
}

static void plant_sums(tally *c)
{
    for (int i = 0; i < N; i++) {
        double whole = 0;
        for (int row = 0; row < N; row++) {
            whole += U[row][i] + V[row][i];
            plant(c, VIZ__GRADIENT, b, i, U[row][i] + V[row][i], VIZ_MISTAKE_NO_SUM);
        }
        plant(c, VIZ__GRADIENT, b, i, whole / N, VIZ_MISTAKE_SUMMANDS);
        plant(c, VIZ__GRADIENT, b, i, N, VIZ_MISTAKE_NO_UPSTREAM);
    }
    plant(c, VIZ__GRADIENT, h, 0, 1, VIZ_MISTAKE_SUMMANDS);
    plant(c, VIZ__GRADIENT, t, 0, 1.0 / (N * N), VIZ_MISTAKE_SUMMANDS);
}

/* dW = x^T G, dx = G W^T */
static void plant_products(tally *c)
{
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < N; k++) {
            double across = 0, turned_x = 0, turned_w = 0, ones = 0;
            int at = N * i + k;
            for (int j = 0; j < N; j++) {
                across += X[j][k] * (U[j][i] + V[j][i]);
                turned_x += X[i][j] * (U[j][k] + V[j][k]);
                turned_w += (U[i][j] + V[i][j]) * W[j][k];
                ones += X[j][i];
                plant(c, VIZ__GRADIENT, w, at, X[j][i] * (U[j][k] + V[j][k]), VIZ_MISTAKE_NO_SUM);
                plant(c, VIZ__GRADIENT, x, at, (U[i][j] + V[i][j]) * W[k][j], VIZ_MISTAKE_NO_SUM);
            }
            plant(c, VIZ__GRADIENT, w, at, across, VIZ_MISTAKE_TRANSPOSED);
            plant(c, VIZ__GRADIENT, w, at, turned_x, VIZ_MISTAKE_TRANSPOSED);
            plant(c, VIZ__GRADIENT, x, at, turned_w, VIZ_MISTAKE_TRANSPOSED);
            plant(c, VIZ__GRADIENT, w, at, ones, VIZ_MISTAKE_NO_UPSTREAM);
        }
    }
}

START_TEST(test_planted_mistakes)
{
    tally c = {0};
    for (uint64_t seed = 1; seed <= (check_small() ? 2 : 12); seed++) {
        make(seed);
        plant_values(&c);
        plant_paths(&c);
        plant_sums(&c);
        plant_products(&c);
        drop();
    }
    printf("of %zu wrong elements of tensors one cause was named for %zu, two for %zu, none for "
           "%zu; %zu equal the right one\n",
           c.planted, c.one, c.two, c.unclear, c.right);
    ck_assert_uint_gt(c.one, c.planted / 2);
    static const viz_mistake each[] = {
        VIZ_MISTAKE_SIGN,   VIZ_MISTAKE_PATH,     VIZ_MISTAKE_TERM_SIGN,   VIZ_MISTAKE_NO_PARTIAL,
        VIZ_MISTAKE_ADDED,  VIZ_MISTAKE_VALUE,    VIZ_MISTAKE_NO_UPSTREAM, VIZ_MISTAKE_TRANSPOSED,
        VIZ_MISTAKE_NO_SUM, VIZ_MISTAKE_SUMMANDS, VIZ_MISTAKE_SWAPPED,     VIZ_MISTAKE_NOT_APPLIED};
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        ck_assert_msg(c.named[each[i]] > 0, "never named: %s", viz_mistake_text(each[i]));
    }
}
END_TEST

/* What nothing else gives: the 3 of d(s^3) = 3 s^2, and an angle in degrees. */
START_TEST(test_factor)
{
    static const double values[] = {0.7, -1.3};
    g = ag_graph_new();
    s = ag_name(ag_from_values(g, AG_PARAMETER, AG_SHAPE(2), values), "s");
    ag_retain_grads(g, true);
    t = ag_sin(s);
    root = ag_sum(ag_pow_scalar(t, 3));
    ck_assert_int_eq(ag_backward(root), AG_OK);
    ck_assert_int_eq(viz__record_new(&record, root, &options), AG_OK);
    ck_assert_int_eq(viz__blanks_new(&record), AG_OK);
    tally c = {0};
    plant(&c, VIZ__GRADIENT, t, 0, sin(0.7) * sin(0.7), VIZ_MISTAKE_FACTOR);
    ck_assert_uint_eq(c.named[VIZ_MISTAKE_FACTOR], 1);
    plant(&c, VIZ__VALUE, t, 1, sin(-1.3 * acos(-1) / 180), VIZ_MISTAKE_DEGREES);
    ck_assert_uint_eq(c.named[VIZ_MISTAKE_DEGREES], 1);
    drop();
}
END_TEST

CHECK_MAIN("mistakes with tensors", test_planted_mistakes, test_factor)
