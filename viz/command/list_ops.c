/* All operations, with how each is called, its formula and its derivatives, which are those of the
 * registry: written for the node that one of its samples records. Must not know any operation.
 */
#define AG_NO_SITES
#include <autograd/custom_op.h>
#include <autograd/inspect.h>
#include <autograd/ops.h>
#include <autograd/program.h>
#include <string.h>

#include "arguments.h"

#define ROOM 400

/* Operands are called a, b, c; the node itself y. */
static const char *letter(void *user, const ag_tensor *t)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    const ag_tensor *node = user;
    for (int i = 0; t != NULL && i < ag_n_operands(node); i++) {
        if (ag_operand(node, i) == t) {
            return names[i < 3 ? i : 3];
        }
    }
    return t == node ? "y" : "f";
}

static ag_tensor *sample(ag_graph *g, const ag_case *from)
{
    ag_tensor *in[3] = {NULL};
    for (int i = 0; i < from->n_in && i < 3; i++) {
        in[i] = ag_full(g, AG_VARIABLE, from->shape[i], (from->low + from->high) / 2);
    }
    return from->call(in);
}

static void print_formulas(const ag_op *op, ag_tensor *y)
{
    char text[ROOM];
    void *node = y;
    if (ag_op_of(y) != op) {
        return;
    }
    if (ag_value_text(y, AG_TEXT_UNICODE, letter, node, text, sizeof text) > 0) {
        printf("    y = %s\n", text);
    }
    for (int i = 0; i < ag_n_operands(y) && i < 3; i++) {
        if (ag_partial_text(y, i, AG_TEXT_UNICODE, letter, node, text, sizeof text) > 0) {
            printf("    ∂y/∂%c = %s\n", "abc"[i], text);
        } else if (ag_rule_text(y, i, AG_TEXT_UNICODE, letter, node, text, sizeof text) > 0) {
            printf("    ∂f/∂%c = %s\n", "abc"[i], text);
        }
    }
}

static void print_operation(ag_graph *g, int i, const char *name, const char *about)
{
    char usage[ROOM];
    const ag_op *op = ag_op_find(name);
    viz_operation_usage(i, usage, sizeof usage);
    printf("%s\n    %s\n", usage, about);
    if (op != NULL && op->n_cases > 0) {
        ag_mark mark = ag_graph_mark(g);
        ag_tensor *y = sample(g, &op->cases[0]);
        if (y != NULL) {
            print_formulas(op, y);
        }
        ag_error_clear(g);
        (void)!ag_graph_rewind(g, mark);
    }
}

int viz__run_list(const viz__request *r)
{
    const char *name, *about;
    ag_graph *g = ag_graph_new();
    if (g == NULL) {
        return VIZ__WRONG;
    }
    int found = 0;
    for (int i = 0; viz_operation_at(i, &name, &about); i++) {
        if (r->program == NULL || strstr(name, r->program) != NULL) {
            print_operation(g, i, name, about);
            found++;
        }
    }
    ag_graph_free(g);
    if (found == 0) {
        fprintf(stderr, "autograd: --list-ops: no operation has %s in its name\n", r->program);
    }
    return found > 0 ? VIZ__DONE : VIZ__USAGE;
}
