/* What stands in a box and on a wire in each of the four styles, and so how large these are.
 * Must not know where they are, nor any format.
 */
#include "figure.h"

#include <math.h>

#define FONT 14
#define SMALL 12
#define TINY 10
#define PAD_X 9
#define PAD_Y 5
#define LINE 20     /* the height of a line of text */
#define BASELINE 15 /* from the top of the line */
#define LEAST_RADIUS 16
#define AROUND 15    /* the room for small text above and below a circle */
#define WIRE_LINE 15 /* the height of a line of text at a wire */
#define STEADY 36    /* the unit of widths in a steady figure: about five digits */

static bool has_gradients(const viz__figure *f)
{
    return !f->record->options->forward_only;
}

static void add(viz__figure *f, viz__run_kind kind, uint32_t step, viz__ink ink, uint8_t size,
                bool bold)
{
    viz__add_run(
        f,
        (viz__run){
            .kind = (uint8_t)kind, .step = step, .ink = (uint8_t)ink, .size = size, .bold = bold});
}

/* One line of a box that consists of one run. */
static void add_alone(viz__figure *f, uint32_t box, double y, uint32_t appears, viz__run run)
{
    viz__add_line(f, box, false, y, appears);
    viz__add_run(f, run);
}

/* --- boxes ------------------------------------------------------------------------------------ */

/* Up to a whole number; of a steady figure to one of few. */
static double rounded(const viz__figure *f, double width)
{
    double unit = f->record->options->steady ? STEADY : 1;
    return unit * ceil(width / unit);
}

/* The lines from `first` on are those of the box: it gets their width, and `height`. */
static void fit(viz__figure *f, uint32_t box, size_t first, double height)
{
    double width = 0;
    for (size_t i = first; i < f->lines && f->status == AG_OK; i++) {
        width = fmax(width, viz__line_width(f, i));
    }
    f->box[box].width = rounded(f, width) + 2 * PAD_X;
    f->box[box].height = height;
}

/* "3  c = a + b"; without the formula in the style compact. */
static void add_title(viz__figure *f, uint32_t box, double y)
{
    uint32_t step = f->item[box].step;
    viz_style style = f->record->options->style;
    viz__add_line(f, box, false, y, VIZ__NONE);
    add(f, VIZ__RUN_STEP, step, VIZ__INK_MUTED, TINY, false);
    add(f, VIZ__RUN_GAP, step, VIZ__INK_MUTED, TINY, false);
    add(f, VIZ__RUN_NAME, step, VIZ__INK, FONT, true);
    if (style == VIZ_FULL) {
        add(f, VIZ__RUN_FORMULA, step, VIZ__INK, FONT, false);
    } else if (style == VIZ_NN && !viz__is_leaf(f->record, step)) {
        add(f, VIZ__RUN_GAP, step, VIZ__INK_MUTED, FONT, false);
        add(f, VIZ__RUN_OPERATION, step, VIZ__INK_MUTED, FONT, false);
    }
}

/* The name, the value, and below a rule the gradient. */
static void fill_plain(viz__figure *f, uint32_t box)
{
    viz__item *item = &f->item[box];
    bool full = f->record->options->style == VIZ_FULL;
    size_t first = f->lines;
    double y = PAD_Y;
    add_title(f, box, y + BASELINE);
    y += LINE;
    add_alone(f, box, y + BASELINE, item->shown,
              (viz__run){
                  .kind = VIZ__RUN_VALUE, .step = item->step, .ink = VIZ__INK_VALUE, .size = FONT});
    y += LINE;
    if (has_gradients(f)) {
        item->rule = y + 1.5;
        y += 3;
        add_alone(f, box, y + BASELINE, item->differentiated,
                  (viz__run){.kind = full ? VIZ__RUN_EQUATION : VIZ__RUN_GRADIENT,
                             .step = item->step,
                             .ink = VIZ__INK_GRADIENT,
                             .size = FONT});
        y += LINE;
    }
    fit(f, box, first, y + PAD_Y);
}

/* The name and operation, a value that is one number, and of a parameter the norm of its gradient.
 * Shapes stand on the wires; that of the root, from which none leads, in its box. */
static void fill_network(viz__figure *f, uint32_t box)
{
    viz__item *item = &f->item[box];
    const viz__fact *fact = &f->record->fact[item->step];
    size_t first = f->lines;
    double y = PAD_Y;
    add_title(f, box, y + BASELINE);
    y += LINE;
    if (fact->scalar || item->step == viz__root(f->record)) {
        add_alone(f, box, y + BASELINE, item->shown,
                  (viz__run){.kind = fact->scalar ? VIZ__RUN_VALUE : VIZ__RUN_SHAPE,
                             .step = item->step,
                             .ink = VIZ__INK_VALUE,
                             .size = FONT});
        y += LINE;
    }
    if (has_gradients(f) && (fact->role == AG_PARAMETER || fact->scalar)) {
        item->rule = y + 1.5;
        y += 3;
        add_alone(f, box, y + BASELINE, item->differentiated,
                  (viz__run){.kind = VIZ__RUN_GRADIENT,
                             .step = item->step,
                             .ink = VIZ__INK_GRADIENT,
                             .size = FONT});
        y += LINE;
    }
    fit(f, box, first, y + PAD_Y);
}

