/* What the steps of reading a table share: fields are found (csv_scan.c), columns get their names
 * (csv_header.c) and roles (csv_columns.c), fields become numbers and categories (csv_rows.c), and
 * these a data set (csv_build.c). Private to nn/formats.
 */
#ifndef NN_FORMATS_CSV_H
#define NN_FORMATS_CSV_H

#include <autograd/nn_formats.h>

#include "categories.h"
#include "nn/disk/source.h"

/* --- fields ----------------------------------------------------------------------------------- */

typedef enum nn__after { NN__SEPARATOR, NN__LINE_END, NN__FILE_END } nn__after;

typedef struct nn__field {
    char *text; /* without quotes and the blanks around it */
    int64_t n;
    bool quoted, doubled; /* doubled: quotes in it are still written twice */
    nn__after after;
} nn__field;

/* The place of reading. It changes nothing, so a line may be read again. */
typedef struct nn__scan {
    const nn__source *in;
    char *p, *end;
    char separator, decimal;
    int64_t line; /* of p, from 1 */
} nn__scan;

/* Passes over line ends, blanks between them counted. False at the end of the file. */
bool nn__scan_skip_blank(nn__scan *s);
/* The next field, and what stands behind it. False and an error. */
bool nn__scan_field(nn__scan *s, nn__field *f);
/* If a number and nothing else is the next field, passes over it. */
bool nn__scan_number(nn__scan *s, double *value, nn__after *after);
/* Writes doubled quotes once, in place. */
void nn__field_unquote(nn__field *f);
/* Why a text that looks like a number is none; NULL where it does not look like one. */
const char *nn__number_refused(const char *text, int64_t n, char decimal);

/* --- columns ---------------------------------------------------------------------------------- */

typedef enum nn__kind { NN__UNKNOWN, NN__NUMBERS, NN__TEXT } nn__kind;

typedef struct nn__csv_column {
    const char *name; /* that of the header, or its number */
    bool named;
    bool input, target, extra, out; /* what it is asked for as */
    nn__kind kind;
    int64_t slot;                   /* its place in a row of values; -1: not read */
    int64_t line;                   /* of its first value */
    int64_t missing, first_missing; /* how many; the line of the first */
    bool maybe_none;                /* the last one: it may be but a separator at each line's end */
    bool merge;                     /* numbers that are equal are one category */
    bool closed;                    /* the categories are those of another table */
    bool other;                     /* a category that is not among them is allowed */
    nn__categories categories;
    nn__name_list names; /* the categories in their order, once all rows are read */
} nn__csv_column;

/* A table on its way from the file to a data set. */
typedef struct nn__table {
    nn__source *in;
    nn__scan scan;
    nn_csv o;
    nn__csv_column *column;
    int64_t columns, slots;
    bool sklearn;              /* the first line is one of scikit-learn's */
    int64_t sklearn_rows;      /* that it tells */
    nn__name_list class_names; /* that it tells */
    double missing_number[8];  /* those of o.missing that are numbers */
    int missing_numbers;
    double *value;      /* of row r and slot s: value[r slots + s]; NaN: missing */
    int64_t rows, read; /* kept; read, dropped ones among them */
    int64_t *number;    /* which of the rows read each kept one is */
    nn__scratch column_memory, name_memory, value_memory, number_memory;
} nn__table;

/* Each returns false with an error kept. */
bool nn__csv_header(nn__table *t);  /* reads the first line */
bool nn__csv_columns(nn__table *t); /* gives columns their roles */
bool nn__csv_rows(nn__table *t);    /* reads the rows */
nn_data *nn__csv_build(nn__table *t);

/* Keeps an error about a column, in a line unless that is 0. Returns false. */
bool nn__csv_fail(const nn__table *t, const nn__csv_column *c, int64_t line, const char *hint,
                  const char *format, ...) AG_PRINTF(5, 6);

/* The data set of a table in memory; `name` is what messages call it. */
nn_data *nn__read_csv_bytes(ag_graph *g, const char *name, const void *bytes, size_t n,
                            const nn_csv *o);

#endif
