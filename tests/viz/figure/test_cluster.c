/* Frames around the nodes of a module: what is in one, that its boxes and inner frames are in it and
 * no others, and that links still run from box to box and through no other; in random scopes, too.
 */
#include "tests/viz/text.h"

#include "check_main.h"
#include "tests/viz/layout/graphs.h"
#include "viz/figure/figure.h"

static ag_tensor *layer(ag_tensor *x, ag_tensor *w, ag_tensor *b)
{
    return ag_tanh(ag_add(ag_matmul(x, w), b));
}

static ag_tensor *parameter(ag_graph *g, const char *name, ag_shape shape)
{
    return ag_name(ag_full(g, AG_PARAMETER, shape, 0.1), name);
}

/* Three layers, the second with a skip over it. */
static ag_tensor *network(ag_graph *g)
{
    ag_tensor *x = ag_name(ag_full(g, AG_CONSTANT, AG_SHAPE(8, 5), 1), "x");
    ag_tensor *w0 = parameter(g, "encoder.0.weight", AG_SHAPE(5, 5));
    ag_tensor *b0 = parameter(g, "encoder.0.bias", AG_SHAPE(5));
    ag_tensor *w1 = parameter(g, "encoder.1.weight", AG_SHAPE(5, 5));
    ag_tensor *b1 = parameter(g, "encoder.1.bias", AG_SHAPE(5));
    ag_tensor *w2 = parameter(g, "head.weight", AG_SHAPE(2, 5));
    ag_tensor *h = layer(x, w0, b0);
    h = ag_add(h, layer(h, w1, b1));
    return ag_name(ag_mean(ag_matmul(h, ag_transpose(w2))), "L");
}

/* One layer used twice, then another one. */
static ag_tensor *shared(ag_graph *g)
{
    ag_tensor *x = ag_name(ag_full(g, AG_CONSTANT, AG_SHAPE(8, 5), 1), "x");
    ag_tensor *w = parameter(g, "cell.weight", AG_SHAPE(5, 5));
    ag_tensor *b = parameter(g, "cell.bias", AG_SHAPE(5));
    return ag_name(ag_mean(layer(layer(x, w, b), w, b)), "L");
}

typedef struct drawn_figure {
    ag_graph *graph;
    viz_options options;
    viz__record record;
    viz__figure figure;
} drawn_figure;

static void draw(drawn_figure *d, ag_tensor *(*make)(ag_graph *g), viz_options options)
{
    d->graph = ag_graph_new();
    d->options = options;
    d->options.style = VIZ_NN;
    ag_tensor *root = make(d->graph);
    ck_assert_int_eq(ag_backward(root), AG_OK);
    ck_assert_int_eq(viz__record_new(&d->record, root, &d->options), AG_OK);
    ck_assert_int_eq(viz__figure_new(&d->figure, &d->record, true), AG_OK);
    ck_assert_int_eq(viz__figure_place(&d->figure), AG_OK);
}

static void drop(drawn_figure *d)
{
    viz__figure_free(&d->figure);
    viz__record_free(&d->record);
    ag_graph_free(d->graph);
}

static area area_of(const viz__box *b)
{
    return area_around(b->center, b->width, b->height);
}

static area frame_of(const viz__cluster *c)
{
    return area_around(c->center, c->width, c->height);
}

static bool within(area in, area out)
{
    return in.left >= out.left && in.right <= out.right && in.top >= out.top &&
           in.bottom <= out.bottom;
}

/* Does the frame lie in another one, or is it that one? */
static bool is_in(const viz__figure *f, uint32_t c, uint32_t around)
{
    while (c != VIZ__NONE && c != around) {
        c = f->cluster[c].around;
    }
    return c == around;
}

static void check_frames(const viz__figure *f)
{
    for (uint32_t c = 0; c < f->clusters; c++) {
        area frame = frame_of(&f->cluster[c]);
        ck_assert_double_ge(f->cluster[c].width, f->cluster[c].title);
        for (uint32_t b = 0; b < f->boxes; b++) {
            area box = area_of(&f->box[b]);
            ck_assert(is_in(f, f->cluster_of[b], c) ? within(box, frame) : !overlap(box, frame));
        }
        for (uint32_t other = 0; other < c; other++) {
            area outer = frame_of(&f->cluster[other]);
            ck_assert(is_in(f, c, other) ? within(frame, outer) : !overlap(frame, outer));
        }
    }
}

static void check_label(const viz__figure *f, const viz__link *link)
{
    area label = area_around(link->place, link->label.x, link->label.y);
    for (uint32_t b = 0; b < f->boxes && link->label.x > 0; b++) {
        ck_assert(!overlap(label, area_of(&f->box[b])));
    }
    for (size_t k = 0; k < f->links && link->label.x > 0; k++) {
        const viz__link *other = &f->link[k];
        area its = area_around(other->place, other->label.x, other->label.y);
        ck_assert(other == link || other->label.x == 0 || !overlap(label, its));
    }
}

static void check_links(const viz__figure *f)
{
    static path p;
    for (size_t k = 0; k < f->links; k++) {
        const viz__link *link = &f->link[k];
        const viz__point *point = f->layout.point + link->first;
        straighten(&p, point, link->n);
        ck_assert_uint_eq(link->n % 3, 1);
        for (uint32_t b = 0; b < f->boxes; b++) {
            bool end = link->from == b || link->to == b;
            ck_assert(end || !path_passes(&p, area_of(&f->box[b])));
        }
        for (uint32_t c = 0; c < f->clusters; c++) {
            bool end =
                is_in(f, f->cluster_of[link->from], c) || is_in(f, f->cluster_of[link->to], c);
            ck_assert(end || !path_passes(&p, frame_of(&f->cluster[c])));
        }
        check_label(f, link);
        area from = area_of(&f->box[link->from]), to = area_of(&f->box[link->to]);
        ck_assert(overlap(area_around(point[0], 8, 8), from));
        ck_assert(overlap(area_around(point[link->n - 1], 8, 8), to));
    }
}

