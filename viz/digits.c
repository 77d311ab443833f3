/* Numbers as text: the same bytes in every locale, and digits chosen so that a printed line can
 * be recomputed by its reader. Knows nothing of graphs.
 *
 * printf and strtod write and read the locale's decimal point, so the digits are taken out of
 * "%.*e", whatever stands between them, and laid out here.
 */
#include "internal.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST 6 /* 10^6 and above in scientific notation */
#define SMALLEST (-4)
#define EXACT 15 /* decimal digits that a double always keeps */
#define MOST 17

typedef struct decimal {
    char digit[MOST + 4];
    int n;        /* digits */
    int exponent; /* of the first digit */
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

/* How many digits are printed: a number below 10^6 is never cut before its decimal point. */
static int significant(double value, int digits)
{
    int n = digits < 1 ? 1 : digits > MOST ? MOST : digits;
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

/* Printed as it is, which for most local partials saves the work. */
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

/* Drops zeros at the end when the digits after them are zero too. */
static void trim(decimal *d, double value)
{
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
