/* A program in memory: made, freed, its arrays, its names. Must not know the grammar.
 */
#include "syntax.h"

#include <autograd/inspect.h>

#include <string.h>

void *viz__grow(viz_program *p, viz__growing *a)
{
    if (a->n == a->room) {
        uint32_t room = a->room == 0 ? 16 : 2 * a->room;
        void *larger = room > a->room ? viz__array(p->graph, room, a->each) : NULL;
        if (larger == NULL) {
            p->failed = true;
            ag_fail(p->graph, AG_ERR_MEMORY, NULL, "program: out of memory");
            return NULL;
        }
        if (a->n > 0) {
            memcpy(larger, a->at, a->n * a->each);
        }
        viz__array_free(p->graph, a->at, a->room, a->each);
        a->at = larger;
        a->room = room;
    }
    char *element = (char *)a->at + a->n++ * a->each;
    memset(element, 0, a->each);
    return element;
}

viz__syntax *viz__syntax_at(const viz_program *p, uint32_t i)
{
    return VIZ__AT(viz__syntax, p->syntax, i);
}

viz__child *viz__child_at(const viz_program *p, const viz__syntax *s, uint32_t i)
{
    return VIZ__AT(viz__child, p->child, s->first + i);
}

viz__syntax *viz__operand_of(const viz_program *p, const viz__syntax *s, uint32_t i)
{
    return viz__syntax_at(p, viz__child_at(p, s, i)->node);
}

viz__value *viz__value_at(const viz_program *p, uint32_t i)
{
    return VIZ__AT(viz__value, p->value, viz__syntax_at(p, i)->same);
}

bool viz__span_is(const viz_program *p, viz__span s, const char *text)
{
    size_t n = strlen(text);
    return s.end - s.at == n && memcmp(p->source + s.at, text, n) == 0;
}

const char *viz__short(const viz_program *p, viz__span s, char text[VIZ__SHORT])
{
    size_t n = s.end - s.at, most = VIZ__SHORT - 4;
    if (n > most) {
        for (n = most; n > 0 && ((unsigned char)p->source[s.at + n] & 0xC0u) == 0x80u;) {
            n--;
        }
    }
    memcpy(text, p->source + s.at, n);
    strcpy(text + n, n < s.end - s.at ? "..." : "");
    for (size_t i = 0; text[i] != '\0'; i++) {
        text[i] = (unsigned char)text[i] < ' ' ? ' ' : text[i];
    }
    return text;
}

viz_program *viz__program_open(ag_graph *g, const char *text, size_t bytes)
{
    viz_program *p = viz__array(g, 1, sizeof *p);
    if (p == NULL) {
        ag_fail(g, AG_ERR_MEMORY, NULL, "program: out of memory");
        return NULL;
    }
    p->graph = g;
    p->text = viz__to_text(g);
    p->scratch = viz__to_text(g);
    p->bytes = (uint32_t)bytes;
    p->syntax.each = sizeof(viz__syntax);
    p->child.each = sizeof(viz__child);
    p->statement.each = sizeof(viz__statement);
    p->symbol.each = sizeof(viz__symbol);
    p->binding.each = sizeof(viz__binding);
    p->operand.each = sizeof(viz__operand);
    p->operator.each = sizeof(viz__operator);
    p->value.each = sizeof(viz__value);
    p->source = viz__array(g, bytes + 1, 1);
    if (p->source == NULL) {
        ag_fail(g, AG_ERR_MEMORY, NULL, "program: out of memory");
        viz_program_free(p);
        return NULL;
    }
    memcpy(p->source, text, bytes);
    return p;
}

void viz_program_free(viz_program *p)
{
    if (p == NULL) {
        return;
    }
    ag_graph *g = p->graph;
    viz__growing *all[] = {&p->syntax, &p->child, &p->statement, &p->symbol, &p->binding,
                           &p->operand, &p->operator, & p->value };
    for (uint32_t i = 0; i < p->binding.n; i++) {
        viz_program_free(VIZ__AT(viz__binding, p->binding, i)->program);
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        viz__array_free(g, all[i]->at, all[i]->room, all[i]->each);
    }
    viz__out_free(&p->text);
    viz__out_free(&p->scratch);
    viz__array_free(g, p->source, (size_t)p->bytes + 1, 1);
    viz__array_free(g, p, 1, sizeof *p);
}
