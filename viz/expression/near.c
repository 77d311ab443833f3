/* Names that are like a given one: for "did you mean". Must not know what they stand for.
 *
 * Source: the distance of two words, Damerau 1964 (a letter more, less, another, or two exchanged).
 */
#include "syntax.h"

#include <string.h>

#define LONGEST 31

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* The distance, in which two letters may be exchanged once; large for long words. */
static int distance(const char *a, const char *b)
{
    int n = (int)strlen(a), m = (int)strlen(b), d[LONGEST + 1][LONGEST + 1];
    if (n > LONGEST || m > LONGEST) {
        return LONGEST;
    }
    for (int i = 0; i <= n; i++) {
        for (int j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            int other = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            d[i][j] = least(other, 1 + least(d[i - 1][j], d[i][j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
            }
        }
    }
    return d[n][m];
}

/* A third of the letters may differ; of two or three, one. */
static bool closer(const char *word, const char *name, int *best)
{
    int d = distance(word, name), n = (int)strlen(name);
    int most = n < 2 ? 0 : n < 6 ? 1 : n / 3;
    if (d <= most && d < *best) {
        *best = d;
        return true;
    }
    return false;
}

/* The names of bindings that the program does not have are near ones, too. */
static void among_bindings(const viz_program *p, const char *word, int *best, char text[VIZ__SHORT])
{
    for (uint32_t i = 0; i < p->binding.n; i++) {
        const viz_program *b = VIZ__AT(viz__binding, p->binding, i)->program;
        viz__span name = VIZ__AT(viz__statement, b->statement, 0)->name;
        char other[VIZ__NAME_ROOM];
        viz__plain_name(b, name, other, sizeof other);
        if (closer(word, other, best)) {
            viz__short(b, name, text);
        }
    }
}

static bool has_value(const viz_program *p, const viz__symbol *s)
{
    double value;
    return s->statement != VIZ__NONE || s->binding != VIZ__NONE ||
           viz__constant(p, s->name, &value);
}

void viz__small_letters(char *text)
{
    for (; *text != '\0'; text++) {
        *text = (char)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
    }
}

const char *viz__nearest(viz_program *p, viz__span name, bool called, char text[VIZ__SHORT])
{
    char word[VIZ__NAME_ROOM], other[VIZ__NAME_ROOM];
    int best = LONGEST;
    viz__plain_name(p, name, word, sizeof word);
    if (called) {
        viz__small_letters(word);
    }
    for (int i = 0; called && viz__function_at(i) != NULL; i++) {
        if (closer(word, viz__function_at(i)->name, &best)) {
            ag_format_text(text, VIZ__SHORT, "%s", viz__function_at(i)->name);
        }
    }
    for (uint32_t i = 0; !called && i < p->symbol.n; i++) {
        const viz__symbol *s = VIZ__AT(viz__symbol, p->symbol, i);
        viz__plain_name(p, s->name, other, sizeof other);
        if (has_value(p, s) && closer(word, other, &best)) {
            viz__short(p, s->name, text);
        }
    }
    if (!called) {
        among_bindings(p, word, &best, text);
    }
    return best < LONGEST ? text : NULL;
}

/* The constant e does not count: rate is not rat*e. */
static bool is_known(const viz_program *p, viz__span part)
{
    char plain[VIZ__NAME_ROOM];
    uint32_t i = viz__symbol_find(p, plain, viz__plain_name(p, part, plain, sizeof plain));
    bool pi = viz__span_is(p, part, "pi") || viz__span_is(p, part, "π");
    return pi || viz__bound(p, plain) != VIZ__NONE ||
           (i != VIZ__NONE && !viz__span_is(p, part, "e") &&
            has_value(p, VIZ__AT(viz__symbol, p->symbol, i)));
}

const char *viz__as_product(viz_program *p, viz__span name, char text[VIZ__SHORT])
{
    for (uint32_t at = name.at + 1; at < name.end; at++) {
        viz__span left = {name.at, at}, right = {at, name.end};
        char a[VIZ__SHORT], b[VIZ__SHORT];
        if (((unsigned char)p->source[at] & 0xC0u) != 0x80u && is_known(p, left) &&
            is_known(p, right)) {
            ag_format_text(text, VIZ__SHORT, "%s*%s", viz__short(p, left, a),
                           viz__short(p, right, b));
            return text;
        }
    }
    return NULL;
}
