/* The layout on 300 generated graphs: nothing lies over anything else, in each direction; links
 * cross not much more often than in Graphviz' drawings of the same graphs, where it is installed;
 * the same graph gives the same places. And its errors.
 */
#include <autograd/engine.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_main.h"
#include "graphs.h"

#define GRAPHS 300

static drawing drawn;
static path paths[MOST_LINKS];

static void place(uint32_t graph, viz__direction direction)
{
    make_graph(&drawn, graph);
    drawn.layout.graph = ag_graph_new();
    drawn.layout.direction = direction;
    ck_assert_int_eq(viz__layout_place(&drawn.layout), AG_OK);
    for (size_t k = 0; k < drawn.layout.links; k++) {
        straighten(&paths[k], drawn.layout.point + drawn.link[k].first, drawn.link[k].n);
    }
}

static void drop(viz__layout *l)
{
    viz__layout_free(l);
    ag_graph_free(l->graph);
}

/* What lies over what, counted: boxes over boxes, links over other boxes, labels over anything. */
static size_t overlaps(void)
{
    size_t n = 0, boxes = drawn.layout.boxes, links = drawn.layout.links;
    for (size_t b = 0; b < boxes; b++) {
        for (size_t c = 0; c < b; c++) {
            n += overlap(box_area(&drawn, b), box_area(&drawn, c));
        }
        for (size_t k = 0; k < links; k++) {
            bool own = drawn.link[k].from == b || drawn.link[k].to == b;
            n += !own && path_passes(&paths[k], box_area(&drawn, b));
        }
    }
    for (size_t k = 0; k < links; k++) {
        if (drawn.link[k].label.x == 0) {
            continue;
        }
        for (size_t b = 0; b < boxes; b++) {
            n += overlap(label_area(&drawn, k), box_area(&drawn, b));
        }
        for (size_t j = 0; j < links; j++) {
            n += path_passes(&paths[j], label_area(&drawn, k));
            n += j < k && drawn.link[j].label.x > 0 &&
                 overlap(label_area(&drawn, k), label_area(&drawn, j));
        }
    }
    return n;
}

START_TEST(test_overlaps)
{
    for (uint32_t i = 0; i < GRAPHS; i++) {
        place(i, (viz__direction)(i / 8 % 4));
        ck_assert_msg(overlaps() == 0, "graph %u has %zu overlaps", i, overlaps());
        drop(&drawn.layout);
    }
}
END_TEST

/* Proves that overlaps are seen. */
START_TEST(test_planted)
{
    place(0, VIZ__RIGHT);
    viz__point center = drawn.box[1].center;
    drawn.box[1].center = drawn.box[2].center;
    ck_assert_uint_gt(overlaps(), 0);
    drawn.box[1].center = center;
    ck_assert_uint_eq(overlaps(), 0);
    drawn.link[1].place = drawn.link[0].place;
    ck_assert_uint_gt(overlaps(), 0);
    drawn.link[1].place.y += 14; /* on the line */
    ck_assert_uint_gt(overlaps(), 0);
    drop(&drawn.layout);
}
END_TEST

START_TEST(test_within)
{
    for (uint32_t i = 0; i < GRAPHS; i++) {
        place(i, (viz__direction)(i / 8 % 4));
        for (size_t p = 0; p < drawn.layout.boxes; p++) {
            area a = box_area(&drawn, p);
            ck_assert(a.left >= -1 && a.right <= drawn.layout.width + 1);
            ck_assert(a.top >= -1 && a.bottom <= drawn.layout.height + 1);
        }
        drop(&drawn.layout);
    }
}
END_TEST

START_TEST(test_same)
{
    static drawing again;
    place(21, VIZ__RIGHT);
    again = drawn;
    place(21, VIZ__RIGHT);
    ck_assert_mem_eq(drawn.box, again.box, sizeof drawn.box);
    ck_assert_mem_eq(drawn.link, again.link, sizeof drawn.link);
    ck_assert_mem_eq(drawn.layout.point, again.layout.point,
                     drawn.layout.points * sizeof(viz__point));
    drop(&drawn.layout);
    drop(&again.layout);
}
END_TEST

/* --- crossings, and Graphviz ------------------------------------------------------------------ */

static size_t crossings(void)
{
    size_t n = 0;
    for (size_t k = 0; k < drawn.layout.links; k++) {
        for (size_t j = 0; j < k; j++) {
            const viz__link *a = &drawn.link[k], *b = &drawn.link[j];
            area shared[2];
            int both = 0;
            if (a->from == b->from) {
                shared[both++] = box_area(&drawn, a->from);
            }
            if (a->to == b->to) {
                shared[both++] = box_area(&drawn, a->to);
            }
            n += path_crossings(&paths[k], &paths[j], shared, both);
        }
    }
    return n;
}

static void write_dot(FILE *out)
{
    fprintf(out, "digraph g { rankdir=LR; nodesep=0.4; ranksep=0.5; "
                 "node [shape=box, fixedsize=true, label=\"\"];\n");
    for (size_t b = 0; b < drawn.layout.boxes; b++) {
        fprintf(out, "%zu [width=%f, height=%f];\n", b, drawn.box[b].width / 72,
                drawn.box[b].height / 72);
    }
    for (size_t k = 0; k < drawn.layout.links; k++) {
        const viz__link *link = &drawn.link[k];
        fprintf(out, "%u -> %u [", link->from, link->to);
        if (link->label.x > 0) {
            fprintf(out,
                    "label=<<TABLE BORDER=\"0\" FIXEDSIZE=\"TRUE\" WIDTH=\"%d\" HEIGHT=\"%d\">"
                    "<TR><TD></TD></TR></TABLE>>",
                    (int)link->label.x, (int)link->label.y);
        }
        fprintf(out, "];\n");
    }
    fprintf(out, "}\n");
}

