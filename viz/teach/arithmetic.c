/* Computing what stands in a text. Each number may be rounded in its last digit, and what that can
 * amount to is carried along to the first order. Operators and values lie on two stacks of a fixed
 * size (Dijkstra's shunting yard), so nothing recurses, however deep the brackets are nested.
 * Must not know where the text is from.
 *
 * Source: Dijkstra, "Algol 60 translation", Mathematisch Centrum MR 34 (1961).
 */
#include "arithmetic.h"

#include <math.h>

#define DEPTH 200

typedef struct machine {
    viz__amount value[DEPTH];
    viz__sign sign[DEPTH];
    int values, signs;
    bool operand; /* an operand has just ended */
    bool bad;
} machine;

/* NEGATION binds closer than a product and less than a power. */
#define NEGATION VIZ__OTHER

static int precedence(viz__sign sign)
{
    switch (sign) {
    case VIZ__PLUS:
    case VIZ__MINUS:
        return 1;
    case VIZ__TIMES:
    case VIZ__OVER:
        return 2;
    case NEGATION:
        return 3;
    case VIZ__POWER:
        return 4;
    default:
        return 0; /* a bracket */
    }
}

static viz__amount combine(viz__sign sign, viz__amount a, viz__amount b)
{
    viz__amount c = {.whole = a.whole && b.whole};
    switch (sign) {
    case VIZ__PLUS:
    case VIZ__MINUS:
        c.value = sign == VIZ__PLUS ? a.value + b.value : a.value - b.value;
        c.half = a.half + b.half;
        break;
    case VIZ__TIMES:
        c.value = a.value * b.value;
        c.half = fabs(a.value) * b.half + fabs(b.value) * a.half;
        break;
    case VIZ__OVER:
        c.value = a.value / b.value;
        c.half = (a.half + fabs(c.value) * b.half) / fabs(b.value);
        c.whole = false;
        break;
    default:
        c.value = pow(a.value, b.value);
        c.half = fabs(b.value * pow(a.value, b.value - 1)) * a.half;
        c.whole = c.whole && b.value >= 0;
    }
    /* "1.5 × 10^-7" is one number. */
    c.single = (sign == VIZ__POWER && a.value == 10 && a.whole && b.whole) ||
               (sign == VIZ__TIMES && a.single && b.single && !b.whole && b.half == 0);
    c.half = sign == VIZ__POWER && c.single ? 0 : c.half;
    c.whole = c.whole && !c.single;
    return c;
}

/* Does what the newest operator says. */
static void apply(machine *m)
{
    viz__sign sign = m->sign[--m->signs];
    int needs = sign == NEGATION ? 1 : 2;
    if (m->values < needs) {
        m->bad = true;
        return;
    }
    viz__amount *top = &m->value[m->values - 1];
    if (sign == NEGATION) {
        top->value = -top->value;
        return;
    }
    top[-1] = combine(sign, top[-1], top[0]);
    m->values--;
}

static void push(machine *m, viz__sign sign)
{
    m->bad = m->bad || m->signs == DEPTH;
    if (!m->bad) {
        m->sign[m->signs++] = sign;
    }
}

static void read_operator(machine *m, viz__sign sign)
{
    if (!m->operand) {
        m->bad = m->bad || (sign != VIZ__MINUS && sign != VIZ__PLUS);
        if (sign == VIZ__MINUS) {
            push(m, NEGATION);
        }
        return;
    }
    int own = precedence(sign) + (sign == VIZ__POWER); /* a power binds to the right */
    while (!m->bad && m->signs > 0 && precedence(m->sign[m->signs - 1]) >= own) {
        apply(m);
    }
    push(m, sign);
    m->operand = false;
}

static void read_number(machine *m, const viz__lexeme *t)
{
    m->bad = m->bad || m->operand || m->values == DEPTH;
    if (!m->bad) {
        m->value[m->values++] = (viz__amount){t->value, t->whole ? 0 : t->half, t->whole, true};
    }
    m->operand = true;
}

