/* Anomaly mode: the first operation that makes a NaN or Inf, forward or backward, is an error that
 * names it, its operands, its line and the path; and the listener, which hears every contribution
 * of a pass.
 *   [A1]  f(x) = sqrt(x^2 + exp(x^2)) + cos(x^2 + exp(x^2)) at 2, from the lecture, section 3
 */
#include "expect.h"

static ag_graph *g;

START_TEST(test_forward)
{
    g = ag_graph_new();
    ag_set_anomaly(g, true);
    ag_tensor *x = ag_name(ag_variable(g, 0), "x"), *h = ag_name(ag_mul_scalar(x, 3), "h");
    no_tensor(g, HERE, ag_reciprocal(h), AG_ERR_ANOMALY,
              "anomaly: reciprocal made a NaN or Inf at element 0",
              "operand \"h\" f64 [] from mul_scalar", LINE,
              "path: reciprocal <- mul_scalar \"h\" <- leaf \"x\"");
    ag_tensor *v = of_values(g, AG_SHAPE(2, 2), 1, 2, 0, 4);
    no_tensor(g, HERE, ag_div(ag_exp(v), v), AG_ERR_ANOMALY, "div made a NaN or Inf at element 2",
              "left operand f64 [2,2] from exp", LINE, "path: div <- exp <- leaf");
    ag_set_anomaly(g, false);
    ck_assert(isinf(ag_item(ag_log(h)))); /* an ordinary number again */
    all_well(g);
    ag_graph_free(g);
}
END_TEST

/* -inf hides and is no error until it becomes a NaN; what is made of others is judged by its
 * result; infinities can be let pass altogether. */
START_TEST(test_infinities)
{
    g = ag_graph_new();
    ag_set_anomaly(g, true);
    ag_tensor *x = of_values(g, AG_SHAPE(3), 1, -INFINITY, 2), *p = ag_softmax(x, 0);
    expect_ok(ag_backward(ag_sum(ag_mul(p, p))));
    expect_near(ag_item(ag_select(p, 0, 1)), 0, 0);
    ag_tensor *odd = of_values(g, AG_SHAPE(2), NAN, INFINITY);
    ck_assert_ptr_nonnull(ag_nan_to_num(odd, 0, NAN, NAN));
    all_well(g);
    no_tensor(g, HERE, ag_nan_to_num(odd, NAN, 0, 0), AG_ERR_ANOMALY, "nan_to_num made", NULL);
    no_tensor(g, HERE, ag_sub(x, x), AG_ERR_ANOMALY, "sub made a NaN or Inf at element 1", NULL);
    ag_set_anomaly_nan_only(g, true);
    ck_assert(isinf(ag_item(ag_reciprocal(ag_variable(g, 0)))));
    all_well(g);
    no_tensor(g, HERE, ag_log(ag_variable(g, -1)), AG_ERR_ANOMALY, "log made", NULL);
    ag_graph_free(g);
}
END_TEST

/* So is the result of what is made of others, in whichever block of nodes it lies. */
START_TEST(test_composed_in_any_block)
{
    g = ag_graph_new();
    ag_set_anomaly(g, true);
    ag_tensor *odd = of_values(g, AG_SHAPE(2), NAN, INFINITY);
    for (int i = 0; i < 5000; i++) {
        no_tensor(g, HERE, ag_nan_to_num(odd, NAN, 0, 0), AG_ERR_ANOMALY, "nan_to_num made", NULL);
    }
    ag_graph_free(g);
    g = ag_graph_new();
    odd = of_values(g, AG_SHAPE(2), NAN, INFINITY);
    ag_mark mark = ag_graph_mark(g);
    for (int i = 0; i < 5000; i++) {
        ck_assert_ptr_nonnull(ag_neg(odd));
    }
    expect_ok(ag_graph_rewind(g, mark));
    ag_set_anomaly(g, true);
    no_tensor(g, HERE, ag_nan_to_num(odd, NAN, 0, 0), AG_ERR_ANOMALY, "nan_to_num made", NULL);
    ag_graph_free(g);
}
END_TEST

/* Forward all is finite; going back, 0 * inf is not. */
START_TEST(test_backward)
{
    g = ag_graph_new();
    ag_set_anomaly(g, true);
    ag_tensor *x = ag_name(ag_variable(g, 0), "x");
    const char *line;
    ag_tensor *r = ag_name((line = AG_HERE, ag_sqrt(x)), "root");
    ag_tensor *y = ag_name(ag_mul_scalar(r, 2), "y"), *z = ag_name(ag_exp(y), "loss");
    no_success(g, HERE, ag_backward(z), AG_ERR_ANOMALY,
               "anomaly: going backward, sqrt gave its operand 0 a NaN or Inf", "\"x\" f64 []",
               line,
               "path to the root: leaf \"x\" <- sqrt \"root\" <- mul_scalar \"y\" <- exp \"loss\"");
    ag_set_anomaly(g, false);
    ag_zero_grads(g);
    expect_ok(ag_backward(z));
    ck_assert(isinf(ag_grad_item(x)));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_backward_tensor)
{
    g = ag_graph_new();
    ag_tensor *v = ag_name(of_values(g, AG_SHAPE(3), 1, 0, 4), "v");
    ag_tensor *s = ag_sum(ag_sqrt(v));
    ag_set_anomaly(g, true); /* also over what was recorded before */
    no_success(g, HERE, ag_backward(s), AG_ERR_ANOMALY, "sqrt gave its operand 0", "\"v\" f64 [3]",
               "leaf \"v\" <- sqrt <- sum");
    ag_graph_free(g);
}
END_TEST

