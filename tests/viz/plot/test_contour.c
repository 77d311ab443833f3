/* Lines of equal height: the area they enclose, how many there are, that they close, and points
 * without a number.
 */
#include "tests/viz/text.h"

#include <math.h>

#include "check_main.h"
#include "viz/plot/plot.h"

#define N 81

static double grid[N * N];

static double get(const viz__field *f, size_t column, size_t row)
{
    return grid[row * f->columns + column];
}

static viz__field field_of(ag_graph *g)
{
    return (viz__field){.graph = g, .columns = N, .rows = N, .get = get};
}

/* Fills the grid with a function of x and y from -2 to 2. */
static void fill(double (*f)(double x, double y))
{
    for (int row = 0; row < N; row++) {
        for (int column = 0; column < N; column++) {
            grid[row * N + column] = f(4.0 * column / (N - 1) - 2, 4.0 * row / (N - 1) - 2);
        }
    }
}

typedef struct rings {
    int n, points, edges;
    double area; /* of all rings, by the formula of the trapezoid, without sign */
    double x0, y0, x, y, sum;
    double largest_step;
} rings;

static void close_ring(rings *r)
{
    r->sum += r->x * r->y0 - r->x0 * r->y;
    r->area += fabs(r->sum) / 2;
    r->largest_step = fmax(r->largest_step, hypot(r->x - r->x0, r->y - r->y0));
    r->sum = 0;
}

static void take(void *user, double column, double row, bool edge, bool begin)
{
    rings *r = user;
    double x = column / (N - 1) * 4, y = row / (N - 1) * 4;
    if (begin) {
        if (r->n > 0) {
            close_ring(r);
        }
        r->n++;
        r->x0 = x;
        r->y0 = y;
    } else {
        r->sum += r->x * y - x * r->y;
        r->largest_step = fmax(r->largest_step, hypot(r->x - x, r->y - y));
    }
    r->x = x;
    r->y = y;
    r->points++;
    r->edges += edge;
}

static rings traced(double level)
{
    ag_graph *g = ag_graph_new();
    viz__field f = field_of(g);
    rings r = {.n = 0};
    ck_assert_int_eq(viz__contour(&f, level, take, &r), AG_OK);
    if (r.n > 0) {
        close_ring(&r);
    }
    ag_graph_free(g);
    return r;
}

static double cone(double x, double y)
{
    return 1 - hypot(x, y);
}

static double two_bumps(double x, double y)
{
    return exp(-8 * (pow(x - 1, 2) + y * y)) + exp(-8 * (pow(x + 1, 2) + y * y));
}

static double saddle(double x, double y)
{
    return x * y;
}

static double checkers(double x, double y)
{
    long column = lround((x + 2) / 4 * (N - 1)), row = lround((y + 2) / 4 * (N - 1));
    return (column + row) % 2 == 0 ? 1 : 0;
}

static double plane(double x, double y)
{
    return x + 0 * y;
}

START_TEST(test_circle)
{
    fill(cone);
    rings r = traced(0);
    ck_assert_int_eq(r.n, 1);
    ck_assert_int_eq(r.edges, 0);
    ck_assert_double_eq_tol(r.area, 3.14159265, 0.005);
    ck_assert_double_lt(r.largest_step, 4.0 / (N - 1) * 1.5);
}
END_TEST

START_TEST(test_two)
{
    fill(two_bumps);
    rings r = traced(0.5);
    ck_assert_int_eq(r.n, 2);
    ck_assert_double_eq_tol(r.area, 2 * 3.14159265 * log(2) / 8, 0.01);
    ck_assert_int_eq(traced(2).n, 0);
}
END_TEST

/* All of it, and half of it: rings run along the outline. */
START_TEST(test_outline)
{
    fill(plane);
    rings r = traced(-10);
    ck_assert_int_eq(r.n, 1);
    ck_assert_int_eq(r.edges, r.points);
    ck_assert_double_eq_tol(r.area, 16, 1e-9);
    r = traced(0.013);
    ck_assert_double_eq_tol(r.area, 4 * (2 - 0.013), 1e-9);
    ck_assert_int_lt(r.edges, r.points);
}
END_TEST

/* Corners that alternate: each cell is met twice, and the area is that of the parts. */
START_TEST(test_saddles)
{
    fill(saddle);
    rings r = traced(0.001);
    ck_assert_double_eq_tol(r.area, 8, 0.1);
    fill(checkers);
    r = traced(0.5);
    ck_assert_int_ge(r.n, 1);
    ck_assert_double_lt(r.largest_step, 4.0 / (N - 1) * 1.5);
}
END_TEST

START_TEST(test_nan)
{
    fill(plane);
    for (int row = 30; row < 50; row++) {
        for (int column = 30; column < 50; column++) {
            grid[row * N + column] = NAN;
        }
    }
    rings r = traced(-10);
    ck_assert_int_eq(r.n, 2);                               /* the outline and that of the hole */
    double hole = (21.0 * 21 - 2) * 16 / (N - 1) / (N - 1); /* its corners are cut */
    ck_assert_double_eq_tol(r.area, 16 + hole, 1e-9);       /* both without sign */
}
END_TEST

CHECK_MAIN("contour", test_circle, test_two, test_outline, test_saddles, test_nan)
