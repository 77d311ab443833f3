/* What the examples of calculations done by hand share: is a number the one printed in the lecture,
 * and rounding on the way as a lecturer does at the board. Must not know any network.
 */
#ifndef BOARD_H
#define BOARD_H

#include <autograd.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Does `got`, rounded to as many decimals as were printed, read the same? */
static inline bool board_is(double got, const char *printed)
{
    char text[64];
    const char *point = strchr(printed, '.');
    int decimals = point != NULL ? (int)strlen(point + 1) : 0;
    snprintf(text, sizeof text, "%.*f", decimals, got);
    return strcmp(text, printed) == 0;
}

/* One line of a table: without rounding, with the lecture's rounding, and what the lecture printed,
 * which the rounded number must be. */
static inline bool board_row(const char *what, double exact, double rounded, const char *printed)
{
    bool good = board_is(rounded, printed);
    printf("  %-26s %10.6f  %10.6f  %8s%s\n", what, exact, rounded, printed,
           good ? "" : "  differs");
    return good;
}

/* t rounded to some decimals: t plus a constant, so that its derivative stays 1. NULL for more
 * than 8 elements. */
static inline ag_tensor *board_round(ag_tensor *t, int decimals)
{
    double v[8], unit = pow(10, -decimals);
    int64_t n = ag_size(t);
    if (n > 8 || ag_get(t, v, n) != AG_OK) {
        return NULL;
    }
    for (int64_t i = 0; i < n; i++) {
        v[i] = rint(v[i] / unit) * unit - v[i];
    }
    return ag_add(t, ag_from_values(ag_graph_of(t), AG_CONSTANT, ag_shape_of(t), v));
}

/* Element i of a vector, and of its gradient. */
static inline double board_at(const ag_tensor *t, int64_t i)
{
    return ag_item_at(t, AG_SHAPE(i));
}

static inline double board_gradient_at(const ag_tensor *t, int64_t i)
{
    return ag_grad_item_at(t, AG_SHAPE(i));
}

#endif
