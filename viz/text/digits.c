/* Numbers as text: the same bytes in every locale, and rounded so that a reader can compute a
 * printed line again. Must not know anything of graphs.
 *
 * printf writes the decimal point of the locale. So only the digits and the exponent are taken from
 * what it writes for "%.*e", and the point is put in here.
 */
#include "text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST 6     /* numbers from 10^6 on are in scientific notation */
#define SMALLEST (-4) /* and so are numbers below 10^-4 */
#define EXACT 15      /* any number of so many decimal digits survives as a double */
#define MOST 17       /* so many digits distinguish any two doubles */

/* A decimal number, d.ddd * 10^exponent, without its sign. */
typedef struct decimal {
    char digit[MOST + 4];
    int n; /* digits */
    int exponent;
} decimal;

static decimal decimal_of(double value, int digits)
{
    char text[VIZ__NUMBER];
    decimal d = {.n = 0};
    snprintf(text, sizeof text, "%.*e", digits - 1, fabs(value));
    const char *p = text;
    for (; *p != 'e' && *p != '\0'; p++) {
        if (isdigit((unsigned char)*p)) {
            d.digit[d.n++] = *p;
        }
    }
    d.exponent = *p == 'e' ? (int)strtol(p + 1, NULL, 10) : 0;
    return d;
}

/* How many significant digits are printed: at least `digits`, and all digits before the decimal
 * point of a number below 10^6. */
static int significant(double value, int digits)
{
    int n = digits < 1 ? 1 : digits;
    n = n < MOST ? n : MOST;
    double limit = 1;
    for (int i = 0; i < n && i < LARGEST; i++) {
        limit *= 10;
    }
    if (n >= LARGEST || fabs(value) < limit) {
        return n;
    }
    int whole = decimal_of(value, MOST).exponent + 1;
    return whole > n && whole <= LARGEST ? whole : n;
}

/* Such a number is printed as it is, without the work below. Most local partials are. */
static bool is_short_integer(double value)
{
    return fabs(value) < 1e6 && value == trunc(value);
}

double viz__as_printed(double value, int digits)
{
    if (!isfinite(value) || is_short_integer(value)) {
        return value;
    }
    char text[VIZ__NUMBER];
    snprintf(text, sizeof text, "%.*e", significant(value, digits) - 1, value);
    return strtod(text, NULL);
}

/* Drops zeros at the end, but only if nothing was rounded: the digits after them are zero, too. */
static void trim(decimal *d, double value)
{
    if (d->digit[d->n - 1] != '0') {
        return;
    }
    decimal full = decimal_of(value, EXACT);
    for (int i = d->n; i < full.n; i++) {
        if (full.digit[i] != '0') {
            return;
        }
    }
    while (d->n > 1 && d->digit[d->n - 1] == '0') {
        d->n--;
    }
}

static char *put_digits(char *to, const decimal *d, int from, int until)
{
    for (int i = from; i < until; i++) {
        *to++ = i >= 0 && i < d->n ? d->digit[i] : '0';
    }
    return to;
}

static char *put_fixed(char *to, const decimal *d)
{
    int whole = d->exponent + 1; /* digits before the point */
    to = put_digits(to, d, whole > 0 ? 0 : -1, whole > 0 ? whole : 0);
    if (d->n > whole) {
        *to++ = '.';
        to = put_digits(to, d, whole, d->n);
    }
    return to;
}

static char *put_scientific(char *to, const decimal *d)
{
    to = put_digits(to, d, 0, 1);
    if (d->n > 1) {
        *to++ = '.';
        to = put_digits(to, d, 1, d->n);
    }
    return to + sprintf(to, "e%+03d", d->exponent);
}

size_t viz__number_text(char text[VIZ__NUMBER], double value, int digits)
{
    if (!isfinite(value)) {
        strcpy(text, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return strlen(text);
    }
    if (is_short_integer(value)) {
        return (size_t)sprintf(text, "%d", (int)value);
    }
    char *to = text;
    if (value < 0) {
        *to++ = '-';
    }
    decimal d = decimal_of(value, significant(value, digits));
    trim(&d, value);
    bool fixed = d.exponent >= SMALLEST && d.exponent < LARGEST;
    to = fixed ? put_fixed(to, &d) : put_scientific(to, &d);
    *to = '\0';
    return (size_t)(to - text);
}

void viz__number(viz__out *out, double value, int digits)
{
    char text[VIZ__NUMBER];
    viz__put(out, text, viz__number_text(text, value, digits));
}

void viz__exact(viz__out *out, double value)
{
    int digits = EXACT;
    while (digits < MOST && viz__as_printed(value, digits) != value) {
        digits++;
    }
    viz__number(out, value, digits);
}

void viz__signed(viz__out *out, double value, int digits)
{
    char text[VIZ__NUMBER];
    size_t n = viz__number_text(text, value, digits);
    viz__pad(out, text[0] == '-' ? 0 : 1);
    viz__put(out, text, n);
}

void viz__factor(viz__out *out, double value, int digits, bool first)
{
    char text[VIZ__NUMBER];
    viz__number_text(text, value, digits);
    bool wrap = !first && text[0] == '-';
    viz__print(out, wrap ? "(%s)" : "%s", text);
}

void viz__fixed(viz__out *out, double value)
{
    int tenths = (int)floor(fmin(fmax(value, -1e8), 1e8) * 10 + 0.5);
    viz__put(out, "-", tenths < 0 ? 1u : 0u);
    tenths = abs(tenths);
    viz__print(out, tenths % 10 == 0 ? "%d" : "%d.%d", tenths / 10, tenths % 10);
}
