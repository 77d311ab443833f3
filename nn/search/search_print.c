/* The result of a search as a table. */
#include "search.h"

#include "nn/data/number.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 10, ROWS = 40, DIGITS = 4 };

double nn_search_value(const nn_search_result *r, int point, const char *axis)
{
    for (int i = 0; r != NULL && axis != NULL && i < r->axes; i++) {
        if (strcmp(r->axis[i], axis) == 0 && point >= 0 && point < r->points) {
            return r->point[(size_t)point * (size_t)r->axes + (size_t)i];
        }
    }
    return (double)NAN;
}

/* --- the order -------------------------------------------------------------------------------- */

/* Does a stand before b? A larger budget, a better mean, a smaller number. */
static bool before(const nn_search_result *r, int a, int b)
{
    double x = r->mean[a], y = r->mean[b];
    if (r->budget[a] != r->budget[b]) {
        return r->budget[a] > r->budget[b];
    }
    if (x != x || y != y) {
        return x == x || (y != y && a < b);
    }
    return x == y ? a < b : r->less_is_better ? x < y : x > y;
}

/* The point that stands next behind `last`, -1 for the first one: no memory is needed. */
static int next_behind(const nn_search_result *r, int last)
{
    int next = -1;
    for (int i = 0; i < r->points; i++) {
        bool behind = last < 0 || before(r, last, i);
        if (i != last && behind && (next < 0 || before(r, i, next))) {
            next = i;
        }
    }
    return next;
}

/* --- the table -------------------------------------------------------------------------------- */

static int width_of(const char *name)
{
    int n = (int)strlen(name);
    return n > WIDTH ? n : WIDTH;
}

static void cell(FILE *out, double x, int width)
{
    char text[NN__NUMBER_TEXT];
    fprintf(out, "  %*s", width, x == x ? nn__number_text(x, DIGITS, text) : "failed");
}

static void head(FILE *out, const nn_search_result *r)
{
    fprintf(out, "%5s", "point");
    for (int i = 0; i < r->axes; i++) {
        fprintf(out, "  %*s", width_of(r->axis[i]), r->axis[i]);
    }
    if (r->halves) {
        fprintf(out, "  %*s", WIDTH, "budget");
    }
    fprintf(out, "  %*s  %*s\n", WIDTH, "mean", WIDTH, "deviation");
}

static void row(FILE *out, const nn_search_result *r, int p)
{
    fprintf(out, "%5d", p);
    for (int i = 0; i < r->axes; i++) {
        cell(out, r->point[(size_t)p * (size_t)r->axes + (size_t)i], width_of(r->axis[i]));
    }
    if (r->halves) {
        cell(out, r->budget[p], WIDTH);
    }
    cell(out, r->mean[p], WIDTH);
    cell(out, r->deviation[p], WIDTH);
    fputs(p == r->best ? "  best\n" : "\n", out);
}

ag_status nn_print_search(FILE *out, const nn_search_result *r)
{
    if (out == NULL || r == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    head(out, r);
    int shown = 0;
    for (int p = next_behind(r, -1); p >= 0 && shown < ROWS; p = next_behind(r, p)) {
        row(out, r, p);
        shown++;
    }
    if (shown < r->points) {
        fprintf(out, "and %d more points\n", r->points - shown);
    }
    if (r->failed > 0) {
        fprintf(out, "%d trials failed; the first: %s\n", r->failed, r->failure);
    }
    return ferror(out) != 0 ? AG_ERR_IO : AG_OK;
}
