/* A data set for the eye: what is in it, and its first rows as a table. Must not know files. */
#include "data.h"
#include "number.h"

#include <math.h>
#include <string.h>

enum {
    LINES = 40,  /* columns that are listed */
    FIRST = 5,   /* values shown of each */
    ACROSS = 12, /* columns of a table */
    DIGITS = 6,
    CELL = 24, /* characters of a cell, longer ones are cut */
};

static ag_status written(FILE *out)
{
    return ferror(out) ? AG_ERR_IO : AG_OK;
}

/* The name of class c, or its number. */
static const char *class_text(const nn__name_list *classes, double c, char text[NN__NUMBER_TEXT])
{
    bool named = c >= 0 && c < (double)classes->n && classes->name[(int64_t)c][0] != '\0';
    return named ? classes->name[(int64_t)c] : nn__number_text(c, 15, text);
}

/* Classes are named after y's; those of x only where y has none. */
static const nn__name_list *names_of(const nn_data *d, const nn__block *b)
{
    static const nn__name_list none = {NULL, 0};
    return b->classes > 0 && (b == &d->y || d->y.values == NULL || b->classes == d->y.classes)
               ? &d->classes
               : &none;
}

static double number_at(const nn_data *d, const nn__block *b, int64_t row, int64_t j)
{
    double x;
    nn__read(b, nn__stored(d, row), j, 1, &x);
    return x;
}

/* --- what is in it ---------------------------------------------------------------------------- */

static void print_block(FILE *out, const char *which, const nn__block *b)
{
    char shape[AG_SHAPE_TEXT], number[NN__NUMBER_TEXT];
    fprintf(out, "%s %s %s", which, nn_element_text(b->element), ag_shape_text(b->shape, shape));
    if (b->classes > 0) {
        fprintf(out, " of %lld classes", (long long)b->classes);
    }
    if (b->subtract != 0) {
        fprintf(out, ", less %s", nn__number_text(b->subtract, DIGITS, number));
    }
    if (b->divide != 1) {
        fprintf(out, ", divided by %s", nn__number_text(b->divide, DIGITS, number));
    }
}

typedef struct summary {
    double low, high, sum;
    int64_t n, missing;
} summary;

static void summarize(const nn_data *d, const nn__block *b, int64_t j, summary *s)
{
    for (int64_t i = 0; i < d->rows; i++) {
        double x = number_at(d, b, i, j);
        s->missing += isnan(x);
        if (!isnan(x)) {
            s->low = s->n == 0 || x < s->low ? x : s->low;
            s->high = s->n == 0 || x > s->high ? x : s->high;
            s->sum += x;
            s->n++;
        }
    }
}

static void print_summary(FILE *out, const summary *s)
{
    char low[NN__NUMBER_TEXT], high[NN__NUMBER_TEXT], mean[NN__NUMBER_TEXT];
    if (s->n > 0) {
        fprintf(out, "  from %s to %s, mean %s", nn__number_text(s->low, DIGITS, low),
                nn__number_text(s->high, DIGITS, high),
                nn__number_text(s->sum / (double)s->n, DIGITS, mean));
    }
    if (s->missing > 0) {
        fprintf(out, "  %lld missing", (long long)s->missing);
    }
    fputc('\n', out);
}

static void print_column(FILE *out, const nn_data *d, const nn__block *b, int64_t j,
                         const char *name)
{
    char text[NN__NUMBER_TEXT], number[32];
    summary s = {0, 0, 0, 0, 0};
    snprintf(number, sizeof number, "%lld", (long long)(j + 1));
    fprintf(out, "  %c %-16.40s", b == &d->x ? 'x' : 'y', name != NULL ? name : number);
    for (int64_t i = 0; i < d->rows && i < FIRST; i++) {
        double x = number_at(d, b, i, j);
        fprintf(out, " %.20s",
                b->classes > 0 ? class_text(names_of(d, b), x, text)
                               : nn__number_text(x, DIGITS, text));
    }
    fputs(d->rows > FIRST ? " ..." : "", out);
    if (b->classes > 0) {
        fputc('\n', out);
        return;
    }
    summarize(d, b, j, &s);
    print_summary(out, &s);
}

