/* The formulas of a recorded node: those of its descriptor, with the names of its operands put in.
 * Must not know any operation but through its descriptor.
 */
#include <string.h>

#include "autograd/formula/formula.h"
#include "node.h"

typedef struct names {
    const ag_tensor *node;
    ag_namer name;
    void *user;
} names;

/* The text for a symbol of a formula: Y is the node, A to D are its operands, and L is what is
 * being differentiated. NULL if there is no such operand. */
static const char *name_of(void *context, char symbol)
{
    const names *n = context;
    const ag_tensor *t = NULL;
    if (symbol == 'Y') {
        t = n->node;
    } else if (symbol >= 'A' && symbol <= 'D') {
        t = ag_operand(n->node, symbol - 'A');
        if (t == NULL) {
            return NULL;
        }
    }
    if (n->name != NULL) {
        return n->name(n->user, t);
    }
    return t != NULL ? ag_name_of(t) : "L";
}

/* `value` is the formula that is written for Y; NULL writes the node's name. */
static size_t write_formula(const char *source, const char *value, const ag_tensor *t,
                            ag_notation notation, ag_namer name, void *user, char *text,
                            size_t bytes)
{
    names n = {t, name, user};
    ag__formula_names f = {.name = name_of, .context = &n, .value = value};
    if (t != NULL && ag__origin_of(t)->op != NULL) {
        f.parameter = ag_attr_of(t);
    }
    return ag__formula_write(source, &f, notation, text, bytes);
}

size_t ag_value_text(const ag_tensor *t, ag_notation notation, ag_namer name, void *user,
                     char *text, size_t bytes)
{
    const char *source =
        t != NULL && ag__origin_of(t)->op != NULL ? ag__origin_of(t)->op->formula : NULL;
    return write_formula(source, source, t, notation, name, user, text, bytes);
}

size_t ag_partial_text(const ag_tensor *t, int i, ag_notation notation, ag_namer name, void *user,
                       char *text, size_t bytes)
{
    const char *source = t != NULL && ag__origin_of(t)->op != NULL && i >= 0 && i < 3
                             ? ag__origin_of(t)->op->partial_formula[i]
                             : NULL;
    return write_formula(source, source != NULL ? ag__origin_of(t)->op->formula : NULL, t, notation,
                         name, user, text, bytes);
}

size_t ag_rule_text(const ag_tensor *t, int i, ag_notation notation, ag_namer name, void *user,
                    char *text, size_t bytes)
{
    const char *source = t != NULL && ag__origin_of(t)->op != NULL && i >= 0 && i < 3
                             ? ag__origin_of(t)->op->vjp_formula[i]
                             : NULL;
    return write_formula(source, NULL, t, notation, name, user, text, bytes);
}

size_t ag_attributes_text(const ag_tensor *t, char *text, size_t bytes)
{
    if (bytes == 0 || text == NULL) {
        return 0;
    }
    text[0] = '\0';
    if (t != NULL && ag__origin_of(t)->op != NULL && ag__origin_of(t)->op->describe != NULL) {
        ag__origin_of(t)->op->describe(ag_attr_of(t), text, bytes);
    }
    return strlen(text);
}
