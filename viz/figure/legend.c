/* What stands below a drawing: the legend, and that nodes are folded. Must not know any format. */
#include "figure.h"

#define LINE 18
#define FONT 12

static void add_note(viz__figure *f, const viz__run *run, size_t n)
{
    viz__add_line(f, VIZ__NONE, false, 0, VIZ__NONE);
    for (size_t i = 0; i < n; i++) {
        viz__add_run(f, run[i]);
    }
}

void viz__place_notes(viz__figure *f)
{
    for (size_t i = 0; i < f->lines; i++) {
        viz__line *line = &f->line[i];
        if (line->owner != VIZ__NONE) {
            continue;
        }
        double width = viz__line_width(f, i) + 24;
        if (width > f->width) { /* the drawing moves to the middle of a wider figure */
            viz__figure_move(f, (width - f->width) / 2);
            f->width = width;
        }
        f->height += LINE;
        line->at = (viz__point){f->width / 2, f->height - 8};
    }
    for (size_t i = 0; i < f->lines; i++) {
        if (f->line[i].owner == VIZ__NONE) {
            f->line[i].at.x = f->width / 2;
        }
    }
}

static viz__run part(uint32_t number, viz__ink ink)
{
    return (viz__run){
        .kind = VIZ__RUN_LEGEND, .operand = number, .ink = (uint8_t)ink, .size = FONT};
}

void viz__add_notes(viz__figure *f)
{
    const viz_options *o = f->record->options;
    if (o->legend) {
        viz__run colors[4] = {part(VIZ__LEGEND_VALUE, VIZ__INK_VALUE)};
        size_t n = 1;
        if (!o->forward_only) {
            colors[n++] = part(VIZ__LEGEND_GRADIENT, VIZ__INK_GRADIENT);
            colors[n++] = part(VIZ__LEGEND_WIRE, VIZ__INK_MUTED);
            colors[n++] = part(VIZ__LEGEND_STATES, VIZ__INK_MUTED);
        }
        add_note(f, colors, n);
        if (o->style != VIZ_CIRCUIT) {
            add_note(f,
                     &(viz__run){.kind = VIZ__RUN_LEGEND,
                                 .operand = VIZ__LEGEND_OUTLINES,
                                 .ink = VIZ__INK_MUTED,
                                 .size = FONT},
                     1);
        }
    }
    if (f->drawn.fold.folded > 0 || f->drawn.cut) {
        add_note(f, &(viz__run){.kind = VIZ__RUN_FOLDED, .ink = VIZ__INK, .size = FONT}, 1);
    }
}
