/* Lines of equal height on a grid, as closed rings. Must not know what is drawn with them.
 *
 * The grid gets a border of points that are lower than everything, so that every ring closes. Each
 * ring crosses some edge between two neighbors of one row, so these edges are where to look for
 * rings; each edge is crossed by at most one. In a cell whose corners alternate the mean of the
 * four decides which of them belong together.
 * Source: marching squares, the plane case of Lorensen and Cline, "Marching Cubes", 1987.
 */
#include "plot.h"

#include <math.h>

/* The sides of a cell, clockwise from the top. */
enum { TOP, RIGHT, BOTTOM, LEFT };

typedef struct tracer {
    const viz__field *field;
    double level;
    size_t columns, rows; /* with the border */
    bool *seen;           /* by edge along a row */
    viz__on_ring point;
    void *user;
} tracer;

/* The number at a point of the grid with its border; -inf where there is none. */
static double value_at(const tracer *t, size_t column, size_t row)
{
    const viz__field *f = t->field;
    if (column == 0 || row == 0 || column > f->columns || row > f->rows) {
        return -INFINITY;
    }
    double z = f->get(f, column - 1, row - 1);
    return isnan(z) ? -INFINITY : z;
}

static bool inside(const tracer *t, size_t column, size_t row)
{
    return value_at(t, column, row) >= t->level;
}

/* The ends of a side of the cell whose first corner is this point. */
static void side_ends(size_t column, size_t row, int side, size_t a[2], size_t b[2])
{
    a[0] = column + (side == RIGHT);
    a[1] = row + (side == BOTTOM);
    b[0] = column + (side != LEFT);
    b[1] = row + (side != TOP);
}

static bool crosses(const tracer *t, size_t column, size_t row, int side)
{
    size_t a[2], b[2];
    side_ends(column, row, side, a, b);
    return inside(t, a[0], a[1]) != inside(t, b[0], b[1]);
}

/* A place of the border is that of the nearest point of the grid. */
static double place_of(size_t at, size_t n)
{
    return at == 0 ? 0 : at > n ? (double)n - 1 : (double)at - 1;
}

/* Reports where the ring crosses a side. Beside a point without a number that is at the other. */
static void report(const tracer *t, size_t column, size_t row, int side, bool begin)
{
    size_t a[2], b[2], columns = t->field->columns, rows = t->field->rows;
    side_ends(column, row, side, a, b);
    double low = value_at(t, a[0], a[1]), high = value_at(t, b[0], b[1]);
    bool edge = !isfinite(low) || !isfinite(high);
    double share = !edge ? (t->level - low) / (high - low) : isfinite(high) ? 1 : 0;
    double x = place_of(a[0], columns), y = place_of(a[1], rows);
    t->point(t->user, x + share * (place_of(b[0], columns) - x),
             y + share * (place_of(b[1], rows) - y), edge, begin);
}

/* Which side a ring leaves by that has come in by another. */
static int leave_by(const tracer *t, size_t column, size_t row, int in)
{
    static const int across[2][4] = {{LEFT, BOTTOM, RIGHT, TOP}, {RIGHT, TOP, LEFT, BOTTOM}};
    int crossed = 0, out = in;
    for (int side = TOP; side <= LEFT; side++) {
        if (crosses(t, column, row, side)) {
            crossed++;
            out = side != in ? side : out;
        }
    }
    if (crossed < 4) {
        return out;
    }
    double mean = (value_at(t, column, row) + value_at(t, column + 1, row) +
                   value_at(t, column, row + 1) + value_at(t, column + 1, row + 1)) /
                  4;
    bool first = inside(t, column, row), joined = mean >= t->level;
    return across[first == joined][in];
}

static bool *edge_of(const tracer *t, size_t column, size_t row)
{
    return &t->seen[row * t->columns + column];
}

/* Follows the ring that enters the cell below the edge from this point to the right. */
static void follow(const tracer *t, size_t column, size_t row)
{
    int side = TOP;
    bool begin = true;
    do {
        if (side == TOP || side == BOTTOM) {
            *edge_of(t, column, row + (side == BOTTOM)) = true;
        }
        report(t, column, row, side, begin);
        begin = false;
        int out = leave_by(t, column, row, side);
        column += out == RIGHT ? 1u : 0u;
        column -= out == LEFT ? 1u : 0u;
        row += out == BOTTOM ? 1u : 0u;
        row -= out == TOP ? 1u : 0u;
        side = (out + 2) % 4;
    } while (side != TOP || !*edge_of(t, column, row));
}

ag_status viz__contour(const viz__field *f, double level, viz__on_ring point, void *user)
{
    tracer t = {.field = f, .level = level, .point = point, .user = user};
    t.columns = f->columns + 2;
    t.rows = f->rows + 2;
    t.seen = viz__array(f->graph, t.columns * t.rows, sizeof *t.seen);
    if (t.seen == NULL) {
        return AG_ERR_MEMORY;
    }
    for (size_t row = 1; row + 1 < t.rows; row++) {
        for (size_t column = 0; column + 1 < t.columns; column++) {
            if (!*edge_of(&t, column, row) && crosses(&t, column, row, TOP)) {
                follow(&t, column, row);
            }
        }
    }
    viz__array_free(f->graph, t.seen, t.columns * t.rows, sizeof *t.seen);
    return AG_OK;
}
