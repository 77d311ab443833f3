/* A confusion matrix: counts in cells, whose color is their share of the row. Must not know how
 * cases are counted.
 */
#include "plot.h"

#include <math.h>

#define MOST_CLASSES 100
#define CELL 34 /* at least, unless there are many classes */
#define LINE 16

typedef struct cells {
    double left, top, size; /* of the matrix, of a cell */
    bool turned;            /* the names of columns, which are too long for a cell */
} cells;

static void class_name(viz__out *out, const viz_confusion *m, size_t class)
{
    if (m->class_name != NULL && m->class_name[class] != NULL) {
        viz__puts(out, m->class_name[class]);
    } else {
        viz__print(out, "%zu", class);
    }
}

/* The widest of the texts that `put` writes for the numbers below n. */
typedef void (*putting)(viz__out *out, const viz_confusion *m, size_t i);
static double widest(viz__out *scratch, const viz_confusion *m, size_t n, putting put)
{
    double width = 0;
    for (size_t i = 0; i < n; i++) {
        viz__cut(scratch, 0);
        put(scratch, m, i);
        width = fmax(width, viz__text_width(viz__text(scratch), VIZ__TEXT_SIZE, false));
    }
    return width;
}

static void put_count(viz__out *out, const viz_confusion *m, size_t cell)
{
    viz__number(out, m->count[cell], 4);
}

static double row_sum(const viz_confusion *m, size_t row)
{
    double sum = 0;
    for (size_t k = 0; k < m->classes; k++) {
        sum += m->count[row * m->classes + k];
    }
    return sum;
}

static void draw_cell(viz__pen *p, const viz_confusion *m, const cells *c, size_t row,
                      size_t column, viz__out *scratch)
{
    double count = m->count[row * m->classes + column], sum = row_sum(m, row);
    double share = sum > 0 ? count / sum : 0;
    double x = c->left + (double)column * c->size, y = c->top + (double)row * c->size;
    int color = count > 0 ? 1 + (int)(share * (VIZ__RAMP_COLORS - 2) + 0.5) : 0;
    viz__svg_rectangle(p, x, y, c->size, c->size, (viz__ink)(VIZ__HEAT + color), VIZ__PAPER);
    viz__cut(scratch, 0);
    put_count(scratch, m, row * m->classes + column);
    viz__svg_text(p,
                  (viz__label){.x = x + c->size / 2,
                               .y = y + c->size / 2 + 4.2,
                               .anchor = 'm',
                               .ink = VIZ__INK,
                               .bold = row == column},
                  viz__text(scratch));
}

/* The names of row and column i. */
static void draw_names(viz__pen *p, const viz_confusion *m, const cells *c, size_t i,
                       viz__out *scratch)
{
    double at = ((double)i + 0.5) * c->size, bottom = c->top + (double)m->classes * c->size;
    viz__cut(scratch, 0);
    class_name(scratch, m, i);
    viz__svg_text(
        p, (viz__label){.x = c->left - 7, .y = c->top + at + 4.2, .ink = VIZ__INK, .anchor = 'e'},
        viz__text(scratch));
    viz__label below = {.x = c->left + at, .y = bottom + LINE, .ink = VIZ__INK, .anchor = 'm'};
    if (c->turned) {
        below = (viz__label){
            .x = c->left + at + 4.2, .y = bottom + 7, .ink = VIZ__INK, .anchor = 'e', .turn = -90};
    }
    viz__svg_text(p, below, viz__text(scratch));
}

static void draw_sides(viz__pen *p, const cells *c, double side, double below)
{
    viz__svg_text(p,
                  (viz__label){.x = VIZ__MARGIN + 11,
                               .y = c->top + side / 2,
                               .size = 13,
                               .ink = VIZ__INK,
                               .anchor = 'm',
                               .turn = -90},
                  "observed");
    viz__svg_text(p,
                  (viz__label){.x = c->left + side / 2,
                               .y = c->top + side + below + LINE,
                               .size = 13,
                               .ink = VIZ__INK,
                               .anchor = 'm'},
                  "predicted");
}

