/* Tables whose columns are aligned on a terminal, also where a character has several bytes or a
 * double width. Must not know anything of graphs.
 */
#include "text.h"

#include <string.h>

viz__table viz__table_new(ag_graph *g, const viz__column *column, size_t columns)
{
    return (viz__table){.column = column, .columns = columns, .cells = viz__to_text(g)};
}

void viz__table_free(viz__table *t)
{
    viz__out_free(&t->cells);
}

void viz__cell_end(viz__table *t)
{
    viz__put(&t->cells, "", 1);
}

void viz__text_cell(viz__table *t, const char *text)
{
    viz__puts(&t->cells, text);
    viz__cell_end(t);
}

void viz__count_cell(viz__table *t, size_t count)
{
    viz__print(&t->cells, "%zu", count);
    viz__cell_end(t);
}

void viz__number_cell(viz__table *t, double value, int digits)
{
    viz__signed(&t->cells, value, digits);
    viz__cell_end(t);
}

void viz__row_end(viz__table *t, size_t cells)
{
    for (; cells < t->columns; cells++) {
        viz__cell_end(t);
    }
    t->rows++;
}

/* Reads the cells of one row from *at, and moves that to the next row. Returns how many cells there
 * are without the empty ones at the end. */
static size_t read_row(const viz__table *t, const char **at, const char *cell[VIZ__COLUMNS])
{
    size_t filled = 0;
    for (size_t k = 0; k < t->columns; k++) {
        cell[k] = *at;
        *at += strlen(*at) + 1;
        filled = cell[k][0] != '\0' ? k + 1 : filled;
    }
    return filled;
}

void viz__table_measure(viz__table *t)
{
    const char *at = viz__text(&t->cells), *cell[VIZ__COLUMNS];
    for (size_t k = 0; k < t->columns; k++) {
        t->width[k] = t->column[k].least;
    }
    for (size_t i = 0; i < t->rows && t->cells.status == AG_OK; i++) {
        size_t filled = read_row(t, &at, cell);
        for (size_t k = 0; k + 1 < filled; k++) {
            size_t width = viz__width(cell[k]);
            bool fits = t->column[k].most == 0 || width <= t->column[k].most;
            t->width[k] = fits && width > t->width[k] ? width : t->width[k];
        }
    }
}

size_t viz__table_offset(const viz__table *t, size_t column)
{
    size_t offset = 0;
    for (size_t k = 0; k < column; k++) {
        offset += t->width[k] + t->column[k].gap;
    }
    return offset;
}

void viz__table_write(viz__out *out, const viz__table *t)
{
    const char *at = viz__text(&t->cells), *cell[VIZ__COLUMNS];
    if (t->cells.status != AG_OK) {
        viz__fail(out, t->cells.status);
        return;
    }
    for (size_t i = 0; i < t->rows; i++) {
        size_t filled = read_row(t, &at, cell);
        for (size_t k = 0; k < filled; k++) {
            size_t width = viz__width(cell[k]);
            size_t fill = t->width[k] > width ? t->width[k] - width : 0;
            viz__pad(out, t->column[k].right ? fill : 0);
            viz__puts(out, cell[k]);
            if (k + 1 < filled) {
                viz__pad(out, (t->column[k].right ? 0 : fill) + t->column[k].gap);
            }
        }
        viz__put(out, "\n", 1);
    }
}
