/* Numbers as text, with a point in every locale. Private to nn/data and nn/formats. Knows no data.
 */
#ifndef NN_DATA_NUMBER_H
#define NN_DATA_NUMBER_H

#include <stddef.h>

/* Reads a decimal number at p: a sign, digits with `point` in or beside them, an exponent. Gives
 * the place behind it and the nearest double (infinite where it is too large); NULL if none begins
 * here. Hexadecimal digits, "inf", "nan" and separators between thousands are no part of a number.
 */
const char *nn__number_read(const char *p, const char *end, char point, double *value);

/* The number with at most this many digits, as %g writes it; "NA" for NaN. Returns `text`. */
#define NN__NUMBER_TEXT 40
const char *nn__number_text(double value, int digits, char text[NN__NUMBER_TEXT]);

/* The same with so many digits behind the point, as %f writes it, but as %g from 1e15 on. */
const char *nn__fixed_text(double value, int decimals, char text[NN__NUMBER_TEXT]);

#endif
