/* The elements of a tensor in rows and columns, with decimal points below each other. Of a large
 * tensor only the edges are shown. Must not know a recorded graph beyond this one tensor.
 *
 * Source of the layout, brackets and dots: NumPy, array2string.
 */
#include "record.h"

#include <inttypes.h>
#include <string.h>

typedef struct page {
    viz__out *out;
    ag_array a;
    int digits, edge;
    bool cut;           /* long axes show only their edges */
    size_t left, right; /* of the widest element: characters before the point, and from it on */
} page;

/* --- what is shown ---------------------------------------------------------------------------- */

static bool is_cut(const page *p, int axis)
{
    return p->cut && p->a.dim[axis] > 2 * (int64_t)p->edge + 1;
}

/* How many places of an axis are shown; the dots take one. */
static int64_t places(const page *p, int axis)
{
    return is_cut(p, axis) ? 2 * (int64_t)p->edge + 1 : p->a.dim[axis];
}

/* The index at a place of an axis; -1 for the dots. */
static int64_t index_at(const page *p, int axis, int64_t place)
{
    if (!is_cut(p, axis) || place < p->edge) {
        return place;
    }
    return place == p->edge ? -1 : p->a.dim[axis] - places(p, axis) + place;
}

/* --- elements --------------------------------------------------------------------------------- */

static size_t element_text(const page *p, int64_t offset, char text[VIZ__NUMBER])
{
    switch (p->a.dtype) {
    case AG_F32:
        return viz__number_text(text, (double)((const float *)p->a.data)[offset], p->digits);
    case AG_I64:
        return (size_t)snprintf(text, VIZ__NUMBER, "%" PRId64,
                                ((const int64_t *)p->a.data)[offset]);
    default:
        return viz__number_text(text, ((const double *)p->a.data)[offset], p->digits);
    }
}

/* The characters before the decimal point. */
static size_t before_point(const char *text)
{
    return strcspn(text, ".e");
}

static void measure(page *p, int64_t offset)
{
    char text[VIZ__NUMBER];
    size_t n = element_text(p, offset, text), left = before_point(text);
    p->left = left > p->left ? left : p->left;
    p->right = n - left > p->right ? n - left : p->right;
}

