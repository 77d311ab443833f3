/* Arithmetic of doubles under the names that double_double.h gives that of twice the digits, so that
 * an algorithm written once in a _body.inc is expanded for both: with N(name) a word of it, and NUMBER
 * its type. Private to this folder.
 */
#ifndef OPS_ELEMENTWISE_SPECIAL_DIGITS_H
#define OPS_ELEMENTWISE_SPECIAL_DIGITS_H

#include "double_double.h"

static inline double ag__plain_of(double x)
{
    return x;
}

static inline double ag__plain_add(double x, double y)
{
    return x + y;
}

static inline double ag__plain_mul(double x, double y)
{
    return x * y;
}

static inline double ag__plain_scale(double x, double by)
{
    return x * by;
}

static inline double ag__plain_div(double x, double y)
{
    return x / y;
}

static inline double ag__plain_top(double x)
{
    return x;
}

/* The double nearest to the number. */
static inline double ag__dd_top(ag__dd x)
{
    return x.hi;
}

#endif