/* \frac{a}{b} has two pairs of brackets; after the first one comes a division, and the whole is an
 * operand as if it had brackets of its own. */
static void close_bracket(machine *m, bool another)
{
    while (!m->bad && m->signs > 0 && precedence(m->sign[m->signs - 1]) > 0) {
        apply(m);
    }
    m->bad = m->bad || m->signs == 0 || !m->operand;
    if (m->bad) {
        return;
    }
    viz__amount *top = &m->value[m->values - 1];
    m->signs--;
    if (m->signs > 0 && m->sign[m->signs - 1] == VIZ__SQRT) {
        m->signs--;
        *top = (viz__amount){sqrt(top->value), top->half / (2 * sqrt(top->value)), false, false};
    } else if (m->signs > 0 && m->sign[m->signs - 1] == VIZ__FRAC) {
        m->bad = !another;
        m->sign[m->signs - 1] = VIZ__CLOSE; /* the second pair is awaited */
        m->operand = false;
    } else if (m->signs > 0 && m->sign[m->signs - 1] == VIZ__CLOSE) {
        m->signs--;
        m->bad = m->values < 2;
        if (!m->bad) {
            top[-1] = combine(VIZ__OVER, top[-1], top[0]);
            m->values--;
        }
    }
}

static void step(machine *m, const viz__lexeme *t, bool before_open)
{
    switch (t->sign) {
    case VIZ__NUM:
        read_number(m, t);
        return;
    case VIZ__OPEN:
    case VIZ__FRAC:
    case VIZ__SQRT:
        m->bad = m->bad || m->operand || (t->sign != VIZ__OPEN && !before_open);
        push(m, t->sign);
        return;
    case VIZ__CLOSE:
        close_bracket(m, before_open);
        return;
    case VIZ__PLUS:
    case VIZ__MINUS:
    case VIZ__TIMES:
    case VIZ__OVER:
    case VIZ__POWER:
        read_operator(m, t->sign);
        return;
    default:
        m->bad = true;
    }
}

bool viz__compute(const viz__lexeme *token, size_t n, viz__amount *result)
{
    machine m = {.values = 0};
    for (size_t i = 0; i < n && !m.bad; i++) {
        step(&m, &token[i], i + 1 < n && token[i + 1].sign == VIZ__OPEN);
    }
    while (!m.bad && m.signs > 0) {
        m.bad = precedence(m.sign[m.signs - 1]) == 0;
        if (!m.bad) {
            apply(&m);
        }
    }
    if (m.bad || !m.operand || m.values != 1) {
        return false;
    }
    *result = m.value[0];
    return !isnan(result->value) && !isinf(result->value);
}

static bool is_part(const viz__lexeme *t)
{
    return t->sign != VIZ__OTHER && t->sign != VIZ__EQUAL && t->sign != VIZ__ABOUT;
}

/* Do two tokens stand side by side without an operator, so that a calculation ends between them? */
static bool is_gap(const viz__lexeme *before, const viz__lexeme *t)
{
    bool ended = before->sign == VIZ__NUM || before->sign == VIZ__CLOSE;
    bool begins =
        t->sign == VIZ__NUM || t->sign == VIZ__OPEN || t->sign == VIZ__FRAC || t->sign == VIZ__SQRT;
    return ended && begins && t->apart;
}

bool viz__compute_first(const viz__lexeme *token, size_t n, viz__amount *result)
{
    size_t length = 0;
    while (length < n && is_part(&token[length]) &&
           (length == 0 || !is_gap(&token[length - 1], &token[length]))) {
        length++;
    }
    bool attached = length < n && token[length].letter && !token[length].apart;
    return !attached && viz__compute(token, length, result);
}

bool viz__compute_last(const viz__lexeme *token, size_t n, viz__amount *result)
{
    size_t first = n;
    while (first > 0 && is_part(&token[first - 1]) &&
           (first == n || !is_gap(&token[first - 1], &token[first]))) {
        first--;
    }
    bool attached = first > 0 && first < n && token[first - 1].letter && !token[first].apart;
    return !attached && viz__compute(token + first, n - first, result);
}