/* The last element of a row has nothing after it. */
static void write_element(page *p, int64_t offset, bool last)
{
    char text[VIZ__NUMBER];
    size_t n = element_text(p, offset, text), left = before_point(text);
    viz__pad(p->out, p->left - left);
    viz__put(p->out, text, n);
    viz__pad(p->out, last ? 0 : p->right - (n - left) + 2);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Writes a row, or only measures its elements. */
static void visit_row(page *p, int64_t offset, bool write)
{
    int axis = p->a.ndim - 1;
    int64_t n = places(p, axis);
    for (int64_t k = 0; k < n; k++) {
        int64_t i = index_at(p, axis, k);
        if (i < 0 && write) {
            viz__puts(p->out, "...  ");
        } else if (i >= 0 && write) {
            write_element(p, offset + i * p->a.stride[axis], k == n - 1);
        } else if (i >= 0) {
            measure(p, offset + i * p->a.stride[axis]);
        }
    }
}

/* How many axes before `axis`, counted from the nearest, are at their first, or their last, place.
 */
static int at_edge(const page *p, const int64_t *place, int axis, bool last)
{
    int n = 0;
    while (n < axis && place[axis - 1 - n] == (last ? places(p, axis - 1 - n) - 1 : 0)) {
        n++;
    }
    return n;
}

/* The axis whose place is at the dots; that of the elements if none is. *offset is that of the
 * row. */
static int locate(const page *p, const int64_t *place, int64_t *offset)
{
    int last = p->a.ndim - 1;
    *offset = 0;
    for (int d = 0; d < last; d++) {
        int64_t i = index_at(p, d, place[d]);
        if (i < 0) {
            return d;
        }
        *offset += i * p->a.stride[d];
    }
    return last;
}

/* Goes to the next place of axis - 1, with the places of all later axes at 0; false at the end. */
static bool advance(const page *p, int64_t *place, int axis)
{
    for (int d = axis; d < p->a.ndim; d++) {
        place[d] = 0;
    }
    for (int d = axis - 1; d >= 0; d--) {
        if (++place[d] < places(p, d)) {
            return true;
        }
        place[d] = 0;
    }
    return false;
}

static void repeat(viz__out *out, const char *text, int times)
{
    for (; times > 0; times--) {
        viz__puts(out, text);
    }
}

/* A row in its brackets, or the dots for rows or blocks that are left out. */
static void write_row(page *p, const int64_t *place, int axis, int64_t offset)
{
    int last = p->a.ndim - 1;
    if (axis < last) {
        viz__pad(p->out, (size_t)axis + 1);
        viz__puts(p->out, "...");
        repeat(p->out, "\n", last - axis);
        return;
    }
    int opened = 1 + at_edge(p, place, last, false), closed = 1 + at_edge(p, place, last, true);
    viz__pad(p->out, (size_t)(p->a.ndim - opened));
    repeat(p->out, "[", opened);
    visit_row(p, offset, true);
    repeat(p->out, "]", closed);
    /* Blocks have blank lines between them, as many as axes have ended. */
    repeat(p->out, "\n", closed < p->a.ndim ? closed : 1);
}

static void visit_rows(page *p, bool write)
{
    int64_t place[AG_MAX_DIMS] = {0}, offset;
    int axis;
    do {
        axis = locate(p, place, &offset);
        if (write) {
            write_row(p, place, axis, offset);
        } else if (axis == p->a.ndim - 1) {
            visit_row(p, offset, false);
        }
    } while (advance(p, place, axis == p->a.ndim - 1 ? axis : axis + 1));
}

static void write_elements(page *p)
{
    char text[VIZ__NUMBER];
    if (p->a.size == 0) {
        viz__puts(p->out, "[]\n");
    } else if (p->a.ndim == 0) {
        element_text(p, 0, text);
        viz__print(p->out, "%s\n", text);
    } else {
        visit_rows(p, false);
        visit_rows(p, true);
    }
}

/* --- the tensor ------------------------------------------------------------------------------- */

static void write_head(viz__out *out, const ag_tensor *t, bool gradient)
{
    char shape[AG_SHAPE_TEXT];
    ag_shape_text(ag_shape_of(t), shape);
    if (ag_name_of(t) != NULL) {
        viz__puts(out, gradient ? "gradient of " : "");
        viz__clean(out, ag_name_of(t), false);
        viz__puts(out, "  ");
    }
    viz__print(out, "%s %s\n", ag_dtype_text(ag_dtype_of(t)), shape);
}

/* The array to print; *row_major has room for the strides of a gradient. */
static ag_array array_of(const ag_tensor *t, bool gradient, int64_t row_major[AG_MAX_DIMS])
{
    ag_array a = ag_array_of(t);
    if (gradient) {
        ag_row_major(a.ndim, a.dim, row_major);
        a.stride = row_major;
        a.data = AG_UNCONST(void *, ag_grad_data(t));
    }
    return a;
}

static ag_status refused(const char *who, const ag_tensor *t, const viz_print_options *o)
{
    if (o->digits < 0 || o->digits > 17 || o->edge < 0 || o->most < 0) {
        return viz__refuse(who, t, AG_ERR_VALUE, NULL,
                           "options.digits is not 0 to 17, or options.edge or most is negative");
    }
    double only;
    if (ag_size(t) == 1 && ag_get(t, &only, 1) != AG_OK) {
        return AG_ERR_STATE; /* a handle that a rewind has dropped; ag_get keeps why */
    }
    if (o->gradient && !ag_has_grad(t)) {
        return viz__refuse(who, t, AG_ERR_NO_GRADIENT,
                           "ag_backward computes it, and "
                           "ag_retain_grad keeps that of an interior tensor",
                           "there is no gradient to print");
    }
    return AG_OK;
}

static ag_status print(const char *who, viz__out *out, const ag_tensor *t,
                       const viz_print_options *options)
{
    static const viz_print_options none = {.digits = 0};
    const viz_print_options *o = options != NULL ? options : &none;
    ag_status status = refused(who, t, o);
    if (status != AG_OK) {
        return status;
    }
    int64_t row_major[AG_MAX_DIMS], most = o->most > 0 ? o->most : 1000;
    page p = {.out = out,
              .a = array_of(t, o->gradient, row_major),
              .digits = o->digits > 0 ? o->digits : 4,
              .edge = o->edge > 0 ? o->edge : 3};
    p.cut = p.a.size > most;
    if (!o->bare) {
        write_head(out, t, o->gradient);
    }
    write_elements(&p);
    return viz__told(who, t, viz__flush(out), out->error);
}

ag_status viz_print_tensor(FILE *out, const ag_tensor *t, const viz_print_options *options)
{
    if (out == NULL || t == NULL) {
        return viz__no_file("viz_print_tensor", t);
    }
    viz__out to = viz__to_file(ag_graph_of(t), out);
    return print("viz_print_tensor", &to, t, options);
}

ag_status viz_tensor_string(const ag_tensor *t, const viz_print_options *options, char **text)
{
    static const char *const who = "viz_tensor_string";
    if (!viz__has_place(text, t)) {
        return viz__no_place(who, t);
    }
    viz__out out = viz__to_text(ag_graph_of(t));
    ag_status status = print(who, &out, t, options);
    return viz__hand_over(who, t, status, &out, text);
}