/* Small text beside a circle: above or below it, or left of it where wires come from above. */
static void add_beside(viz__figure *f, uint32_t box, bool below, viz__run run, uint32_t appears)
{
    viz__item *item = &f->item[box];
    double middle = f->box[box].height / 2;
    bool vertical = viz__is_downward(f);
    add_alone(f, box, below ? 2 * middle - 3 : AROUND - 4, appears, run);
    if (vertical && f->status == AG_OK) {
        viz__line *line = &f->line[f->lines - 1];
        double width = viz__line_width(f, f->lines - 1);
        line->at = (viz__point){-item->radius - 4 - width / 2, middle + (below ? 11 : -2)};
        f->box[box].width = fmax(f->box[box].width, 2 * (item->radius + 4 + ceil(width)));
    } else if (f->status == AG_OK) {
        double width = viz__line_width(f, f->lines - 1);
        f->box[box].width = fmax(f->box[box].width, ceil(width));
    }
}

/* A circle with the sign of the operation, and its number. Where several wires leave it, their
 * gradients are parts of one sum, which stands there, too. */
static void fill_circle(viz__figure *f, uint32_t box, bool sum)
{
    viz__item *item = &f->item[box];
    size_t first = f->lines;
    add_alone(f, box, 0, VIZ__NONE,
              (viz__run){.kind = VIZ__RUN_SYMBOL, .step = item->step, .size = FONT});
    if (f->status != AG_OK) {
        return;
    }
    item->radius = fmax(LEAST_RADIUS, ceil(viz__line_width(f, first) / 2) + 6);
    double around = viz__is_downward(f) ? 0 : AROUND;
    f->box[box] = (viz__box){.width = 2 * item->radius,
                             .height = 2 * (item->radius + around),
                             .ports = 1.4 * item->radius};
    f->line[first].at.y = f->box[box].height / 2 + 5;
    add_beside(
        f, box, false,
        (viz__run){.kind = VIZ__RUN_STEP, .step = item->step, .ink = VIZ__INK_MUTED, .size = TINY},
        VIZ__NONE);
    if (sum) {
        add_beside(f, box, true,
                   (viz__run){.kind = VIZ__RUN_EQUATION,
                              .step = item->step,
                              .ink = VIZ__INK_GRADIENT,
                              .size = SMALL},
                   item->differentiated);
    }
}

/* A name without an outline: of a leaf, or of the root at the end of its wire. */
static void fill_name(viz__figure *f, uint32_t box, uint32_t step, bool sum)
{
    size_t first = f->lines;
    double y = PAD_Y;
    viz__add_line(f, box, false, y + BASELINE, VIZ__NONE);
    if (box != f->end) {
        add(f, VIZ__RUN_STEP, step, VIZ__INK_MUTED, TINY, false);
        add(f, VIZ__RUN_GAP, step, VIZ__INK_MUTED, TINY, false);
    }
    add(f, VIZ__RUN_NAME, step, VIZ__INK, FONT, true);
    y += LINE;
    if (sum) {
        add_alone(
            f, box, y + BASELINE - 1, f->item[box].differentiated,
            (viz__run){
                .kind = VIZ__RUN_EQUATION, .step = step, .ink = VIZ__INK_GRADIENT, .size = SMALL});
        y += LINE;
    }
    fit(f, box, first, y + PAD_Y);
}

/* What a box stands for that stands for many nodes: the fold, or a module. */
static void fill_many(viz__figure *f, uint32_t box)
{
    uint32_t module = f->item[box].module;
    bool is = module != VIZ__NONE;
    size_t first = f->lines;
    add_alone(f, box, PAD_Y + BASELINE, VIZ__NONE,
              (viz__run){.kind = is ? VIZ__RUN_MODULE : VIZ__RUN_FOLD,
                         .operand = module,
                         .size = FONT,
                         .bold = is});
    add_alone(f, box, PAD_Y + LINE + BASELINE, VIZ__NONE,
              (viz__run){.kind = is ? VIZ__RUN_SIZE : VIZ__RUN_FOLD_STEPS,
                         .operand = module,
                         .ink = VIZ__INK_MUTED,
                         .size = SMALL});
    fit(f, box, first, 2 * LINE + 2 * PAD_Y);
}

