/* The answers of another library in a file of rows "case;what;i;value": read whole, then asked for.
 * Must not know what they are answers to.
 */
#ifndef ROWS_OF_CSV_H
#define ROWS_OF_CSV_H

#include <stdio.h>

#include "expect.h"

enum { CSV_ROWS = 20000, CSV_TEXT = 32 };

typedef struct csv_row {
    char name[CSV_TEXT], what[CSV_TEXT];
    double value;
} csv_row;

typedef struct csv_rows {
    int n;
    csv_row *row;
} csv_rows;

/* *New*: free row. */
static inline csv_rows csv_read(const char *path)
{
    csv_rows all = {0, malloc(CSV_ROWS * sizeof *all.row)};
    FILE *f = fopen(path, "r");
    char value[64];
    int i;
    ck_assert_msg(f != NULL, "%s is not there: run in the project's folder", path);
    for (csv_row *r = all.row;
         fscanf(f, "%31[^;];%31[^;];%d;%63[^\n]\n", r->name, r->what, &i, value) == 4;
         r = all.row + all.n) {
        r->value = strtod(value, NULL);
        ck_assert_int_lt(++all.n, CSV_ROWS);
    }
    ck_assert_msg(feof(f), "%s: row %d", path, all.n + 1);
    fclose(f);
    return all;
}

/* The numbers of one case and name, in the order of the file, at most `most`; how many. */
static inline int csv_find(const csv_rows *all, const char *name, const char *what, double *out,
                           int most)
{
    int n = 0;
    for (int k = 0; k < all->n; k++) {
        if (strcmp(all->row[k].name, name) == 0 && strcmp(all->row[k].what, what) == 0) {
            ck_assert_msg(n < most, "%s;%s: more than %d numbers", name, what, most);
            out[n++] = all->row[k].value;
        }
    }
    return n;
}

/* The one number; it must be there. */
static inline double csv_one(const csv_rows *all, const char *name, const char *what)
{
    double value;
    ck_assert_msg(csv_find(all, name, what, &value, 1) == 1, "%s;%s is not there", name, what);
    return value;
}

#endif
