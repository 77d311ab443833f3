/* Plots of every kind: well-formed XML whatever the names are, no text over another, numbers that
 * are left out, the same bytes in every locale and as in tests/viz/golden/, failing memory, and
 * what is saved beside a picture. After a change that is meant, `AG_VIZ_GOLDEN=write make test
 * ONLY=plot/test_plot` writes the golden files anew; look at the difference.
 */
#include "tests/viz/text.h"

#include <locale.h>

#include "check_main.h"
#include "tests/viz/folder.h"
#include "tests/viz/hostile.h"
#include "tests/viz/plot/charts.h"
#include "tests/viz/xml.h"

static charts all;

/* What is drawn, or the numbers; to be freed. */
static char *drawn(const chart *c, const viz_options *o, bool csv)
{
    ag_graph *g = ag_graph_new();
    viz__out out = viz__to_text(g);
    viz_options none = {.digits = 0};
    viz__out why = viz__to_text(g);
    c->kind->fault(&why, c->what);
    ck_assert_str_eq(viz__text(&why), "");
    if (csv) {
        c->kind->csv(&out, c->what);
    } else {
        viz__chart_svg(&out, c->kind, c->what, o != NULL ? o : &none);
    }
    ck_assert_int_eq(out.status, AG_OK);
    char *text = strdup(viz__text(&out));
    viz__out_free(&out);
    ag_graph_free(g);
    return text;
}

static char *plotted(const viz_plot *plot)
{
    chart c = {"plot", &viz__plot_kind, plot};
    char *text = drawn(&c, NULL, false);
    const char *fault = xml_fault(text);
    ck_assert_msg(fault == NULL, "%.60s", fault != NULL ? fault : "");
    return text;
}

START_TEST(test_well_formed)
{
    charts_make(&all, "name");
    for (size_t i = 0; i < all.n; i++) {
        for (int theme = 0; theme < VIZ_THEME_COUNT; theme++) {
            char *text = drawn(&all.all[i], &(viz_options){.theme = (viz_theme)theme}, false);
            const char *fault = xml_fault(text);
            ck_assert_msg(fault == NULL, "%s: %.60s", all.all[i].name, fault != NULL ? fault : "");
            ck_has(text, " role=\"img\" aria-labelledby=\"");
            ck_has(text, "<desc id=");
            ck_has_not(text, "var(");
            ck_has_not(text, "nan");
            ck_has_not(text, "inf");
            ck_assert_uint_eq(count(text, "<style>"), theme == VIZ_AUTO ? 1 : 0);
            free(text);
        }
    }
}
END_TEST

START_TEST(test_hostile_names)
{
    for (size_t h = 0; h < HOSTILE; h++) {
        charts_make(&all, hostile[h]);
        for (size_t i = 0; i < all.n; i++) {
            viz_options o = {.id = hostile[h], .font = hostile[h]};
            char *text = drawn(&all.all[i], &o, false);
            ck_assert_msg(xml_fault(text) == NULL, "%s, %s", all.all[i].name, hostile[h]);
            free(text);
        }
    }
}
END_TEST

/* --- text over text --------------------------------------------------------------------------- */

typedef struct area {
    double left, right, top, bottom;
} area;

static double attribute(const char *tag, const char *name)
{
    const char *end = strchr(tag, '>'), *at = strstr(tag, name);
    return at != NULL && at < end ? strtod(at + strlen(name), NULL) : 0;
}

/* Where a text stands that is upright or turned by a quarter. */
static area area_of(const char *tag)
{
    const char *open = strchr(tag, '>') + 1, *close = strstr(open, "</text>");
    char shown[200] = "";
    ck_assert(close - open < 200);
    memcpy(shown, open, (size_t)(close - open));
    double x = attribute(tag, " x=\""), y = attribute(tag, " y=\"");
    double size = attribute(tag, " font-size=\""), turn = attribute(tag, "rotate(");
    double width =
        viz__text_width(shown, size, strstr(tag, "bold") != NULL && strstr(tag, "bold") < open) /
        1.1;
    const char *anchor = strstr(tag, "text-anchor=\"");
    double before = anchor == NULL || anchor > open          ? 0
                    : strncmp(anchor + 13, "middle", 6) == 0 ? width / 2
                                                             : width;
    if (turn != 0) {
        return (area){x - 0.7 * size, x + 0.1 * size, y - (width - before), y + before};
    }
    return (area){x - before, x - before + width, y - 0.7 * size, y + 0.1 * size};
}