void viz__fill_box(viz__figure *f, uint32_t box)
{
    viz__record *r = f->record;
    uint32_t step = f->item[box].step;
    if (box == f->end) {
        fill_name(f, box, (uint32_t)viz__root(r), false);
        return;
    }
    if (step == VIZ__NONE) {
        fill_many(f, box);
        return;
    }
    bool sum = r->first_use[step + 1] - r->first_use[step] > 1 && has_gradients(f) &&
               r->fact[step].state != AG_GRAD_NOT_REQUIRED;
    switch (r->options->style) {
    case VIZ_CIRCUIT:
        if (f->item[box].outline == VIZ__CIRCLE) {
            fill_circle(f, box, sum);
        } else {
            fill_name(f, box, step, sum);
        }
        return;
    case VIZ_NN:
        fill_network(f, box);
        return;
    default:
        fill_plain(f, box);
    }
}

/* --- wires ------------------------------------------------------------------------------------ */

static void label_size(viz__figure *f, uint32_t link, size_t first, double above, double below)
{
    double width = 0;
    for (size_t i = first; i < f->lines && f->status == AG_OK; i++) {
        width = fmax(width, viz__line_width(f, i));
    }
    f->link[link].label = (viz__point){rounded(f, width), above};
    f->link[link].below = below;
}

/* The local partial. */
static void fill_partial(viz__figure *f, uint32_t link)
{
    const viz__wire *w = &f->wire[link];
    const viz__edge *edge = &f->record->edge[f->record->first_edge[w->step] + w->operand];
    if (!w->flows || !edge->known || !has_gradients(f)) {
        return;
    }
    size_t first = f->lines;
    viz__add_line(f, link, true, 4, f->item[f->link[link].to].shown);
    viz__add_run(f, (viz__run){.kind = VIZ__RUN_PARTIAL,
                               .step = w->step,
                               .operand = w->operand,
                               .ink = VIZ__INK_MUTED,
                               .size = SMALL});
    label_size(f, link, first, WIRE_LINE, 0);
}

/* The value above the wire and the gradient that flows back over it below. */
static void fill_circuit_wire(viz__figure *f, uint32_t link)
{
    const viz__item *from = &f->item[f->link[link].from];
    const viz__wire *w = &f->wire[link];
    size_t first = f->lines;
    if (from->step == VIZ__NONE || f->item[f->link[link].to].step == VIZ__NONE) {
        if (f->link[link].to != f->end) {
            return;
        }
    }
    viz__add_line(f, link, true, -5, from->shown);
    add(f, VIZ__RUN_VALUE, from->step, VIZ__INK_VALUE, SMALL, false);
    if (has_gradients(f)) {
        bool end = f->link[link].to == f->end;
        viz__add_line(f, link, true, 14, from->differentiated);
        viz__add_run(f, (viz__run){.kind = end ? VIZ__RUN_GRADIENT : VIZ__RUN_FLOW,
                                   .step = end ? from->step : w->step,
                                   .operand = w->operand,
                                   .ink = VIZ__INK_GRADIENT,
                                   .size = SMALL});
    }
    label_size(f, link, first, WIRE_LINE + 2, WIRE_LINE + 2);
}

/* The shape of the operand; the width shows the norm of its gradient, by powers of ten. */
static void fill_network_wire(viz__figure *f, uint32_t link)
{
    viz__record *r = f->record;
    viz__wire *w = &f->wire[link];
    if (w->step == VIZ__NONE) {
        return;
    }
    uint32_t from = r->edge[r->first_edge[w->step] + w->operand].from;
    if (!r->fact[from].scalar) {
        size_t first = f->lines;
        viz__add_line(f, link, true, 4, f->item[f->link[link].from].shown);
        add(f, VIZ__RUN_SHAPE, from, VIZ__INK_VALUE, SMALL, false);
        label_size(f, link, first, WIRE_LINE, 0);
    }
    if (w->flows && has_gradients(f) && r->fact[from].has_gradient && f->status == AG_OK) {
        viz__stats s = {.n = 0};
        f->status = viz__stats_read(&s, r, from, true);
        double power = s.norm > 0 ? log10(s.norm) : -8;
        w->width = 1 + 0.7 * fmax(0, fmin(power + 4, 6));
    }
}

void viz__fill_wire(viz__figure *f, uint32_t link)
{
    switch (f->record->options->style) {
    case VIZ_FULL:
        if (f->wire[link].step != VIZ__NONE) {
            fill_partial(f, link);
        }
        return;
    case VIZ_CIRCUIT:
        fill_circuit_wire(f, link);
        return;
    case VIZ_NN:
        fill_network_wire(f, link);
        return;
    default:
        return;
    }
}