/* Reads one drawing of `dot -Tplain`, whose links are in its own order. Inches become points. */
static bool read_plain(FILE *in)
{
    char line[20000], word[16];
    size_t links = 0;
    while (fgets(line, sizeof line, in) != NULL && sscanf(line, "%15s", word) == 1) {
        size_t b, from, to, n;
        double x, y;
        int used = 0;
        if (strcmp(word, "stop") == 0) {
            return links == drawn.layout.links;
        }
        if (sscanf(line, "node %zu %lf %lf", &b, &x, &y) == 3) {
            drawn.box[b].center = (viz__point){72 * x, 72 * y};
        } else if (sscanf(line, "edge %zu %zu %zu %n", &from, &to, &n, &used) == 3) {
            viz__point point[600];
            const char *at = line + used;
            for (size_t i = 0; i < n && i < 600; i++) {
                sscanf(at, "%lf %lf %n", &x, &y, &used);
                point[i] = (viz__point){72 * x, 72 * y};
                at += used;
            }
            straighten(&paths[links], point, n);
            drawn.link[links].from = (uint32_t)from;
            drawn.link[links++].to = (uint32_t)to;
        }
    }
    return false;
}

START_TEST(test_crossings)
{
    char dot_file[] = "/tmp/layout-XXXXXX", command[100];
    size_t ours = 0, theirs = 0, more = 0;
    static size_t each[GRAPHS];
    int fd = mkstemp(dot_file);
    ck_assert_int_ge(fd, 0);
    FILE *dot = fdopen(fd, "w");
    ck_assert_ptr_nonnull(dot);
    for (uint32_t i = 0; i < GRAPHS; i++) {
        place(i, VIZ__RIGHT);
        ours += each[i] = crossings();
        write_dot(dot);
        drop(&drawn.layout);
    }
    ck_assert_int_eq(fclose(dot), 0);
    if (system("dot -V >/dev/null 2>&1") != 0) {
        printf("crossings: %zu; Graphviz is not installed, so they are not compared\n", ours);
        unlink(dot_file);
        return;
    }
    snprintf(command, sizeof command, "dot -Tplain %s 2>/dev/null", dot_file);
    FILE *plain = popen(command, "r");
    ck_assert_ptr_nonnull(plain);
    for (uint32_t i = 0; i < GRAPHS; i++) {
        make_graph(&drawn, i);
        ck_assert_msg(read_plain(plain), "graph %u", i);
        size_t n = crossings();
        more += each[i] > n;
        theirs += n;
    }
    pclose(plain);
    unlink(dot_file);
    printf("crossings on %d graphs: %zu, by dot %zu; more than dot on %zu\n", GRAPHS, ours, theirs,
           more);
    ck_assert_msg(5 * ours <= 6 * theirs, "%zu crossings, %zu by dot", ours, theirs);
}
END_TEST

/* --- errors ----------------------------------------------------------------------------------- */

START_TEST(test_errors)
{
    viz__box box[2] = {{.width = 10, .height = 10}, {.width = 10, .height = 10}};
    viz__link link[1] = {{.from = 1, .to = 0}};
    viz__layout l = {.graph = ag_graph_new(), .box = box, .boxes = 2, .link = link, .links = 1};
    ck_assert_int_eq(viz__layout_place(&l), AG_ERR_VALUE);
    viz__layout_free(&l);
    link[0] = (viz__link){.from = 0, .to = 2};
    ck_assert_int_eq(viz__layout_place(&l), AG_ERR_VALUE);
    viz__layout_free(&l);
    l.boxes = l.links = 0;
    ck_assert_int_eq(viz__layout_place(&l), AG_OK);
    ck_assert(l.width == 0 && l.height == 0);
    viz__layout_free(&l);
    l.boxes = 1;
    ck_assert_int_eq(viz__layout_place(&l), AG_OK);
    ck_assert(l.width == 10 && l.height == 10);
    drop(&l);
}
END_TEST

/* A chain with links over half of it; with twice as many boxes that would be a million passages. */
static ag_status place_long(uint32_t n)
{
    enum { MOST = 2000 };
    static viz__box box[MOST];
    static viz__link link[2 * MOST];
    viz__layout l = {.graph = ag_graph_new(), .box = box, .boxes = n, .link = link};
    for (uint32_t i = 0; i < n; i++) {
        box[i].width = box[i].height = 10;
        if (i > 0) {
            link[l.links++] = (viz__link){.from = i - 1, .to = i};
        }
        if (i < n / 2) {
            link[l.links++] = (viz__link){.from = i, .to = i + n / 2};
        }
    }
    ag_status status = viz__layout_place(&l);
    drop(&l);
    return status;
}

START_TEST(test_too_long)
{
    ck_assert_int_eq(place_long(200), AG_OK);
    ck_assert_int_eq(place_long(2000), AG_ERR_OVERFLOW);
}
END_TEST

CHECK_MAIN("layout", test_overlaps, test_planted, test_within, test_same, test_crossings,
           test_errors, test_too_long)
