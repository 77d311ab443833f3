/* What saving a picture leaves: the files beside it, nothing after an error, messages that say what
 * to do; and every allocation that fails once.
 */
#include "tests/viz/budget.h"
#include "tests/viz/text.h"

#include "check_main.h"
#include "tests/viz/folder.h"
#include "tests/viz/plot/charts.h"

static charts all;
static char folder[40];

static void begin(void)
{
    charts_make(&all, "name");
    enter_folder(folder);
}

static void expect(ag_graph *g, ag_status got, ag_status status, const char *words)
{
    ck_assert_int_eq(got, status);
    ck_has(ag_error_message(g), words);
    ag_error_clear(g);
}

START_TEST(test_beside)
{
    begin();
    ag_graph *g = ag_graph_new();
    ck_assert_int_eq(viz_save_plot(g, "a.svg", &all.plot, NULL), AG_OK);
    ck_assert(removed("a.svg") && removed("a.csv") && !removed("a.alt.txt"));
    viz_options o = {.alt = true};
    ck_assert_int_eq(viz_save_plot(g, "a.svg", &all.plot, &o), AG_OK);
    char *words = file_text("a.alt.txt");
    ck_has(words, "name. Horizontal axis: name, from ");
    ck_has(words, "Line \"name\", 30 points, from 2 to 0.06667");
    free(words);
    ck_assert(removed("a.svg") && removed("a.csv") && removed("a.alt.txt"));
    ck_assert_int_eq(viz_save_panels(g, "b.csv", &all.panels, NULL), AG_OK);
    ck_assert(removed("b.csv") && !removed("b.svg"));
    ck_assert_int_eq(viz_save_confusion(g, "c.svg", &all.confusion, NULL), AG_OK);
    ck_assert(removed("c.svg") && removed("c.csv"));
    ck_assert_int_eq(viz_save_images(g, "d.svg", &all.images, NULL), AG_OK);
    ck_assert(removed("d.svg") && removed("d.csv"));
    ck_assert_int_eq(viz_save_network(g, "e.svg", &all.network, NULL), AG_OK);
    ck_assert(removed("e.svg") && removed("e.csv"));
    double rate[] = {0, 0.2, 1};
    viz_roc_curve curve = {"net", rate, rate, 3, 0.5};
    ck_assert_int_eq(viz_save_roc(g, "f.svg", &curve, 1, NULL), AG_OK);
    char *text = file_text("f.svg");
    ck_has(text, ">net, area 0.5</text>");
    ck_has(text, ">chance</text>");
    free(text);
    ck_assert(removed("f.svg") && removed("f.csv"));
    ag_graph_free(g);
    leave_folder(folder);
}
END_TEST

START_TEST(test_png)
{
    begin();
    ag_graph *g = ag_graph_new();
    ag_status status = viz_save_plot(g, "a.png", &all.plot, NULL);
    if (status == AG_ERR_STATE) {
        expect(g, status, AG_ERR_STATE, "rsvg-convert is not installed");
        ck_assert(removed("a.png.svg"));
    } else {
        ck_assert_int_eq(status, AG_OK);
        ck_assert(removed("a.png") && removed("a.csv") && !removed("a.png.svg"));
    }
    ag_graph_free(g);
    leave_folder(folder);
}
END_TEST

START_TEST(test_errors)
{
    begin();
    ag_graph *g = ag_graph_new();
    const double one[] = {1};
    viz_plot p = {.layer = {{VIZ_POINTS, .y = one, .n = 1}}};
    expect(g, viz_save_plot(g, "a.svg", &p, NULL), AG_ERR_VALUE,
           "viz_save_plot: layer 0 needs n numbers x and y");
    p.layer[0] = (viz_layer){VIZ_REGIONS, .z = one};
    expect(g, viz_save_plot(g, "a.svg", &p, NULL), AG_ERR_VALUE, "needs a grid of 2 to 4096");
    p.layer[0] = (viz_layer){VIZ_LAYER_COUNT, .name = "x"};
    expect(g, viz_save_plot(g, "a.svg", &p, NULL), AG_ERR_VALUE, "is of no kind");
    p.layer[0] = (viz_layer){VIZ_POINTS, .x = one, .y = one, .n = 1, .label = (int64_t[]){-1}};
    expect(g, viz_save_plot(g, "a.svg", &p, NULL), AG_ERR_VALUE, "label that is below 0");
    p = (viz_plot){.y = {.log = true, .from = -1, .to = 1}};
    expect(g, viz_save_plot(g, "a.svg", &p, NULL), AG_ERR_VALUE, "from < to");
    expect(g, viz_save_plot(g, "a.gif", &all.plot, NULL), AG_ERR_VALUE, "use .svg, .csv, .pdf");
    expect(g, viz_save_plot(g, "no/a.svg", &all.plot, NULL), AG_ERR_IO,
           "viz_save_plot: \"no/a.svg\" cannot be written: No such file");
    expect(g, viz_save_plot(g, "a.svg", NULL, NULL), AG_ERR_NULL_ARGUMENT, "a path and its data");
    expect(g, viz_save_plot(g, "a.svg", &all.plot, &(viz_options){.theme = VIZ_THEME_COUNT}),
           AG_ERR_VALUE, "theme");
    expect(g, viz_save_panels(g, "a.svg", &(viz_panels){.n = 0}, NULL), AG_ERR_VALUE, "1 to 400");
    expect(g, viz_save_roc(g, "a.svg", NULL, 0, NULL), AG_ERR_NULL_ARGUMENT, "nothing to draw");
    all.count[2] = -1;
    expect(g, viz_save_confusion(g, "a.svg", &all.confusion, NULL), AG_ERR_VALUE, "count 2");
    all.images.rows = 1000;
    expect(g, viz_save_images(g, "a.svg", &all.images, NULL), AG_ERR_VALUE, "1 to 512");
    all.network.units[1] = 0;
    expect(g, viz_save_network(g, "a.svg", &all.network, NULL), AG_ERR_VALUE, "layer 1");
    ck_assert_int_eq(viz_save_plot(NULL, "a.svg", &all.plot, NULL), AG_ERR_NULL_ARGUMENT);
    ck_assert(!removed("a.svg") && !removed("a.csv"));
    ag_graph_free(g);
    leave_folder(folder);
}
END_TEST

/* --- memory ----------------------------------------------------------------------------------- */

START_TEST(test_memory)
{
    begin();
    budget b = {.left = SIZE_MAX};
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.allocator = {budget_get, budget_put, &b}});
    for (size_t i = 0; i < all.n; i++) {
        ag_status status = AG_ERR_MEMORY;
        for (size_t n = 0; status != AG_OK; n++) {
            size_t before = b.bytes;
            b.left = n;
            status = viz__chart_save("test", g, "m.svg", all.all[i].kind, all.all[i].what, NULL);
            b.left = SIZE_MAX;
            ck_assert_msg(status == AG_OK || status == AG_ERR_MEMORY, "%s: %s", all.all[i].name,
                          ag_status_text(status));
            ck_assert_uint_eq(b.bytes, before);
            ag_error_clear(g);
        }
        ck_assert(removed("m.svg") && removed("m.csv"));
    }
    ag_graph_free(g);
    ck_assert_uint_eq(b.bytes, 0);
    leave_folder(folder);
}
END_TEST

CHECK_MAIN("files of charts", test_beside, test_png, test_errors, test_memory)