static size_t overlaps(const char *text)
{
    static area seen[1000];
    size_t n = 0, bad = 0;
    for (const char *at = text; (at = strstr(at, "<text ")) != NULL; at++) {
        seen[n] = area_of(at);
        for (size_t i = 0; i < n; i++) {
            bad += seen[i].left < seen[n].right && seen[n].left < seen[i].right &&
                   seen[i].top < seen[n].bottom && seen[n].top < seen[i].bottom;
        }
        n++;
    }
    ck_assert_uint_ge(n, 3);
    return bad;
}

/* Groups that are moved, as those of panels and of weights, are not looked at here. */
START_TEST(test_no_text_over_text)
{
    ck_assert_uint_eq(overlaps("<text x=\"1\" y=\"9\" font-size=\"9\">aa</text>"
                               "<text x=\"3\" y=\"9\" font-size=\"9\">aa</text>"
                               "<text x=\"93\" y=\"9\" font-size=\"9\">a</text>"
                               "<text x=\"93\" y=\"99\" font-size=\"9\">a</text>"),
                      1); /* which a fault would show */
    static const char *const name[] = {"name", "a rather long name of a series", "W"};
    for (int k = 0; k < 3; k++) {
        charts_make(&all, name[k]);
        for (size_t i = 0; i < all.n; i++) {
            if (strcmp(all.all[i].name, "panels") != 0 && strcmp(all.all[i].name, "network") != 0) {
                char *text = drawn(&all.all[i], NULL, false);
                ck_assert_msg(overlaps(text) == 0, "%s, %s", all.all[i].name, name[k]);
                free(text);
            }
        }
    }
}
END_TEST

/* --- numbers that cannot be shown ------------------------------------------------------------- */

START_TEST(test_gaps)
{
    double y[] = {1, 2, NAN, 3, INFINITY, 4, 5, -INFINITY};
    viz_plot p = {.title = "gaps"};
    p.layer[0] = (viz_layer){VIZ_LINE, .name = "line", .y = y, .n = 8};
    char *text = plotted(&p);
    ck_has(text, "5 points, from 1 to 5, between 1 and 5; 3 left out");
    const char *line = strstr(text, "stroke-linecap");
    while (strncmp(line, "<path", 5) != 0) {
        line--;
    }
    size_t moves = 0;
    for (const char *at = line; *at != '>'; at++) {
        moves += *at == 'M';
    }
    ck_assert_uint_eq(moves, 3); /* 1 2, 3, 4 5 */
    free(text);
    p.y.log = true;
    y[0] = 0;
    y[1] = -1;
    text = plotted(&p);
    ck_has(text, "3 points, from 3 to 5, between 3 and 5; 5 left out");
    free(text);
}
END_TEST

START_TEST(test_empty)
{
    double bad[] = {NAN, INFINITY};
    viz_plot p = {.title = "nothing"};
    char *text = plotted(&p);
    ck_has(text, ">no data</text>");
    free(text);
    p.layer[0] = (viz_layer){VIZ_LINE, .y = bad, .n = 2};
    text = plotted(&p);
    ck_has(text, ">no data</text>");
    free(text);
    p.layer[0] = (viz_layer){VIZ_HISTOGRAM, .x = bad, .n = 2};
    free(plotted(&p));
    p.layer[0] = (viz_layer){VIZ_ARROWS, .x = bad, .y = bad, .dx = bad, .dy = bad, .n = 2};
    free(plotted(&p));
    p.layer[0] = (viz_layer){VIZ_PATH, .x = bad, .y = bad, .n = 2};
    free(plotted(&p));
    double z[] = {NAN, NAN, NAN, INFINITY};
    for (viz_layer_kind kind = VIZ_HEAT; kind < VIZ_LAYER_COUNT; kind++) {
        p.layer[0] = (viz_layer){kind, .z = z, .grid = {0, 1, 0, 1, 2, 2}, .log = kind == VIZ_HEAT};
        free(plotted(&p));
    }
}
END_TEST

/* --- histogram -------------------------------------------------------------------------------- */