static void print_classes(FILE *out, const nn_data *d)
{
    char text[NN__NUMBER_TEXT];
    for (int64_t c = 0; c < d->y.classes && c < LINES; c++) {
        int64_t n = 0;
        for (int64_t i = 0; i < d->rows; i++) {
            n += nn_label(d, i) == c;
        }
        fprintf(out, "%s%.40s %lld", c == 0 ? "    rows of each class: " : ", ",
                class_text(&d->classes, (double)c, text), (long long)n);
    }
    fputs(d->y.classes > LINES ? ", ...\n" : "\n", out);
}

/* A line for each number of an input that is a list of numbers, one line for a picture. */
static void print_inputs(FILE *out, const nn_data *d)
{
    if (d->x.shape.ndim <= 1 && d->x.classes == 0) {
        for (int64_t j = 0; j < d->x.size && j < LINES; j++) {
            print_column(out, d, &d->x, j, nn_column_name(d, j));
        }
        if (d->x.size > LINES) {
            fprintf(out, "  ... and %lld more\n", (long long)(d->x.size - LINES));
        }
    } else if (d->x.classes == 0) {
        summary s = {0, 0, 0, 0, 0};
        for (int64_t j = 0; j < d->x.size; j++) {
            summarize(d, &d->x, j, &s);
        }
        fputs("  x", out);
        print_summary(out, &s);
    }
}

ag_status nn_print_data(FILE *out, const nn_data *d)
{
    if (out == NULL || d == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    fprintf(out, "%lld rows: ", (long long)d->rows);
    print_block(out, "x", &d->x);
    if (d->y.values != NULL) {
        print_block(out, "; y", &d->y);
    }
    fputc('\n', out);
    print_inputs(out, d);
    for (int64_t j = 0; d->y.values != NULL && d->y.shape.ndim <= 1 && j < d->y.size && j < LINES;
         j++) {
        print_column(out, d, &d->y, j, nn_target_name(d, j));
    }
    if (nn_classes(d) > 0 && d->y.size == 1) {
        print_classes(out, d);
    }
    for (int64_t c = 0; c < d->extra.names.n; c++) {
        fprintf(out, "  extra %.40s\n", d->extra.names.name[c]);
    }
    return written(out);
}

/* --- the first rows --------------------------------------------------------------------------- */

/* Columns of the table: the row's number, those of x, those of y. */
typedef struct table {
    const nn_data *data;
    int64_t x, y; /* how many of each are shown */
} table;

/* The text of a cell; row -1 is the line of names. */
static const char *cell(const table *t, int64_t row, int64_t column, char text[CELL + 1])
{
    const nn_data *d = t->data;
    char number[NN__NUMBER_TEXT];
    const char *name;
    bool of_y = column > t->x;
    int64_t j = column - 1 - (of_y ? t->x : 0);
    const nn__block *b = of_y ? &d->y : &d->x;
    if (column == 0) {
        snprintf(text, CELL + 1, row < 0 ? "row" : "%lld", (long long)nn_stored_row(d, row));
    } else if (row >= 0) {
        double x = number_at(d, b, row, j);
        snprintf(text, CELL + 1, "%s",
                 b->classes > 0 ? class_text(names_of(d, b), x, number)
                                : nn__number_text(x, DIGITS, number));
    } else if ((name = of_y ? nn_target_name(d, j) : nn_column_name(d, j)) != NULL) {
        snprintf(text, CELL + 1, "%s", name);
    } else {
        snprintf(text, CELL + 1, "%c%lld", of_y ? 'y' : 'x', (long long)(j + 1));
    }
    return text;
}

ag_status nn_print_head(FILE *out, const nn_data *d, int64_t n)
{
    if (out == NULL || d == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    char text[CELL + 1];
    int64_t y = nn_target_size(d) < 4 ? nn_target_size(d) : 4;
    table t = {d, d->x.size < ACROSS ? d->x.size : ACROSS, y};
    int width[1 + ACROSS + 4];
    n = n < 0 ? 0 : n < d->rows ? n : d->rows;
    for (int64_t c = 0; c <= t.x + t.y; c++) {
        width[c] = 1;
        for (int64_t i = -1; i < n; i++) {
            int w = (int)strlen(cell(&t, i, c, text));
            width[c] = w > width[c] ? w : width[c];
        }
    }
    for (int64_t i = -1; i < n; i++) {
        for (int64_t c = 0; c <= t.x + t.y; c++) {
            fprintf(out, "%s%*s", c == 0 ? "" : "  ", width[c], cell(&t, i, c, text));
            fputs(c == t.x && t.x < d->x.size ? "  ..." : "", out);
        }
        fputc('\n', out);
    }
    return written(out);
}
