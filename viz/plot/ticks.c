/* Numbers of an axis: which ones, where, and how they are written. Must not know what is drawn.
 *
 * Steps are 1, 2 or 5 times a power of ten; of these the smallest is taken whose labels have a
 * space between them. On a logarithmic axis powers of ten come first, then their twofold and
 * fivefold.
 * Sources: Heckbert, "Nice Numbers for Graph Labels", Graphics Gems, 1990; the labels that decide
 * are the idea of legibility in Talbot, Lin and Hanrahan, "An Extension of Wilkinson's Algorithm
 * for Positioning Tick Labels on Axes", 2010.
 */
#include "plot.h"

#include <float.h>
#include <math.h>

#define SPACE 16        /* between two labels */
#define LEAST_ACROSS 40 /* pixels between two ticks */
#define LEAST_UPRIGHT 30
#define SLACK 1e-9
#define SMALLEST 1e-290 /* a smaller range has no digits to tell its ends apart */

bool viz__scale_takes(bool log, double value)
{
    return fabs(value) <= VIZ__LARGEST && (!log || value >= DBL_MIN);
}

static double place(bool log, double value)
{
    return log ? log10(value) : value;
}

double viz__scale_at(const viz__scale *s, double value)
{
    double from = place(s->log, s->from), to = place(s->log, s->to);
    double share = (place(s->log, value) - from) / (to - from);
    return s->at + fmin(fmax(share, -100), 100) * s->length;
}

void viz__scale_widen(viz__scale *s, double pad)
{
    double from = place(s->log, s->from), to = place(s->log, s->to);
    double size = fmax(fabs(from), fabs(to));
    if (to - from < fmax(1e-10 * size, SMALLEST)) {
        double by = s->log ? 0.5 : size > SMALLEST ? size * 0.1 : 1;
        from -= by;
        to += by;
    } else {
        double by = pad * (to - from);
        from -= by;
        to += by;
    }
    s->from = s->log ? fmax(pow(10, from), DBL_MIN) : from;
    s->to = s->log ? pow(10, fmin(to, 305)) : to;
}

double viz__nice_step(double least)
{
    double power = pow(10, floor(log10(least) + SLACK));
    double times = least / power;
    double nice = times <= 1 + SLACK ? 1 : times <= 2 + SLACK ? 2 : times <= 5 + SLACK ? 5 : 10;
    return nice * power;
}

/* --- labels ----------------------------------------------------------------------------------- */

static void put_decimals(viz__out *out, double value, int decimals)
{
    char text[40];
    double scale = pow(10, decimals);
    double whole = floor(fabs(value) * scale + 0.5);
    int n = 0;
    for (int i = 0; i <= decimals || whole >= 1; i++) {
        if (i == decimals && decimals > 0) {
            text[n++] = '.';
        }
        text[n++] = (char)('0' + (int)fmod(whole, 10));
        whole = floor(whole / 10);
    }
    bool negative = value < 0 && floor(fabs(value) * scale + 0.5) > 0;
    viz__put(out, "-", negative ? 1u : 0u);
    while (n > 0) {
        viz__put(out, &text[--n], 1);
    }
}

static void put_power(viz__out *out, int exponent)
{
    static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    char digits[16];
    snprintf(digits, sizeof digits, "%d", exponent < 0 ? -exponent : exponent);
    viz__puts(out, exponent < 0 ? "10⁻" : "10");
    for (const char *d = digits; *d != '\0'; d++) {
        viz__puts(out, raised[*d - '0']);
    }
}

/* A number 1, 2 or 5 times a power of ten. */
static void put_round(viz__out *out, double value)
{
    int exponent = (int)floor(log10(value) + SLACK);
    int times = (int)(value / pow(10, exponent) + 0.5);
    if (exponent >= -3 && exponent <= 4) {
        put_decimals(out, value, exponent < 0 ? -exponent : 0);
        return;
    }
    if (times > 1) {
        viz__print(out, "%d·", times);
    }
    put_power(out, exponent);
}

void viz__tick_label(viz__out *out, const viz__ticks *t, int i)
{
    if (t->round) {
        put_round(out, t->value[i]);
    } else if (t->decimals >= 0) {
        put_decimals(out, t->value[i], t->decimals);
    } else {
        viz__number(out, t->value[i], -t->decimals);
    }
}

/* How much room the label of tick i takes along the axis. */
static double label_room(const viz__ticks *t, int i, bool upright, viz__out *scratch)
{
    if (upright) {
        return VIZ__TEXT_SIZE;
    }
    size_t before = scratch->used;
    viz__tick_label(scratch, t, i);
    double width = viz__text_width(viz__text(scratch) + before, VIZ__TEXT_SIZE, false);
    viz__cut(scratch, before);
    return width;
}

