/* A figure as a flowchart of Mermaid, which pages in Markdown draw themselves. It has no colors
 * of its own, so that it follows the page, and Mermaid finds the places; within Reveal's slides
 * Mermaid cuts labels off, for which the SVG figure is better. Must not know any operation.
 *
 * Source: Mermaid's manual, "Flowcharts": characters in quotes are written as entities with a #.
 */
#include "mermaid.h"

#include <string.h>

#include "viz/figure/figure.h"

/* Writes text within quotes. What could be read as a tag, an entity or Markdown is an entity. */
static void put_escaped(viz__out *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("\"#&<>`*_\\;", *text) != NULL) {
            viz__print(out, "#%d;", (int)*text);
        } else {
            viz__put(out, text, 1);
        }
    }
}

static void put_line(viz__out *out, viz__figure *f, const viz__line *line)
{
    viz__out *text = &f->record->scratch;
    for (size_t i = line->first; i < line->first + line->n; i++) {
        viz__cut(text, 0);
        viz__run_text(text, f, &f->run[i]);
        put_escaped(out, viz__text(text));
    }
    viz__cut(text, 0);
}

/* Writes the lines of a box or wire, which lie side by side, in quotes, and moves *at behind them;
 * `before` and `after` stand around them. Nothing if there are none. */
static void put_lines(viz__out *out, viz__figure *f, size_t *at, uint32_t owner, bool of_wire,
                      const char *const around[2])
{
    const char *between = around[0];
    bool any = false;
    for (; *at < f->lines && f->line[*at].owner == owner && f->line[*at].of_wire == of_wire;
         ++*at) {
        viz__puts(out, between);
        put_line(out, f, &f->line[*at]);
        between = "<br/>";
        any = true;
    }
    viz__puts(out, any ? around[1] : "");
}

static void put_box_name(viz__out *out, const viz__figure *f, uint32_t box)
{
    if (f->item[box].step != VIZ__NONE) {
        viz__print(out, "n%zu", (size_t)f->item[box].step);
    } else if (f->item[box].module != VIZ__NONE) {
        viz__print(out, "module%zu", (size_t)f->item[box].module);
    } else {
        viz__puts(out, box == f->end ? "result" : "fold");
    }
}

static void put_box(viz__out *out, viz__figure *f, uint32_t box, size_t *line)
{
    static const char *const outline[][2] = {
        [VIZ__BOX] = {"[\"", "\"]"},
        [VIZ__ROUNDED] = {"(\"", "\")"},
        [VIZ__CUT] = {"{{\"", "\"}}"},
        [VIZ__DASHED] = {"[\"", "\"]:::constant"},
        [VIZ__DOUBLE] = {"[[\"", "\"]]"},
        [VIZ__CIRCLE] = {"((\"", "\"))"},
        [VIZ__NO_LINE] = {"[\"", "\"]:::plain"},
    };
    viz__puts(out, "    ");
    put_box_name(out, f, box);
    put_lines(out, f, line, box, false, outline[f->item[box].outline]);
    viz__puts(out, "\n");
    if (f->item[box].color >= 0) {
        char hex[VIZ__COLOR];
        viz__puts(out, "    style ");
        put_box_name(out, f, box);
        viz__hex_color(f->item[box].color, hex);
        viz__print(out, " fill:%s33,stroke:%s\n", hex, hex);
    }
}

static void put_wire(viz__out *out, viz__figure *f, uint32_t link, size_t *line)
{
    static const char *const around[2] = {"|\"", "\"|"};
    const viz__wire *w = &f->wire[link];
    viz__puts(out, "    ");
    put_box_name(out, f, f->link[link].from);
    viz__puts(out, w->highlighted ? " ==>" : w->flows ? " -->" : " -.->");
    put_lines(out, f, line, link, true, around);
    viz__puts(out, " ");
    put_box_name(out, f, f->link[link].to);
    viz__puts(out, "\n");
}

static void begin_cluster(viz__out *out, size_t cluster, const char *title)
{
    viz__print(out, "    subgraph m%zu[\"", cluster);
    put_escaped(out, title);
    viz__puts(out, "\"]\n");
}

static void put_member(viz__out *out, const viz__figure *f, uint32_t box)
{
    viz__puts(out, "        ");
    put_box_name(out, f, box);
    viz__puts(out, "\n");
}

void viz__mermaid_draw(viz__out *out, viz__record *r)
{
    viz__figure f;
    if (viz__figure_new(&f, r, false) == AG_OK) {
        size_t line = 0;
        viz__print(out, "flowchart %s\n", r->options->rankdir != NULL ? r->options->rankdir : "LR");
        for (uint32_t b = 0; b < f.boxes; b++) {
            put_box(out, &f, b, &line);
        }
        viz__put_clusters(out, &f, &(viz__cluster_words){begin_cluster, put_member, "    end\n"});
        for (uint32_t k = 0; k < f.links; k++) {
            put_wire(out, &f, k, &line);
        }
        viz__puts(out, "    classDef constant stroke-dasharray:5 3\n"
                       "    classDef plain fill:none,stroke:none\n");
    }
    viz__fail(out, f.status);
    viz__figure_free(&f);
}
