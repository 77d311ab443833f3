/* Every operation can be called by its name: none is refused by print_calls.awk, and each operation
 * of the registry that has a public function has one of that name. What a program calls has the bits
 * of what C calls: for each case of the registry whose operands alone are its arguments.
 */
#include "expression.h"

#include <autograd/custom_op.h>
#include <autograd/inspect.h>
#include <autograd/ops.h>

static int find(const char *wanted)
{
    const char *name;
    for (int i = 0; viz_operation_at(i, &name, NULL); i++) {
        if (strcmp(name, wanted) == 0) {
            return i;
        }
    }
    return -1;
}

START_TEST(test_all)
{
    ck_assert_msg(viz_operation_refused(0) == NULL, "cannot be called by a program: %s",
                  viz_operation_refused(0));
    int n = 0;
    const char *name, *about;
    while (viz_operation_at(n, &name, &about)) {
        char usage[400];
        size_t length = viz_operation_usage(n, usage, sizeof usage);
        ck_assert_uint_eq(length, strlen(usage));
        ck_assert_msg(strncmp(usage, name, strlen(name)) == 0 && strchr(usage, '(') != NULL, "%s",
                      usage);
        ck_assert_msg(strlen(about) > 5, "%s has no comment", name);
        ck_assert_int_eq(find(name), n++);
    }
    ck_assert_int_gt(n, 250);
    ck_assert(!viz_operation_at(-1, &name, &about));
    ck_assert_uint_eq(viz_operation_usage(n, NULL, 0), 0);
}
END_TEST

START_TEST(test_usage)
{
    char usage[20];
    ck_assert_uint_gt(viz_operation_usage(find("conv2d"), usage, sizeof usage), sizeof usage);
    ck_assert_str_eq(usage, "conv2d(x, w, b, str");
    char whole[100];
    viz_operation_usage(find("svd"), whole, sizeof whole);
    ck_assert_str_eq(whole, "svd(a) .u .s .vh");
}
END_TEST

/* --- the same bits as C ----------------------------------------------------------------------- */

static void same_bits(const char *name, const ag_tensor *a, const ag_tensor *b)
{
    size_t bytes = ag_bytes(a);
    ck_assert_msg(bytes == ag_bytes(b), "%s: another size", name);
    char *x = malloc(bytes + 1), *y = malloc(bytes + 1);
    expect_ok(ag_read(a, x, bytes));
    expect_ok(ag_read(b, y, bytes));
    ck_assert_msg(memcmp(x, y, bytes) == 0, "%s: other bits", name);
    free(x);
    free(y);
}

/* "[[1, 2], [3, 4]]", with all digits. */
static size_t literal(char *text, size_t room, const double *v, ag_shape shape, int d)
{
    if (d == shape.ndim) {
        return (size_t)snprintf(text, room, "%.17g", *v);
    }
    int64_t each = 1;
    for (int i = d + 1; i < shape.ndim; i++) {
        each *= shape.dim[i];
    }
    size_t n = (size_t)snprintf(text, room, "[");
    for (int64_t i = 0; i < shape.dim[d]; i++) {
        n += i > 0 ? (size_t)snprintf(text + n, room - n, ", ") : 0;
        n += literal(text + n, room - n, v + i * each, shape, d + 1);
    }
    return n + (size_t)snprintf(text + n, room - n, "]");
}

/* A leaf from the range of the case, and the binding that gives the same one. */
static ag_tensor *operand(ag_graph *g, const ag_case *from, int i, char *binding, size_t room)
{
    double v[4096];
    ag_shape shape = from->shape[i];
    int64_t n = 1;
    for (int d = 0; d < shape.ndim; d++) {
        n *= shape.dim[d];
    }
    ck_assert_int_le(n, 4096);
    for (int64_t k = 0; k < n; k++) {
        v[k] = from->low + (from->high - from->low) * ag_random_uniform(g);
    }
    size_t used = (size_t)snprintf(binding, room, "%c=", 'a' + i);
    literal(binding + used, room - used, v, shape, 0);
    return ag_from_values(g, AG_VARIABLE, shape, v);
}

/* Only operations whose arguments are tensors alone: "mul(a, b)". */
static bool takes_operands(int function, int n)
{
    char usage[400];
    viz_operation_usage(function, usage, sizeof usage);
    int commas = 0;
    for (const char *p = usage; *p != '\0'; p++) {
        commas += *p == ',';
    }
    return n == commas + 1 && strchr(usage, '.') == NULL;
}

/* "mul(a, b)". */
static void call_text(char *line, size_t room, const char *name, int n)
{
    size_t used = (size_t)snprintf(line, room, "%s(", name);
    for (int i = 0; i < n; i++) {
        used += (size_t)snprintf(line + used, room - used, "%s%c", i > 0 ? ", " : "", 'a' + i);
    }
    snprintf(line + used, room - used, ")");
}

static bool called_alike(const ag_op *op, const ag_case *from)
{
    static char binding[3][100000];
    char line[100];
    ag_graph *g = ag_graph_new();
    ag_tensor *in[3];
    const char *given[3];
    for (int i = 0; i < from->n_in; i++) {
        in[i] = operand(g, from, i, binding[i], sizeof binding[i]);
        given[i] = binding[i];
    }
    ag_tensor *by_c = from->call(in);
    call_text(line, sizeof line, op->name, from->n_in);
    ag_tensor *by_program = viz_evaluate(g, line, given, from->n_in);
    bool same = by_program != NULL && ag_op_of(by_c) == op && ag_op_of(by_program) == op;
    for (int i = 0; same && i < from->n_in; i++) { /* some cases change their operands first */
        same = same && ag_operand(by_c, i) == in[i];
    }
    char x[200] = "", y[200] = "";
    ag_attributes_text(by_c, x, sizeof x);
    ag_attributes_text(by_program, y, sizeof y);
    same = same && strcmp(x, y) == 0 && ag_shape_equal(ag_shape_of(by_c), ag_shape_of(by_program));
    if (same) {
        same_bits(op->name, by_c, by_program);
    }
    ag_graph_free(g);
    return same;
}

START_TEST(test_bits)
{
    int n = 0;
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        const ag_op *op = ag_op_at(i);
        int function = find(op->name);
        for (int k = 0; function >= 0 && k < op->n_cases; k++) {
            if (takes_operands(function, op->cases[k].n_in)) {
                n += called_alike(op, &op->cases[k]);
            }
        }
    }
    ck_assert_int_gt(n, 80);
}
END_TEST

CHECK_MAIN("calls", test_all, test_usage, test_bits)