static void draw_confusion(viz__pen *p, const void *what, double *width, double *height)
{
    const viz_confusion *m = what;
    viz__out scratch = viz__to_text(p->out->graph);
    double names = widest(&scratch, m, m->classes, class_name);
    double counts = widest(&scratch, m, m->classes * m->classes, put_count);
    cells c = {.size = fmax(counts + 8, m->classes > 20 ? 20 : m->classes > 5 ? CELL : CELL + 16)};
    c.turned = names > c.size - 4;
    c.left = VIZ__MARGIN + 24 + names + 8;
    c.top = VIZ__MARGIN + viz__chart_title(p, m->title, VIZ__MARGIN, VIZ__MARGIN);
    double side = c.size * (double)m->classes, below = c.turned ? names + 10 : LINE + 4;
    for (size_t row = 0; row < m->classes; row++) {
        for (size_t column = 0; column < m->classes; column++) {
            draw_cell(p, m, &c, row, column, &scratch);
        }
        draw_names(p, m, &c, row, &scratch);
    }
    draw_sides(p, &c, side, below);
    double title = m->title != NULL ? viz__text_width(m->title, VIZ__TITLE_SIZE, true) : 0;
    *width = fmax(c.left + side, title + VIZ__MARGIN) + VIZ__MARGIN;
    *height = c.top + side + below + LINE + VIZ__MARGIN;
    viz__fail(p->out, scratch.status);
    viz__out_free(&scratch);
}

static void fault_of_confusion(viz__out *why, const void *what)
{
    const viz_confusion *m = what;
    if (m->count == NULL || m->classes == 0 || m->classes > MOST_CLASSES) {
        viz__puts(why, "a confusion matrix needs counts of 1 to 100 classes");
        return;
    }
    for (size_t i = 0; i < m->classes * m->classes; i++) {
        if (!(m->count[i] >= 0 && m->count[i] <= VIZ__LARGEST)) {
            viz__print(why, "count %zu of a confusion matrix is below 0 or no number", i);
            return;
        }
    }
}

static void csv_of_confusion(viz__out *out, const void *what)
{
    const viz_confusion *m = what;
    viz__out name = viz__to_text(out->graph);
    viz__puts(out, "observed,predicted,count\n");
    for (size_t i = 0; i < m->classes * m->classes; i++) {
        size_t part[2] = {i / m->classes, i % m->classes};
        for (int k = 0; k < 2; k++) {
            viz__cut(&name, 0);
            class_name(&name, m, part[k]);
            viz__csv(out, viz__text(&name));
            viz__puts(out, ",");
        }
        viz__exact(out, m->count[i]);
        viz__puts(out, "\n");
    }
    viz__fail(out, name.status);
    viz__out_free(&name);
}

static void describe_confusion(viz__out *out, const void *what)
{
    const viz_confusion *m = what;
    double right = 0, sum = 0;
    for (size_t row = 0; row < m->classes; row++) {
        right += m->count[row * m->classes + row];
        sum += row_sum(m, row);
    }
    viz__print(out, "Confusion matrix of %zu classes: ", m->classes);
    viz__number(out, right, 6);
    viz__puts(out, " of ");
    viz__number(out, sum, 6);
    viz__puts(out, " cases are predicted rightly. ");
    for (size_t row = 0; row < m->classes && m->classes <= 20; row++) {
        class_name(out, m, row);
        viz__puts(out, ":");
        for (size_t k = 0; k < m->classes; k++) {
            viz__puts(out, " ");
            put_count(out, m, row * m->classes + k);
        }
        viz__puts(out, ". ");
    }
}

static const char *title_of_confusion(const void *what)
{
    const char *title = ((const viz_confusion *)what)->title;
    return title != NULL ? title : "Confusion matrix";
}

const viz__chart_kind viz__confusion_kind = {fault_of_confusion, draw_confusion, csv_of_confusion,
                                             describe_confusion, title_of_confusion};

ag_status viz_save_confusion(ag_graph *g, const char *path, const viz_confusion *matrix,
                             const viz_options *options)
{
    return viz__chart_save("viz_save_confusion", g, path, &viz__confusion_kind, matrix, options);
}