/* Gives tick i a label if it does not come too near to another. */
static void try_label(viz__ticks *t, int i, const viz__scale *s, bool upright, viz__out *scratch)
{
    double at = viz__scale_at(s, t->value[i]), room = label_room(t, i, upright, scratch);
    for (int k = 0; k < t->n; k++) {
        double apart = fabs(viz__scale_at(s, t->value[k]) - at);
        double other = t->labeled[k] ? label_room(t, k, upright, scratch) : 0;
        if (t->labeled[k] && apart < (room + other) / 2 + SPACE / 2.0) {
            return;
        }
    }
    t->labeled[i] = true;
}

/* --- linear ----------------------------------------------------------------------------------- */

/* Decimals for this step, or so many digits, as a negative number, where numbers are too large or
 * too small for decimals. */
static int decimals_of(double step, double largest)
{
    int exponent = (int)floor(log10(step) + SLACK);
    if (largest < 1e6 && exponent >= -5) {
        return exponent < 0 ? -exponent : 0;
    }
    int digits = (int)floor(log10(largest) + SLACK) - exponent + 1;
    return -(digits < 1 ? 1 : digits > 15 ? 15 : digits);
}

static viz__ticks every(const viz__scale *s, double step)
{
    viz__ticks t = {.n = 0};
    double first = ceil(s->from / step - SLACK), last = floor(s->to / step + SLACK);
    for (double k = first; k <= last && t.n < VIZ__TICKS; k++) {
        t.labeled[t.n] = true;
        t.value[t.n++] = k * step + 0.0;
    }
    t.decimals = decimals_of(step, fmax(fabs(s->from), fabs(s->to)));
    return t;
}

static bool labels_fit(const viz__ticks *t, const viz__scale *s, bool upright, viz__out *scratch)
{
    double least = upright ? LEAST_UPRIGHT : LEAST_ACROSS;
    for (int i = 1; i < t->n; i++) {
        double apart = fabs(viz__scale_at(s, t->value[i]) - viz__scale_at(s, t->value[i - 1]));
        double room =
            (label_room(t, i, upright, scratch) + label_room(t, i - 1, upright, scratch)) / 2;
        if (apart < fmax(least, room + SPACE)) {
            return false;
        }
    }
    return true;
}

/* Where the labels of even two ticks do not fit, some stay without. */
static void label_some(viz__ticks *t, const viz__scale *s, bool upright, viz__out *scratch)
{
    for (int i = 0; i < t->n; i++) {
        t->labeled[i] = false;
    }
    for (int i = 0; i < t->n; i++) {
        try_label(t, i, s, upright, scratch);
    }
}

static viz__ticks linear_ticks(const viz__scale *s, bool upright, viz__out *scratch)
{
    double step = viz__nice_step((s->to - s->from) / (VIZ__TICKS - 4));
    step = s->whole && step < 1 ? 1 : step;
    viz__ticks t = every(s, step);
    while (!labels_fit(&t, s, upright, scratch)) {
        step = viz__nice_step(step * 1.5);
        viz__ticks next = every(s, step);
        if (next.n < 2) {
            label_some(&t, s, upright, scratch);
            break;
        }
        t = next;
    }
    return t;
}

/* --- logarithmic ------------------------------------------------------------------------------ */

static bool is_times(double value, double times)
{
    double shift = log10(value / times);
    return fabs(shift - floor(shift + 0.5)) < 1e-6;
}

static viz__ticks log_ticks(const viz__scale *s, bool upright, viz__out *scratch)
{
    static const double order[] = {1, 5, 2};
    viz__ticks t = {.round = true};
    int first = (int)floor(log10(s->from) - SLACK), last = (int)ceil(log10(s->to));
    int stride = 1 + (last - first) / 12;
    for (int e = first - first % stride; e <= last; e += stride) {
        for (int times = 1; times <= (stride == 1 && last - first <= 6 ? 9 : 1); times++) {
            double value = times * pow(10, e);
            if (value >= s->from * (1 - SLACK) && value <= s->to * (1 + SLACK) &&
                t.n < VIZ__TICKS) {
                t.value[t.n++] = value;
            }
        }
    }
    for (int k = 0; k < (last - first <= 4 ? 3 : 1); k++) {
        for (int i = 0; i < t.n; i++) {
            if (is_times(t.value[i], order[k])) {
                try_label(&t, i, s, upright, scratch);
            }
        }
    }
    return t;
}

viz__ticks viz__ticks_of(const viz__scale *s, bool upright, viz__out *scratch)
{
    bool decades = s->log && s->to / s->from >= 10;
    return decades ? log_ticks(s, upright, scratch) : linear_ticks(s, upright, scratch);
}