START_TEST(test_frames)
{
    static const char *const direction[] = {"LR", "TB", "RL", "BT"};
    for (int i = 0; i < 4; i++) {
        drawn_figure d;
        draw(&d, network, (viz_options){.rankdir = direction[i]});
        ck_assert_uint_eq(d.figure.clusters, 4); /* encoder, 0 and 1 in it; head */
        ck_assert_uint_eq(d.figure.cluster[1].around, 0);
        ck_assert_uint_eq(d.figure.cluster[2].around, 0);
        check_frames(&d.figure);
        check_links(&d.figure);
        drop(&d);
    }
}
END_TEST

/* Weight, bias, product and sum. The first activation has no parameter, and lies between the two
 * layers of the encoder; the second does not. Of the head the transpose, too. */
START_TEST(test_members)
{
    static const size_t expected[] = {1, 4, 4, 3};
    drawn_figure d;
    size_t members[4] = {0};
    draw(&d, network, (viz_options){.digits = 0});
    for (uint32_t b = 0; b < d.figure.boxes; b++) {
        uint32_t c = d.figure.cluster_of[b];
        if (c != VIZ__NONE) {
            members[c]++;
        }
    }
    for (size_t c = 0; c < 4; c++) {
        ck_assert_uint_eq(members[c], expected[c]);
    }
    drop(&d);
}
END_TEST

/* A layer that is used twice is one frame with what lies between. */
START_TEST(test_shared)
{
    drawn_figure d;
    draw(&d, shared, (viz_options){.digits = 0});
    ck_assert_uint_eq(d.figure.clusters, 1);
    check_frames(&d.figure);
    check_links(&d.figure);
    drop(&d);
}
END_TEST

/* Scopes in scopes, opened and closed at random, with parameters from before that are used anywhere,
 * often by several; operands are the newest nodes, or any older one. */
static uint64_t seed;

static ag_tensor *random_scopes(ag_graph *g)
{
    enum { PARAMETERS = 6, NODES = 40, DEEPEST = 4 };
    static const char *const name[] = {"a", "b", "c"};
    ag_tensor *node[PARAMETERS + NODES];
    ag_scope scope[DEEPEST];
    size_t open = 0, n = 0;
    ag_seed(g, seed);
    for (; n < PARAMETERS; n++) {
        node[n] = parameter(g, n % 2 == 0 ? "p" : "q.w", AG_SHAPE(2, 2));
    }
    for (; n < PARAMETERS + NODES; n++) {
        double u = ag_random_uniform(g);
        if (u < 0.3 && open < DEEPEST) {
            scope[open] = (ag_scope){.name = name[(int)(u * 10)], .kind = "layer"};
            ag_scope_enter(g, &scope[open++]);
        } else if (u > 0.7 && open > 0) {
            ag_scope_leave(g, &scope[--open]);
        }
        size_t a = n - 1, b = (size_t)(ag_random_uniform(g) * (double)n);
        node[n] = u < 0.5 ? ag_add(node[a], node[b]) : ag_mul(node[a], node[b]);
    }
    while (open > 0) {
        ag_scope_leave(g, &scope[--open]);
    }
    return ag_mean(node[n - 1]);
}

START_TEST(test_random_scopes)
{
    static const char *const direction[] = {"LR", "TB", "RL", "BT"};
    size_t deep = 0, boxes = 0;
    for (seed = 0; seed < (check_small() ? 8 : 100); seed++) {
        drawn_figure d;
        draw(&d, random_scopes, (viz_options){.rankdir = direction[seed % 4], .depth = seed % 5});
        check_frames(&d.figure);
        check_links(&d.figure);
        for (uint32_t c = 0; c < d.figure.clusters; c++) {
            deep += d.figure.cluster[c].around != VIZ__NONE;
        }
        for (uint32_t b = 0; b < d.figure.boxes; b++) {
            boxes += d.figure.item[b].module != VIZ__NONE;
        }
        drop(&d);
    }
    ck_assert_uint_gt(deep, seed);
    ck_assert_uint_gt(boxes, seed);
}
END_TEST

START_TEST(test_written)
{
    static const struct {
        viz_format format;
        const char *part;
        const char *flat;
    } row[] = {{VIZ_SVG, ">encoder.1</text>", ">encoder.1</text>"},
               {VIZ_TIKZ, "{encoder.1}", "{encoder.1}"},
               {VIZ_DOT, "label=\"encoder.1\"", "subgraph"},
               {VIZ_MERMAID, "[\"encoder.1\"]", "subgraph"}};
    ag_graph *g = ag_graph_new();
    ag_tensor *root = network(g);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        viz_options o = {.format = row[i].format, .style = VIZ_NN};
        char *text = written(viz_write, root, &o);
        ck_has(text, row[i].part);
        free(text);
        o.flat = true;
        text = written(viz_write, root, &o);
        ck_has_not(text, row[i].flat);
        free(text);
    }
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("clusters", test_frames, test_members, test_shared, test_random_scopes, test_written)