START_TEST(test_bins)
{
    double x[1000];
    for (int i = 0; i < 1000; i++) {
        x[i] = (i % 100) / 100.0;
    }
    viz_layer l = {VIZ_HISTOGRAM, .x = x, .n = 1000, .bins = 10};
    viz__bins b = viz__bins_of(&l);
    ck_assert_double_eq_tol(b.step, 0.1, 1e-12);
    ck_assert_uint_eq(b.n, 10);
    for (size_t i = 0; i < b.n; i++) {
        ck_assert_uint_eq(b.count[i], 100);
    }
    x[0] = NAN;
    x[1] = 1e301;
    b = viz__bins_of(&l);
    size_t sum = 0;
    for (size_t i = 0; i < b.n; i++) {
        sum += b.count[i];
    }
    ck_assert_uint_eq(sum, 998);
}
END_TEST

/* --- CSV -------------------------------------------------------------------------------------- */

/* Every row has as many fields as the first; and numbers come back exactly. */
START_TEST(test_csv)
{
    charts_make(&all, "=a \"b\", c");
    for (size_t i = 0; i < all.n; i++) {
        char *text = drawn(&all.all[i], NULL, true);
        int fields = 0, first = 0;
        bool quoted = false;
        for (const char *at = text; *at != '\0'; at++) {
            quoted = quoted != (*at == '"');
            fields += !quoted && (*at == ',' || *at == '\n');
            if (!quoted && *at == '\n') {
                first = first == 0 ? fields : first;
                ck_assert_int_eq(fields, first);
                fields = 0;
            }
        }
        ck_assert(!quoted);
        ck_has_not(text, "\n=");
        ck_has_not(text, ",=");
        ck_has_not(text, ",\"=");
        free(text);
    }
    double y[] = {0.1, 1.0 / 3, 1e-300, 123456789.125};
    viz_plot p = {.layer = {{VIZ_LINE, .y = y, .n = 4}}};
    chart c = {"numbers", &viz__plot_kind, &p};
    char *text = drawn(&c, NULL, true);
    const char *at = text;
    for (int i = 0; i < 4; i++) {
        at = strstr(at, "\nline,\"\",") + 9;
        at = strchr(at, ',') + 1;
        ck_assert(strtod(at, NULL) == y[i]);
    }
    ck_has(text, "line,\"\",1,0.1,,,\n");
    free(text);
}
END_TEST

/* --- bytes ------------------------------------------------------------------------------------ */

static void compare(const char *name, const char *ending, char *text)
{
    char path[100];
    snprintf(path, sizeof path, "tests/viz/golden/plot_%s.%s", name, ending);
    const char *order = getenv("AG_VIZ_GOLDEN");
    if (order != NULL && strcmp(order, "write") == 0) {
        FILE *out = fopen(path, "wb");
        ck_assert_msg(out != NULL, "%s", path);
        fputs(text, out);
        ck_assert_int_eq(fclose(out), 0);
    }
    char *golden = file_text(path);
    ck_assert_msg(strcmp(text, golden) == 0, "%s differs", path);
    free(golden);
    free(text);
}

static void compare_all(void)
{
    charts_make(&all, "name");
    for (size_t i = 0; i < all.n; i++) {
        compare(all.all[i].name, "svg", drawn(&all.all[i], NULL, false));
        if (strcmp(all.all[i].name, "confusion") == 0 || strcmp(all.all[i].name, "network") == 0 ||
            strcmp(all.all[i].name, "curves") == 0) {
            compare(all.all[i].name, "csv", drawn(&all.all[i], NULL, true));
        }
    }
}

START_TEST(test_golden)
{
    compare_all();
}
END_TEST

START_TEST(test_locale)
{
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL) {
        setlocale(LC_ALL, "C.UTF-8");
    }
    compare_all();
}
END_TEST

START_TEST(test_librsvg)
{
    if (system("rsvg-convert --version >/dev/null 2>&1") != 0) {
        printf("librsvg is not installed\n");
        return;
    }
    charts_make(&all, "\xF0\x9F\x98\x80<&>\xFF");
    for (size_t i = 0; i < all.n; i++) {
        FILE *to = popen("rsvg-convert >/dev/null 2>&1", "w");
        char *text = drawn(&all.all[i], NULL, false);
        fputs(text, to);
        ck_assert_msg(pclose(to) == 0, "%s", all.all[i].name);
        free(text);
    }
}
END_TEST

CHECK_MAIN("plot", test_well_formed, test_hostile_names, test_no_text_over_text, test_gaps,
           test_empty, test_bins, test_csv, test_golden, test_locale, test_librsvg)
