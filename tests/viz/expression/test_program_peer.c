/* Five thousand random programs have the values and gradients that PyTorch finds, to 1e-12:
 * tests/golden/expressions.csv, made by make_expressions.py. And reading the text of a program as it
 * was understood gives the same graph again, node by node and bit by bit.
 */
#define CHECK_SECONDS 120
#include "expression.h"

#include <autograd/inspect.h>

#include "golden/golden_path.h"

#define ROWS 5000
#define MOST_FIELDS 6

/* The fields of a row, cut at semicolons; how many. */
static int fields(char *row, char *field[MOST_FIELDS])
{
    int n = 0;
    for (char *p = row; p != NULL && n < MOST_FIELDS; n++) {
        field[n] = p;
        p = strchr(p, ';');
        if (p != NULL) {
            *p++ = '\0';
        }
    }
    return n;
}

/* "x=1.5 y=2" as bindings behind the program. */
static void as_line(char *line, size_t room, const char *program, const char *given)
{
    size_t n = (size_t)snprintf(line, room, "%s | ", program);
    for (; *given != '\0' && n + 4 < room; given++) {
        n += (size_t)snprintf(line + n, room - n, *given == ' ' ? " | " : "%c", *given);
    }
}

static void agrees_with_peer(char *field[MOST_FIELDS], int n, const char *line)
{
    run r = run_line(line);
    expect_ok(ag_backward(r.result));
    near_enough(line, "the value", ag_item(r.result), strtod(field[2], NULL), 1e-12);
    const char *name = field[1];
    for (int i = 3; i < n; i++) {
        char one[2] = {*name, '\0'};
        near_enough(line, one, gradient(&r, one), strtod(field[i], NULL), 1e-12);
        name = strchr(name, ' ') != NULL ? strchr(name, ' ') + 1 : name;
    }
    run_end(&r);
}

/* The same operations on the same operands, with the same values. */
static void same_graph(const char *line, const ag_tensor *a, const ag_tensor *b)
{
    ag_order x, y;
    expect_ok(ag_order_by_age(a, &x));
    expect_ok(ag_order_by_age(b, &y));
    ck_assert_msg(x.n == y.n, "%s: %zu nodes, then %zu", line, x.n, y.n);
    for (size_t i = 0; i < x.n; i++) {
        const ag_tensor *s = x.node[i], *t = y.node[i];
        const char *p = ag_op_name(s), *q = ag_op_name(t);
        double u = ag_item(s), v = ag_item(t);
        ck_assert_msg((p == NULL) == (q == NULL) && (p == NULL || strcmp(p, q) == 0),
                      "%s: %s, then %s", line, p, q);
        ck_assert_msg(memcmp(&u, &v, sizeof u) == 0, "%s: node %zu is %.17g, then %.17g", line, i,
                      u, v);
        for (int k = 0; k < ag_n_operands(s); k++) {
            ck_assert_uint_eq(ag_id(ag_operand(s, k)), ag_id(ag_operand(t, k)));
        }
    }
    ag_order_free(&x);
    ag_order_free(&y);
}

static void read_again(const char *line, const char *given)
{
    char again[8192];
    run r = run_line(line);
    as_line(again, sizeof again, viz_program_text(r.program), given);
    run s = run_line(again);
    ck_assert_str_eq(viz_program_text(s.program), viz_program_text(r.program));
    same_graph(line, r.result, s.result);
    run_end(&s);
    run_end(&r);
}

static int each_row(bool again, int every)
{
    contents c = contents_of("tests/golden/expressions.csv");
    c.data[c.size] = '\0';
    int rows = 0;
    for (char *row = (char *)c.data, *next = row; next != NULL && *row != '\0'; row = next) {
        next = strchr(row, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        char *field[MOST_FIELDS], line[8192];
        int n = fields(row, field);
        ck_assert_int_ge(n, 4);
        as_line(line, sizeof line, field[0], field[1]);
        if (rows++ % every != 0) {
            continue;
        }
        if (again) {
            read_again(line, field[1]);
        } else {
            agrees_with_peer(field, n, line);
        }
    }
    free(c.data);
    return rows;
}

START_TEST(test_peer)
{
    ck_assert_int_eq(each_row(false, check_small() ? 50 : 1), ROWS);
}
END_TEST

START_TEST(test_read_again)
{
    ck_assert_int_eq(each_row(true, check_small() ? 50 : 1), ROWS);
}
END_TEST

CHECK_MAIN("program_peer", test_peer, test_read_again)
