/* Networks as pictures, on random ones of up to four layers: every weight that is drawn stands on
 * its own edge, and none lies over another or over a unit, as computed here from the SVG alone.
 */
#include "tests/viz/text.h"

#include <math.h>

#include "check_main.h"
#include "viz/plot/plot.h"

#define MOST 200

static uint64_t state = 5;
static double uniform(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) / 9007199254740992.0;
}

static char *drawn(const viz_network *net)
{
    ag_graph *g = ag_graph_new();
    viz__out out = viz__to_text(g);
    viz_options none = {.digits = 0};
    viz__chart_svg(&out, &viz__network_kind, net, &none);
    ck_assert_int_eq(out.status, AG_OK);
    char *text = strdup(viz__text(&out));
    viz__out_free(&out);
    ag_graph_free(g);
    return text;
}

/* The rectangle of a number, turned around its middle. */
typedef struct label {
    double x, y, turn, width;
} label;

/* The point a share of the way along both sides of the rectangle. */
static void corner(const label *l, double across, double up, double *x, double *y)
{
    double u = (across - 0.5) * l->width, v = (up - 0.5) * 11;
    *x = l->x + u * cos(l->turn) - v * sin(l->turn);
    *y = l->y + u * sin(l->turn) + v * cos(l->turn);
}

static bool holds(const label *l, double x, double y)
{
    double dx = x - l->x, dy = y - l->y;
    return fabs(dx * cos(l->turn) + dy * sin(l->turn)) < l->width / 2 &&
           fabs(dy * cos(l->turn) - dx * sin(l->turn)) < 5.5;
}

/* Points all over one rectangle are looked for in the other. */
static bool overlap(const label *a, const label *b)
{
    for (int i = 0; i <= 20; i++) {
        for (int k = 0; k <= 6; k++) {
            double x, y;
            corner(a, i / 20.0, k / 6.0, &x, &y);
            if (holds(b, x, y)) {
                return true;
            }
        }
    }
    return false;
}

static size_t read_labels(const char *text, label labels[MOST])
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, "<g transform=\"translate(")) != NULL; at++) {
        label *l = &labels[n++];
        char *end;
        ck_assert_uint_le(n, MOST);
        l->x = strtod(at + 24, &end);
        l->y = strtod(end, NULL);
        l->turn = strtod(strstr(at, "rotate(") + 7, NULL) / 57.29577951308232;
        l->width = strtod(strstr(at, "width=\"") + 7, NULL);
    }
    return n;
}

static void check_units(const char *text, const label *labels, size_t n)
{
    size_t circles = 0;
    for (const char *at = text; (at = strstr(at, "<circle cx=\"")) != NULL; at++) {
        double cx = strtod(at + 12, NULL), cy = strtod(strstr(at, "cy=\"") + 4, NULL);
        double r = strtod(strstr(at, "r=\"") + 3, NULL);
        for (size_t i = 0; i < n; i++) {
            for (int k = 0; k <= 20; k++) {
                double x, y;
                corner(&labels[i], k / 20.0, 0.5, &x, &y);
                ck_assert_double_gt(hypot(x - cx, y - cy), r - 0.5);
            }
        }
        circles++;
    }
    ck_assert_uint_gt(circles, 1);
}

START_TEST(test_no_number_over_another)
{
    static double weight[VIZ_LAYERS][400];
    static label labels[MOST];
    label one = {.width = 20}, near = {.x = 19, .y = 3, .width = 20}, far = {.x = 21, .width = 20};
    ck_assert(overlap(&one, &near) && !overlap(&one, &far)); /* which a fault would show */
    for (int run = 0; run < (check_small() ? 5 : 100); run++) {
        viz_network net = {.layers = 2 + (size_t)(3 * uniform()), .most_labels = 100};
        size_t edges = 0;
        for (size_t k = 0; k < net.layers; k++) {
            net.units[k] = 1 + (size_t)(4 * uniform());
        }
        for (size_t k = 0; k + 1 < net.layers; k++) {
            for (int i = 0; i < 400; i++) {
                weight[k][i] = 20 * (uniform() - 0.5) * uniform();
            }
            net.weight[k] = weight[k];
            net.bias[k] = uniform() < 0.7 ? weight[k] + 200 : NULL;
            edges += (net.units[k] + (net.bias[k] != NULL)) * net.units[k + 1];
        }
        char *text = drawn(&net);
        size_t n = read_labels(text, labels);
        ck_assert_uint_eq(n, edges);
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < i; j++) {
                ck_assert_msg(!overlap(&labels[i], &labels[j]), "run %d", run);
            }
        }
        check_units(text, labels, n);
        free(text);
    }
}
END_TEST

START_TEST(test_large)
{
    viz_network net = {.layers = 3, .units = {784, 100, 10}, .layer_name = {"pixels"}};
    char *text = drawn(&net);
    ck_assert_uint_eq(count(text, "⋮"), 2);
    ck_has(text, ">784 pixels</text>");
    ck_has(text, ">100 units</text>");
    ck_assert_uint_eq(count(text, "<circle"), 6 + 6 + 10);
    free(text);
}
END_TEST

START_TEST(test_signs)
{
    double weight[] = {1.5, -2}, bias[] = {NAN};
    viz_network net = {.layers = 2, .units = {2, 1}, .weight = {weight}, .bias = {bias}};
    char *text = drawn(&net);
    ck_assert_uint_eq(count(text, "stroke-dasharray"), 1); /* the negative one */
    ck_has(text, ">1.5</text>");
    ck_has(text, ">-2</text>");
    ck_has(text, ">nan</text>");
    ck_has(text, "Into unit 0 of layer 1: 1.5 -2, bias nan.");
    free(text);
}
END_TEST

CHECK_MAIN("network", test_no_number_over_another, test_large, test_signs)
