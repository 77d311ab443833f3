/* The names of a program: entered, found, and what some stand for without being given. Must not know
 * what is computed from them.
 */
#include "syntax.h"

#include <math.h>
#include <string.h>

/* The digit that a name has at a place, a subscript's as well as another's, and the length of what
 * stands there: x₁ and x_1 are one name. */
static uint32_t letter_of(const viz_program *p, uint32_t at, uint32_t end, char letter[5])
{
    const unsigned char *s = (const unsigned char *)p->source + at;
    bool subscript = end - at >= 3 && s[0] == 0xE2 && s[1] == 0x82 && s[2] >= 0x80 && s[2] <= 0x89;
    memset(letter, 0, 5);
    letter[0] = subscript ? (char)('0' + (s[2] - 0x80)) : (char)s[0];
    return subscript ? 3 : 1;
}

/* The name with _ and digits where it has subscripts. */
size_t viz__plain_name(const viz_program *p, viz__span name, char *to, size_t room)
{
    size_t n = 0;
    bool digits = false;
    for (uint32_t at = name.at; at < name.end && n + 3 < room;) {
        char letter[5];
        uint32_t length = letter_of(p, at, name.end, letter);
        if (length == 3 && !digits && at > name.at && to[n - 1] != '_') {
            to[n++] = '_';
        }
        digits = length == 3;
        to[n++] = letter[0];
        at += length;
    }
    to[n] = '\0';
    return n;
}

/* FNV-1a, of 32 bits. */
static uint32_t hash_of(const char *name, size_t n)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ (unsigned char)name[i]) * 16777619u;
    }
    return hash;
}

uint32_t viz__symbol_find(const viz_program *p, const char *name, size_t n)
{
    uint32_t hash = hash_of(name, n);
    for (uint32_t i = 0; i < p->symbol.n; i++) {
        char other[VIZ__NAME_ROOM];
        const viz__symbol *s = VIZ__AT(viz__symbol, p->symbol, i);
        if (s->hash == hash && viz__plain_name(p, s->name, other, sizeof other) == n &&
            memcmp(name, other, n) == 0) {
            return i;
        }
    }
    return VIZ__NONE;
}

uint32_t viz__symbol_of(viz_program *p, viz__span name)
{
    char plain[VIZ__NAME_ROOM];
    if (name.end - name.at > VIZ__NAME_ROOM / 2) {
        viz__complain(p, name, NULL, "a name of more than %d bytes", VIZ__NAME_ROOM / 2);
        return VIZ__NONE;
    }
    size_t n = viz__plain_name(p, name, plain, sizeof plain);
    uint32_t i = viz__symbol_find(p, plain, n);
    if (i != VIZ__NONE) {
        return i;
    }
    if (p->symbol.n == VIZ__MOST_NAMES) {
        viz__complain(p, name, NULL, "more than %d names", VIZ__MOST_NAMES);
        return VIZ__NONE;
    }
    viz__symbol *s = viz__grow(p, &p->symbol);
    if (s == NULL) {
        return VIZ__NONE;
    }
    s->name = name;
    s->hash = hash_of(plain, n);
    s->statement = s->binding = s->first_use = VIZ__NONE;
    return p->symbol.n - 1;
}

bool viz__constant(const viz_program *p, viz__span name, double *value)
{
    static const struct {
        const char *name;
        double value;
    } constants[] = {{"pi", 3.14159265358979323846},
                     {"π", 3.14159265358979323846},
                     {"e", 2.71828182845904523536},
                     {"inf", (double)INFINITY},
                     {"∞", (double)INFINITY}};
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        if (viz__span_is(p, name, constants[i].name)) {
            *value = constants[i].value;
            return true;
        }
    }
    return false;
}

uint32_t viz__bound(const viz_program *p, const char *name)
{
    for (uint32_t i = 0; i < p->binding.n; i++) {
        const viz_program *b = VIZ__AT(viz__binding, p->binding, i)->program;
        if (viz__symbol_find(b, name, strlen(name)) != VIZ__NONE) {
            return i;
        }
    }
    return VIZ__NONE;
}

bool viz__varies(const viz_program *p, const viz__symbol *s)
{
    return s->statement != VIZ__NONE &&
           viz__syntax_at(p, VIZ__AT(viz__statement, p->statement, s->statement)->root)->varies;
}
