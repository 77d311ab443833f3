/* The lecture's first example, step by step: the network for
 *
 *     f(x) = sqrt(x^2 + exp(x^2)) + cos(x^2 + exp(x^2))    at x = 2,
 *
 * its values forward and its derivatives backward, printed with the numbers put in, and drawn. The
 * names a ... f are the lecture's.
 * Sources: Deisenroth, Faisal, Ong, Mathematics for Machine Learning (2020), section 5.6; the
 * numbers at x = 2 are those of the lecture notes built on it.
 */
#include "example.h"
#include <math.h>

typedef struct network {
    ag_tensor *x, *a, *b, *c, *d, *e, *f;
} network;

/* One statement per node of the lecture's drawing, in its order. */
static network record(ag_graph *g)
{
    network n = {.x = ag_name(ag_variable(g, 2.0), "x")};
    n.a = ag_name(ag_square(n.x), "a");
    n.b = ag_name(ag_exp(n.a), "b");
    n.c = ag_name(ag_add(n.a, n.b), "c");
    n.d = ag_name(ag_sqrt(n.c), "d");
    n.e = ag_name(ag_cos(n.c), "e");
    n.f = ag_name(ag_add(n.d, n.e), "f");
    return n;
}

/* All the numbers the lecture prints, to half a unit in the last digit it gives. */
static bool as_in_the_lecture(const network *n)
{
    const struct {
        double got, lecture, last_digit;
    } row[] = {{ag_item(n->a), 4, 1e-6},
               {ag_item(n->b), 54.59815, 1e-5},
               {ag_item(n->c), 58.59815, 1e-5},
               {ag_item(n->d), 7.654943, 1e-6},
               {ag_item(n->e), -0.4606132, 1e-7},
               {ag_item(n->f), 7.19433, 1e-5},
               {ag_grad_item(n->c), -0.8222837, 1e-7},
               {ag_grad_item(n->b), -0.8222837, 1e-7},
               {ag_grad_item(n->a), -45.71745, 1e-5},
               {ag_grad_item(n->x), -182.8698, 1e-4}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        if (!(fabs(row[i].got - row[i].lecture) <= 0.5 * row[i].last_digit)) {
            return false;
        }
    }
    return true;
}

/* The ending of each file says how the figure is written: for a page, for LaTeX, for Graphviz,
 * step by step in a browser, as numbers. */
static bool draw(const example *e, const ag_tensor *f)
{
    static const char *const file[] = {"lecture.svg", "lecture.tex", "lecture.dot",
                                       "lecture.stepper.html", "lecture.csv"};
    bool good = true;
    for (int i = 0; i < 5 && good && e->figures != NULL; i++) {
        const char *path = example_figure(e, ag_graph_of(f), file[i]);
        good = viz_save(path, f, &(viz_options){.digits = 7}) == AG_OK;
        if (good) {
            printf("wrote %s\n", path);
        }
    }
    return good;
}

int main(int argc, char **argv)
{
    example e = {"The lecture's first example: its derivative, forward and backward.",
                 .no_seed = true,
                 .draws = "lecture.svg, lecture.tex, lecture.dot, lecture.stepper.html"};
    if (!example_options(&e, argc, argv)) {
        return e.status;
    }
    ag_graph *g = ag_graph_new();
    network n = record(g);
    bool good = ag_backward(n.f) == AG_OK &&
                viz_trace_with(stdout, n.f, &(viz_options){.digits = 7}) == AG_OK && draw(&e, n.f);
    if (good) {
        good = as_in_the_lecture(&n);
        puts(good ? "f(2) = 7.19433 and f'(2) = -182.8698, as in the lecture"
                  : "these are not the lecture's numbers");
    }
    return example_end(g, good);
}
