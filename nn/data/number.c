/* Numbers as text. Knows no data.
 *
 * strtod wants the locale's decimal point, so it is given what needs none, digits and an exponent,
 * and only where the number is not had with less. A number is w 10^e with a whole w. With w up to
 * 2^53 and a power of ten that is a double, one operation rounds once (Clinger, How to read
 * floating point numbers accurately, 1990). With up to 19 digits the quotient is computed in twice
 * the precision (Dekker, A floating-point technique for extending the available precision, 1971)
 * and taken unless it lies too near the middle of two doubles to tell.
 */
#include "number.h"

#include <autograd/engine.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where doubles are computed with more digits than they have, the short ways round twice. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD == 0
#define EXACT_STEPS true
#else
#define EXACT_STEPS false
#endif

enum {
    POWERS = 22,   /* 10^22 is the last power of ten that is a double */
    DIGITS = 19,   /* that an uint64_t always holds */
    ENOUGH = 780,  /* no two doubles and the middle between them differ only in later digits */
    FAR = 1000000, /* exponents are cut here: any w makes this 0 or infinite */
};

static const double power[POWERS + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                         1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* A number as it is read: its digits' place, and their value as long as that fits. */
typedef struct decimal {
    const char *first, *last; /* from the first digit to behind the last, the point among them */
    uint64_t w;
    int digits;   /* of w, without zeros in front; more than DIGITS: w is not all of it */
    int exponent; /* of the last digit */
    bool negative;
} decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *read_digits(const char *p, const char *end, char point, decimal *d)
{
    bool fraction = false, any = false;
    for (d->first = p; p != end; p++) {
        if (*p == point && !fraction) {
            fraction = true;
            continue;
        }
        if (!is_digit(*p)) {
            break;
        }
        any = true;
        d->exponent -= fraction && d->exponent > -FAR;
        if (d->digits > 0 || *p != '0') {
            d->digits += d->digits < FAR;
            d->w = d->digits <= DIGITS ? d->w * 10 + (uint64_t)(*p - '0') : d->w;
        }
    }
    d->last = p;
    return any ? p : NULL;
}

/* An `e` without digits behind it is not part of the number. */
static const char *read_exponent(const char *p, const char *end, decimal *d)
{
    const char *q = p;
    if (q == end || (*q != 'e' && *q != 'E')) {
        return p;
    }
    q++;
    bool negative = q != end && *q == '-';
    q += q != end && (*q == '-' || *q == '+');
    int e = 0;
    const char *from = q;
    for (; q != end && is_digit(*q); q++) {
        e = e < FAR ? e * 10 + (*q - '0') : e;
    }
    d->exponent += negative ? -e : e;
    return q != from ? q : p;
}

/* x y = high + low exactly, unless that overflows. */
static void multiply(double x, double y, double *high, double *low)
{
    const double split = 134217729; /* 2^27 + 1 */
    double cx = split * x, xh = cx - (cx - x), xl = x - xh;
    double cy = split * y, yh = cy - (cy - y), yl = y - yh;
    *high = x * y;
    *low = ((xh * yh - *high) + xh * yl + xl * yh) + xl * yl;
}

/* w/p, rounded once; false where it is too near the middle of two doubles. */
static bool divide(uint64_t w, double p, double *out)
{
    double high = (double)(w >> 11) * 2048, low = (double)(w & 2047);
    double s = high + low, rest = low - (s - high); /* w = s + rest */
    double q = s / p, back, error;
    multiply(q, p, &back, &error);
    double d = (((s - back) - error) + rest) / p; /* w/p = q + d */
    *out = q + d * (1 - 0x1p-40);
    return *out == q + d * (1 + 0x1p-40);
}

static double by_strtod(const decimal *d, char point)
{
    char text[ENOUGH + 32];
    int n = 0, exponent = d->exponent;
    bool dropped = false;
    for (const char *p = d->first; p != d->last; p++) {
        if (*p != point && (n > 0 || *p != '0')) {
            if (n < ENOUGH) {
                text[n++] = *p;
            } else {
                dropped |= *p != '0';
                exponent += exponent < FAR;
            }
        }
    }
    if (dropped) { /* the number is a little above the digits kept */
        text[n++] = '1';
        exponent--;
    }
    snprintf(text + n, sizeof text - (size_t)n, "%se%d", n == 0 ? "0" : "", exponent);
    return strtod(text, NULL);
}

const char *nn__number_read(const char *p, const char *end, char point, double *value)
{
    decimal d = {NULL, NULL, 0, 0, 0, p != end && *p == '-'};
    p += p != end && (*p == '-' || *p == '+');
    const char *after = read_digits(p, end, point, &d);
    if (after == NULL) {
        return NULL;
    }
    after = read_exponent(after, end, &d);
    double v;
    bool small = d.digits <= DIGITS && d.w <= (uint64_t)1 << 53;
    if (d.w == 0 && d.digits == 0) {
        v = 0;
    } else if (EXACT_STEPS && small && d.exponent >= -POWERS && d.exponent <= POWERS) {
        v = d.exponent < 0 ? (double)d.w / power[-d.exponent] : (double)d.w * power[d.exponent];
    } else if (!EXACT_STEPS || d.digits > DIGITS || d.exponent >= 0 || d.exponent < -POWERS ||
               !divide(d.w, power[-d.exponent], &v)) {
        v = by_strtod(&d, point);
    }
    *value = d.negative ? -v : v;
    return after;
}

const char *nn__number_text(double value, int digits, char text[NN__NUMBER_TEXT])
{
    if (isnan(value)) {
        return strcpy(text, "NA");
    }
    digits = digits < 1 ? 1 : digits > 17 ? 17 : digits;
    ag_format_text(text, NN__NUMBER_TEXT, "%.*g", digits, value);
    return text;
}

const char *nn__fixed_text(double value, int decimals, char text[NN__NUMBER_TEXT])
{
    if (!(fabs(value) < 1e15)) {
        return nn__number_text(value, decimals, text);
    }
    decimals = decimals < 0 ? 0 : decimals > 15 ? 15 : decimals;
    ag_format_text(text, NN__NUMBER_TEXT, "%.*f", decimals, value);
    return text;
}