/* Of several it is the first in the order of the pass, which is that nearest to the root. */
START_TEST(test_first)
{
    g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 0), *a = ag_name(ag_sqrt(x), "a"), *b = ag_name(ag_sqrt(a), "b");
    ag_set_anomaly(g, true);
    no_success(g, HERE, ag_backward(b), AG_ERR_ANOMALY, "sqrt gave its operand 0", "\"a\"",
               "path to the root: sqrt \"a\" <- sqrt \"b\"");
    ag_graph_free(g);
}
END_TEST

/* A path too long to print is cut, not written past its room. */
START_TEST(test_long_path)
{
    g = ag_graph_new();
    char name[200];
    memset(name, 'z', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ag_tensor *x = ag_variable(g, 0), *y = ag_name(ag_sqrt(x), name);
    for (int i = 0; i < 100; i++) {
        y = ag_name(ag_add_scalar(y, 1), name);
    }
    ag_set_anomaly(g, true);
    no_success(g, HERE, ag_backward(y), AG_ERR_ANOMALY, "sqrt gave its operand 0", " <- ...");
    no_tensor(g, HERE, ag_log(ag_mul_scalar(y, -1)), AG_ERR_ANOMALY, "log made", "...");
    ag_graph_free(g);
}
END_TEST

/* --- the listener ----------------------------------------------------------------------------- */

enum { MOST = 64 };
typedef struct record {
    int n;
    ag_edge edge[MOST];
} record;

static void hear(const ag_edge *edge, void *user)
{
    record *r = user;
    ck_assert_int_lt(r->n, MOST);
    r->edge[r->n++] = *edge;
}

static double sum_to(const record *r, const ag_tensor *t)
{
    double sum = 0;
    for (int i = 0; i < r->n; i++) {
        if (ag_operand(r->edge[i].node, r->edge[i].operand) == t) {
            sum += r->edge[i].product;
        }
    }
    return sum;
}

static void sound(const record *r, ag_tensor *const *node, int n)
{
    for (int i = 0; i < r->n; i++) {
        const ag_edge *e = &r->edge[i];
        double p;
        ck_assert_uint_eq(e->step, (size_t)i);
        ck_assert(i == 0 || ag_id(e->node) <= ag_id(r->edge[i - 1].node)); /* newest first */
        ck_assert(ag_local_partial(e->node, e->operand, &p));
        expect_same(e->partial, p);
        expect_same(e->upstream, ag_grad_item(e->node));
        expect_same(e->product, e->upstream * e->partial);
    }
    for (int i = 0; i < n; i++) {
        expect_near(sum_to(r, node[i]), ag_grad_item(node[i]), 1e-15);
    }
}

/* [A1]: 8 contributions. The lecture gives those to c: 0.06531727 by d, -0.887601 by e. */
START_TEST(test_listener)
{
    g = ag_graph_new();
    record r = {0};
    ag_tensor *x = ag_variable(g, 2), *a = ag_square(x), *b = ag_exp(a), *c = ag_add(a, b);
    ag_tensor *d = ag_sqrt(c), *e = ag_cos(c), *f = ag_add(d, e);
    ag_on_edge(g, hear, &r);
    expect_ok(ag_backward(f));
    ck_assert_int_eq(r.n, 8);
    sound(&r, (ag_tensor *[]){x, a, b, c, d, e}, 6);
    ck_assert(r.edge[2].node == e && r.edge[3].node == d);
    expect_near(r.edge[2].product, -0.887601, 1e-6);
    expect_near(r.edge[3].product, 0.06531727, 1e-7);
    expect_near(sum_to(&r, x), -182.8698, 1e-6);
    ag_on_edge(g, NULL, NULL);
    expect_ok(ag_backward(f));
    ck_assert_int_eq(r.n, 8); /* it was told to stop */
    ag_graph_free(g);
}
END_TEST

/* Hearing a pass changes no digit of it; f32 and larger tensors are heard as well. */
START_TEST(test_listener_of_others)
{
    g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    record r = {0};
    ag_tensor *x = ag_variable(g, 3), *v = ag_full(g, AG_VARIABLE, AG_SHAPE(2), 2);
    ag_tensor *y = ag_mul(x, x), *s = ag_sum(ag_mul(v, y));
    expect_ok(ag_backward(s));
    double quiet = ag_grad_item(x);
    ag_zero_grads(g);
    ag_on_edge(g, hear, &r);
    expect_ok(ag_backward(s));
    expect_same(ag_grad_item(x), quiet);
    ck_assert_int_eq(r.n, 5); /* sum, mul by v, mul by y, and x twice */
    ck_assert(isnan(r.edge[0].product) && isnan(r.edge[1].partial));
    ck_assert(r.edge[3].node == y && r.edge[4].node == y);
    expect_same(r.edge[3].partial, 3);
    expect_same(sum_to(&r, x), quiet);
    ag_graph_free(g);
}
END_TEST

/* A constant gets no contribution, and a failed pass is heard as far as it came. */
START_TEST(test_listener_of_less)
{
    g = ag_graph_new();
    record r = {0};
    ag_on_edge(g, hear, &r);
    ag_tensor *x = ag_variable(g, 3), *c = ag_constant(g, 2), *y = ag_mul(x, c), *z = ag_exp(y);
    expect_ok(ag_backward(z));
    ck_assert_int_eq(r.n, 2);
    r.n = 0;
    expect_ok(ag_set_item(c, 5));
    ck_assert_int_eq(ag_backward(z), AG_ERR_CHANGED);
    ck_assert_int_eq(r.n, 1);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("anomaly", test_forward, test_infinities, test_composed_in_any_block, test_backward,
           test_backward_tensor, test_first, test_long_path, test_listener, test_listener_of_others,
           test_listener_of_less)
