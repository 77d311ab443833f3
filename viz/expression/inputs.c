/* The names of a program that take a value: those without one, and those whose value the program
 * gives in numbers. So a page can offer a slider for each before anything is recorded. Must not know
 * what is recorded.
 */
#include "syntax.h"

/* Two names of the program without a sign between them: the reader meant a product, and is told so
 * when the program is recorded. */
static bool is_two_names(const viz_program *p, viz__span name)
{
    for (uint32_t at = name.at + 1; at < name.end; at++) {
        const char *text = p->source + name.at;
        if (viz__symbol_find(p, text, at - name.at) != VIZ__NONE &&
            viz__symbol_find(p, p->source + at, name.end - at) != VIZ__NONE) {
            return true;
        }
    }
    return false;
}

static bool is_free(const viz_program *p, const viz__symbol *s)
{
    double value;
    size_t n = s->name.end - s->name.at;
    return s->statement == VIZ__NONE && s->first_use != VIZ__NONE &&
           !viz__constant(p, s->name, &value) && !is_two_names(p, s->name) &&
           viz__function_find(p->source + s->name.at, n) < 0;
}

/* Is it a statement other than the last, in which no name of a variable stands? */
static bool is_given(const viz_program *p, const viz__symbol *s)
{
    double value;
    if (s->statement == VIZ__NONE || s->statement + 1 == p->statement.n) {
        return false;
    }
    const viz__statement *all = p->statement.at;
    uint32_t first = s->statement > 0 ? all[s->statement - 1].root + 1 : 0;
    for (uint32_t i = first; i <= all[s->statement].root; i++) {
        const viz__syntax *part = viz__syntax_at(p, i);
        if (part->kind == VIZ__NAME_USED && !part->as_word &&
            !viz__constant(p, part->name, &value)) {
            return false;
        }
    }
    return true;
}

/* Copies a piece of the program, or = without one, as far as there is room. */
static size_t append(char *text, size_t room, size_t used, const viz_program *p, viz__span piece)
{
    const char *from = p != NULL ? p->source + piece.at : "=";
    for (uint32_t i = 0; i < piece.end - piece.at && used + 1 < room; i++) {
        text[used++] = from[i];
    }
    if (room > 0) {
        text[used] = '\0';
    }
    return used;
}

bool viz_program_input(const viz_program *p, int i, char *text, size_t room)
{
    for (uint32_t k = 0; p != NULL && k < p->symbol.n; k++) {
        const viz__symbol *s = VIZ__AT(viz__symbol, p->symbol, k);
        bool given = is_given(p, s);
        if ((!given && !is_free(p, s)) || i-- > 0) {
            continue;
        }
        size_t used = append(text, room, 0, p, s->name);
        used = append(text, room, used, NULL, (viz__span){0, 1});
        if (given) {
            const viz__statement *by = VIZ__AT(viz__statement, p->statement, s->statement);
            append(text, room, used, p, viz__syntax_at(p, by->root)->whole);
        }
        return true;
    }
    return false;
}
