/* A picture of two shapes that do not fit, in a few lines of text: the axes aligned and the clash
 * marked. Must not allocate, because it is a part of an error, and knows no operation: the one that
 * fails says which axes clash.
 */
#include <string.h>

#include "autograd/formula/format_text.h"
#include "error.h"
#include "node.h"

#define LABEL 24 /* bytes of a name that are shown */

static void add(ag_graph *g, const char *format, ...) AG_PRINTF(2, 3);

static void add(ag_graph *g, const char *format, ...)
{
    size_t used = strlen(g->picture), room = sizeof g->picture - used;
    va_list args;
    va_start(args, format);
    ag__print_text_args(g->picture + used, room, format, args);
    va_end(args);
}

/* A long name, or one with control characters, would spoil the columns. */
static const char *label_of(const ag_picture_row *row)
{
    const char *name = row->tensor != NULL ? ag_name_of(row->tensor) : NULL;
    bool fits = name != NULL && strlen(name) <= LABEL;
    for (const char *at = name; fits && *at != '\0'; at++) {
        fits = (unsigned char)*at >= 0x20 && (unsigned char)*at != 0x7F;
    }
    return fits ? name : row->label;
}

/* Characters, where the bytes that continue one do not count. */
static int width_of(const char *text)
{
    int n = 0;
    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return n;
}

static int digits_of(int64_t size)
{
    char text[24];
    return (int)ag_format_text(text, sizeof text, "%lld", (long long)size);
}

/* The width of each axis, counted from the last, in which both shapes have room. */
static void find_widths(const ag_picture_row row[2], int width[AG_MAX_DIMS])
{
    for (int k = 0; k < AG_MAX_DIMS; k++) {
        width[k] = 0;
        for (int i = 0; i < 2; i++) {
            int axis = row[i].shape.ndim - 1 - k;
            int n = axis >= 0 ? digits_of(row[i].shape.dim[axis]) : 0;
            width[k] = n > width[k] ? n : width[k];
        }
    }
}

/* Writes one row; returns the column in which the clashing axis ends, 0 if none does. */
static int put_row(ag_graph *g, const ag_picture_row *row, int label, int axes,
                   const int width[AG_MAX_DIMS])
{
    int column = label + 1, mark = 0;
    const char *text = label_of(row);
    add(g, "%s%*s", text, label + 1 - width_of(text), "");
    for (int k = axes; k-- > 0;) {
        int axis = row->shape.ndim - 1 - k;
        column += 2 + width[k];
        if (axis < 0) {
            add(g, "%*s", 2 + width[k], "");
        } else {
            int pad = width[k] - digits_of(row->shape.dim[axis]);
            add(g, "%s%*s%lld", axis == 0 ? " [" : ", ", pad, "", (long long)row->shape.dim[axis]);
            mark = axis == row->axis ? column : mark;
        }
    }
    add(g, row->shape.ndim == 0 ? " []" : "]");
    return mark;
}

static void put_clash(ag_graph *g, const ag_picture_row row[2], int mark)
{
    if (row[0].axis >= 0 && row[1].axis >= 0) {
        add(g, "%*s^ %lld ≠ %lld", mark - 1, "", (long long)row[0].shape.dim[row[0].axis],
            (long long)row[1].shape.dim[row[1].axis]);
    } else {
        add(g, "%d ≠ %d dimensions", row[0].shape.ndim, row[1].shape.ndim);
    }
}

/* How many elements a shape has; -1 if that does not fit. */
static long long elements_of(const ag_shape *shape)
{
    long long n = 1;
    for (int i = 0; i < shape->ndim; i++) {
        if (shape->dim[i] > 0 && n > INT64_MAX / shape->dim[i]) {
            return -1;
        }
        n *= shape->dim[i];
    }
    return n;
}

static void draw_rows(ag_graph *g, const ag_picture_row row[2], bool elements)
{
    int width[AG_MAX_DIMS], mark = 0, label = 0, axes = row[0].shape.ndim;
    axes = row[1].shape.ndim > axes ? row[1].shape.ndim : axes;
    for (int i = 0; i < 2; i++) {
        int n = width_of(label_of(&row[i]));
        label = n > label ? n : label;
    }
    find_widths(row, width);
    for (int i = 0; i < 2; i++) {
        mark = put_row(g, &row[i], label, axes, width);
        if (elements) {
            add(g, "  %lld elements", elements_of(&row[i].shape));
        }
        add(g, "\n");
    }
    if (!elements) {
        put_clash(g, row, mark);
        add(g, "\n");
    }
}

/* "x [3,5] · w [2,4]", and below it a mark under each of the two axes. */
static void draw_product(ag_graph *g, const ag_picture_row row[2])
{
    int mark[2] = {0, 0}, column = 0;
    for (int i = 0; i < 2; i++) {
        const char *text = label_of(&row[i]);
        add(g, "%s%s [", i > 0 ? " · " : "", text);
        column += width_of(text) + 2 + (i > 0 ? 3 : 0);
        for (int d = 0; d < row[i].shape.ndim; d++) {
            add(g, d > 0 ? ",%lld" : "%lld", (long long)row[i].shape.dim[d]);
            column += digits_of(row[i].shape.dim[d]) + (d > 0);
            mark[i] = d == row[i].axis ? column : mark[i];
        }
        add(g, "]");
        column++;
    }
    add(g, "\n%*s^%*s^ %lld ≠ %lld\n", mark[0] - 1, "", mark[1] - mark[0] - 1, "",
        (long long)row[0].shape.dim[row[0].axis], (long long)row[1].shape.dim[row[1].axis]);
}

void ag_call_picture(const ag_call *call, ag_picture kind, const ag_picture_row row[2])
{
    ag_graph *g = call->graph;
    if (g->error != AG_OK) {
        return;
    }
    g->picture[0] = '\0';
    if (kind == AG_PICTURE_PRODUCT) {
        draw_product(g, row);
    } else {
        draw_rows(g, row, kind == AG_PICTURE_ELEMENTS);
    }
}
