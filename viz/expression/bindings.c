/* A program is read, and its names get values: each binding is itself a program, of one statement.
 * Must not know how either is read.
 */
#include "syntax.h"

#include <string.h>

viz_program *viz_program_new(ag_graph *g, const char *text, size_t bytes,
                             const viz_program_options *options)
{
    if (g == NULL) {
        return NULL;
    }
    if (text == NULL) {
        ag_fail(g, AG_ERR_NULL_ARGUMENT, NULL, "program: no text");
        return NULL;
    }
    if (bytes > VIZ__MOST_SOURCE) {
        ag_fail(g, AG_ERR_OVERFLOW, NULL, "program: longer than %zu bytes", VIZ__MOST_SOURCE);
        return NULL;
    }
    viz_program *p = viz__program_open(g, text, bytes);
    if (p != NULL) {
        p->options = options != NULL ? *options : (viz_program_options){0};
        if (!viz__parse(p) || !viz__resolve(p)) {
            viz_program_free(p);
            return NULL;
        }
    }
    return p;
}

static bool bind(viz_program *p, viz_program *b)
{
    const viz__statement *s = VIZ__AT(viz__statement, b->statement, 0);
    char name[VIZ__NAME_ROOM];
    if (b->statement.n != 1 || s->symbol == VIZ__NONE) {
        return viz__complain(b, (viz__span){0, b->bytes},
                             "write a name and its value, without blanks: x=2",
                             "this gives no name a value");
    }
    size_t n = viz__plain_name(b, s->name, name, sizeof name);
    uint32_t i = viz__symbol_find(p, name, n);
    if (viz__bound(p, name) != VIZ__NONE) {
        return viz__complain(b, s->name, "give each name one value", "%s is given twice", name);
    }
    viz__binding *binding = viz__grow(p, &p->binding);
    if (binding == NULL) {
        return false;
    }
    *binding = (viz__binding){b, i};
    b->is_binding = true;
    if (i != VIZ__NONE) {
        VIZ__AT(viz__symbol, p->symbol, i)->binding = p->binding.n - 1;
    }
    return true;
}

ag_status viz_program_bind(viz_program *p, const char *binding)
{
    if (p == NULL || binding == NULL) {
        return p == NULL ? AG_ERR_NULL_ARGUMENT
                         : ag_fail(p->graph, AG_ERR_NULL_ARGUMENT, NULL, "program: no binding");
    }
    viz_program *b = viz_program_new(p->graph, binding, strlen(binding), NULL);
    if (b == NULL || !bind(p, b)) {
        viz_program_free(b);
        return ag_error(p->graph) != AG_OK ? ag_error(p->graph) : AG_ERR_VALUE;
    }
    return AG_OK;
}

ag_tensor *viz_evaluate(ag_graph *g, const char *text, const char *const *bindings, int n)
{
    viz_program *p = text != NULL ? viz_program_new(g, text, strlen(text), NULL)
                                  : viz_program_new(g, NULL, 0, NULL);
    ag_status status = p != NULL ? AG_OK : AG_ERR_VALUE;
    for (int i = 0; i < n && status == AG_OK; i++) {
        status = viz_program_bind(p, bindings[i]);
    }
    ag_tensor *t = status == AG_OK ? viz_program_record(p) : NULL;
    viz_program_free(p);
    return t;
}
