/* Distorted images. An image whose first channel is x and whose second is y shows where each pixel
 * came from: linear interpolation gives the source itself, so maps and fields are read off the
 * result.
 */
#include "nn/batches/distort.h"

#include "nn/data/sets.h"

enum { SIDE = 41, PIXELS = SIDE * SIDE, MIDDLE = SIDE / 2 };

static ag_graph *g;

/* --- pixels from their sources ---------------------------------------------------------------- */

static void warped(double a, double b, double c, double d, double right, double down,
                   const double *image, int64_t height, int64_t width, const double *want)
{
    double out[64];
    nn__warp w = {{{a, b}, {c, d}}, {right, down}, {NULL, NULL}, -1};
    nn__warp_image(&w, image, 1, height, width, out);
    expect_numbers(HERE, "pixel", out, want, height * width, 1e-12);
}

START_TEST(test_warp)
{
    const double image[] = {1, 2, 3, 4, 5, 6};
    warped(1, 0, 0, 1, 0, 0, image, 2, 3, image);
    warped(1, 0, 0, 1, 1, 0, image, 2, 3, VALUES(2, 3, -1, 5, 6, -1));
    warped(1, 0, 0, 1, 0, -1, image, 2, 3, VALUES(-1, -1, -1, 1, 2, 3));
    warped(1, 0, 0, 1, 0.5, 0, image, 2, 3, VALUES(1.5, 2.5, 1, 4.5, 5.5, 2.5));
    warped(1, 0, 0, 1, 0.25, 0.5, image, 2, 3, VALUES(2.75, 3.75, 3.125, 1.625, 2.125, 1.625));
    warped(-1, 0, 0, 1, 0, 0, image, 2, 3, VALUES(3, 2, 1, 6, 5, 4));
    warped(1, 0, 0, 1, 5, 5, image, 2, 3, VALUES(-1, -1, -1, -1, -1, -1));
    warped(1, 0, 0, 1, NAN, 0, image, 2, 3, VALUES(-1, -1, -1, -1, -1, -1));
    warped(1, 0, 0, 1, 1e300, -1e300, image, 2, 3, VALUES(-1, -1, -1, -1, -1, -1));
    const double square[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    warped(0, 1, -1, 0, 0, 0, square, 3, 3, VALUES(7, 4, 1, 8, 5, 2, 9, 6, 3));
}
END_TEST

/* --- what is drawn ---------------------------------------------------------------------------- */

/* The sources of all pixels, from the middle, in the distortion of (seed, epoch, row). */
static void sources(const nn_distortion *how, int64_t epoch, int64_t row, double *x, double *y)
{
    static const double numbers[2 * PIXELS];
    nn__distorter t;
    ag_mark mark = ag_graph_mark(g);
    nn_data *d = nn_data_from(g, AG_SHAPE(1, 2, SIDE, SIDE), numbers, AG_SCALAR, NULL);
    ck_assert(nn__distorter_open(&t, "test", d, how));
    for (int i = 0; i < PIXELS; i++) {
        t.image[i] = i % SIDE - MIDDLE;
        t.image[PIXELS + i] = i / SIDE - MIDDLE;
    }
    nn__distort(&t, epoch, row);
    memcpy(x, t.result, PIXELS * sizeof *x);
    memcpy(y, t.result + PIXELS, PIXELS * sizeof *y);
    expect_ok(ag_graph_rewind(g, mark));
}

/* source = m (x,y) + shift, read off three pixels near the middle. */
typedef struct linear {
    double m[2][2], shift[2];
} linear;

static linear map_of(const nn_distortion *how, int64_t row)
{
    static double s[2][PIXELS];
    linear l;
    sources(how, 1, row, s[0], s[1]);
    int middle = MIDDLE * SIDE + MIDDLE;
    for (int i = 0; i < 2; i++) {
        l.shift[i] = s[i][middle];
        l.m[i][0] = s[i][middle + 1] - s[i][middle];
        l.m[i][1] = s[i][middle + SIDE] - s[i][middle];
    }
    return l;
}

static void is_map(const linear *l, double a, double b, double c, double d)
{
    expect_near(l->m[0][0], a, 1e-9);
    expect_near(l->m[0][1], b, 1e-9);
    expect_near(l->m[1][0], c, 1e-9);
    expect_near(l->m[1][1], d, 1e-9);
}

/* Evenly within its range: of 400, the extremes near the ends and the mean near the middle. */
static void evenly(double low, double high, double sum, double from, double to)
{
    double width = to - from;
    ck_assert_msg(low >= from - 1e-9 && low < from + 0.03 * width, "low %g", low);
    ck_assert_msg(high <= to + 1e-9 && high > to - 0.03 * width, "high %g", high);
    expect_near(sum / 400, (from + to) / 2, 0.06 * width);
}

typedef double reader(const linear *l);

static double angle(const linear *l)
{
    is_map(l, cos(asin(l->m[1][0])), -l->m[1][0], l->m[1][0], cos(asin(l->m[1][0])));
    return asin(l->m[1][0]) * 180 / 3.14159265358979323846;
}
static double right(const linear *l)
{
    is_map(l, 1, 0, 0, 1);
    return -l->shift[0];
}
static double down(const linear *l)
{
    return -l->shift[1];
}
static double log_scale(const linear *l)
{
    is_map(l, l->m[0][0], 0, 0, l->m[0][0]);
    return -log(l->m[0][0]);
}
static double lean(const linear *l)
{
    is_map(l, 1, l->m[0][1], 0, 1);
    return atan(l->m[0][1]) * 180 / 3.14159265358979323846;
}

static void spread(nn_distortion how, reader *read, double most)
{
    double low = INFINITY, high = -INFINITY, sum = 0;
    for (int64_t row = 0; row < 400; row++) {
        linear l = map_of(&how, row);
        double v = read(&l);
        low = fmin(low, v);
        high = fmax(high, v);
        sum += v;
    }
    evenly(low, high, sum, -most, most);
}

START_TEST(test_maps)
{
    g = ag_graph_new();
    spread((nn_distortion){.rotate = 30}, angle, 30);
    spread((nn_distortion){.translate = 3}, right, 3);
    spread((nn_distortion){.translate = 3}, down, 3);
    spread((nn_distortion){.scale = 0.25}, log_scale, log(1.25));
    spread((nn_distortion){.skew = 20}, lean, 20);
    linear none = map_of(&(nn_distortion){.seed = 1}, 0);
    is_map(&none, 1, 0, 0, 1);
    ck_assert(none.shift[0] == 0 && none.shift[1] == 0);
    int mirrored = 0, flipped = 0;
    for (int64_t row = 0; row < 400; row++) {
        linear l = map_of(&(nn_distortion){.mirror = 0.5, .flip = 0.1}, row);
        is_map(&l, l.m[0][0] < 0 ? -1 : 1, 0, 0, l.m[1][1] < 0 ? -1 : 1);
        mirrored += l.m[0][0] < 0;
        flipped += l.m[1][1] < 0;
    }
    ck_assert_msg(mirrored > 160 && mirrored < 240 && flipped > 20 && flipped < 65, "%d %d",
                  mirrored, flipped);
    linear both = map_of(&(nn_distortion){.mirror = 1, .flip = 1}, 0);
    is_map(&both, -1, 0, 0, -1);
    /* An option does not change what another one draws. */
    linear alone = map_of(&(nn_distortion){.rotate = 30}, 7);
    linear more = map_of(&(nn_distortion){.rotate = 30, .translate = 2, .noise = 0}, 7);
    is_map(&more, alone.m[0][0], alone.m[0][1], alone.m[1][0], alone.m[1][1]);
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* Moved, then turned about the middle of the result: all options together are the product of their
 * maps. */
START_TEST(test_product)
{
    g = ag_graph_new();
    nn_distortion all = {.rotate = 20, .translate = 2, .scale = 0.2, .skew = 10};
    for (int64_t row = 0; row < 20; row++) {
        linear l = map_of(&all, row), turn = map_of(&(nn_distortion){.rotate = 20}, row);
        linear scale = map_of(&(nn_distortion){.scale = 0.2}, row);
        linear skew = map_of(&(nn_distortion){.skew = 10}, row);
        linear move = map_of(&(nn_distortion){.translate = 2}, row);
        double m[2][2];
        for (int i = 0; i < 2; i++) { /* skew (scale turn): what was done last is undone first */
            for (int j = 0; j < 2; j++) {
                m[i][j] =
                    scale.m[0][0] * (skew.m[i][0] * turn.m[0][j] + skew.m[i][1] * turn.m[1][j]);
            }
        }
        is_map(&l, m[0][0], m[0][1], m[1][0], m[1][1]);
        for (int i = 0; i < 2; i++) {
            expect_near(l.shift[i], m[i][0] * move.shift[0] + m[i][1] * move.shift[1], 1e-9);
        }
    }
    ag_graph_free(g);
}
END_TEST

/* The field's deviation is alpha sqrt(1/3)/(2 sqrt(pi) sigma), its correlation between neighbors
 * exp(-1/(4 sigma^2)): those of white noise smoothed by a Gaussian. */
START_TEST(test_elastic)
{
    g = ag_graph_new();
    static double x[PIXELS], y[PIXELS];
    const double alpha = 20, sigma = 3, pi = 3.14159265358979323846;
    double square = 0, product = 0, sum = 0, cross = 0;
    int64_t n = 0;
    for (int64_t row = 0; row < 300; row++) {
        sources(&(nn_distortion){.elastic = alpha, .smooth = sigma}, 1, row, x, y);
        for (int i = MIDDLE - 8; i <= MIDDLE + 8; i++) { /* far from the border */
            int at = i * SIDE + MIDDLE;
            double here = x[at] - (at % SIDE - MIDDLE),
                   beside = x[at + 1] - (at % SIDE + 1 - MIDDLE);
            square += here * here;
            product += here * beside;
            sum += here;
            cross += here * (y[at] - (at / SIDE - MIDDLE));
            n++;
        }
    }
    double variance = alpha * alpha / 3 / (4 * pi * sigma * sigma);
    expect_near(square / (double)n, variance, 0.15 * variance);
    expect_near(product / square, exp(-1 / (4 * sigma * sigma)), 0.004);
    expect_near(sum / (double)n, 0, 0.15);
    expect_near(cross / square, 0, 0.15);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_noise)
{
    g = ag_graph_new();
    static double x[PIXELS], y[PIXELS];
    double square = 0, sum = 0, beyond = 0;
    sources(&(nn_distortion){.noise = 0.5}, 1, 2, x, y);
    for (int i = 0; i < PIXELS; i++) {
        double e = x[i] - (i % SIDE - MIDDLE);
        square += e * e;
        sum += e;
        beyond += fabs(e) > 0.98;
    }
    expect_near(square / PIXELS, 0.25, 0.02);
    expect_near(sum / PIXELS, 0, 0.04);
    expect_near(beyond / PIXELS, 0.05, 0.015);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("distort", test_warp, test_maps, test_product, test_elastic, test_noise)
