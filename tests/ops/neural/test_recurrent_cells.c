/* Recurrent cells as one operation: the numbers and gradients of their equations written with
 * operations, for widths that do not fill a vector, for every instruction set, operands that are
 * broadcast or not contiguous; digits where gates are saturated; the same bits for any number of
 * threads; what they refuse. That they compute what PyTorch does is in tests/golden. Must not know
 * any private header.
 */
#include <autograd/cpu.h>

#include "expect.h"

static ag_graph *g;

static void set_up(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 7});
}

static ag_tensor *normal(ag_dtype dtype, ag_shape shape)
{
    ag_tensor *t = ag_leaf(g, AG_VARIABLE, dtype, shape, NULL);
    expect_ok(ag_fill_normal(t, 0, 2));
    return t;
}

/* --- as the equations ------------------------------------------------------------------------- */

static ag_tensor *gate(ag_tensor *of, int k, int gates)
{
    ag_shape s = ag_shape_of(of);
    int64_t n = s.dim[s.ndim - 1] / gates;
    return ag_narrow(of, -1, k * n, n);
}

typedef void cell(ag_tensor *const in[3], ag_tensor *out[2]);

static void lstm(ag_tensor *const in[3], ag_tensor *out[2])
{
    out[0] = ag_lstm_cell(in[0], in[1], in[2], &out[1]);
}

static void lstm_equations(ag_tensor *const in[3], ag_tensor *out[2])
{
    ag_tensor *z = ag_add(in[0], in[1]);
    ag_tensor *kept = ag_mul(ag_sigmoid(gate(z, 1, 4)), in[2]);
    out[1] = ag_add(kept, ag_mul(ag_sigmoid(gate(z, 0, 4)), ag_tanh(gate(z, 2, 4))));
    out[0] = ag_mul(ag_sigmoid(gate(z, 3, 4)), ag_tanh(out[1]));
}

static void gru(ag_tensor *const in[3], ag_tensor *out[2])
{
    out[0] = out[1] = ag_gru_cell(in[0], in[1], in[2]);
}

static void gru_equations(ag_tensor *const in[3], ag_tensor *out[2])
{
    ag_tensor *z = ag_add(in[0], in[1]), *reset = ag_sigmoid(gate(z, 0, 3));
    ag_tensor *new = ag_tanh(ag_add(gate(in[0], 2, 3), ag_mul(reset, gate(in[1], 2, 3))));
    ag_tensor *update = ag_sigmoid(gate(z, 1, 3));
    ag_tensor *kept = ag_mul(update, in[2]);
    out[0] = out[1] = ag_add(ag_mul(ag_rsub_scalar(update, 1), new), kept);
}

/* Results and gradients of a weighted sum of them, by numbers and recorded, for those of the
 * operands that `wanted` has a bit of. */
static void agree(cell *fused, cell *written, ag_tensor *const in[3], int wanted, double tolerance)
{
    ag_tensor *y[2][2], *d[3][3], *by[3];
    int n = 0;
    for (int i = 0; i < 3; i++) {
        by[n] = in[i];
        n += wanted >> i & 1;
    }
    fused(in, y[0]);
    written(in, y[1]);
    all_well(g);
    ag_tensor *u[] = {ag_detach(ag_cos(y[1][0])), ag_detach(ag_sin(y[1][1]))};
    for (int form = 0; form < 3; form++) {
        ag_tensor **of = y[form / 2];
        const ag_grad_options o = {.create_graph = form == 1};
        ag_tensor *sum = ag_add(ag_sum(ag_mul(of[0], u[0])), ag_sum(ag_mul(of[1], u[1])));
        expect_ok(ag_grad(&sum, 1, NULL, by, n, &o, d[form]));
    }
    for (int k = 0; k < 2; k++) {
        expect_same_tensors(y[0][k], y[1][k], tolerance);
    }
    for (int i = 0; i < n; i++) {
        expect_same_tensors(d[0][i], d[2][i], tolerance);
        expect_same_tensors(d[1][i], d[2][i], tolerance);
    }
}

static void both_agree(ag_dtype dtype, int rows, int n, double tolerance)
{
    set_up();
    ag_tensor *s = normal(dtype, AG_SHAPE(rows, n));
    ag_tensor *of_lstm[] = {normal(dtype, AG_SHAPE(rows, 4 * n)),
                            normal(dtype, AG_SHAPE(rows, 4 * n)), s};
    ag_tensor *of_gru[] = {normal(dtype, AG_SHAPE(rows, 3 * n)),
                           normal(dtype, AG_SHAPE(rows, 3 * n)), s};
    for (int wanted = 1; wanted < 8; wanted++) {
        agree(lstm, lstm_equations, of_lstm, wanted, tolerance);
        agree(gru, gru_equations, of_gru, wanted, tolerance);
    }
    ag_graph_free(g);
}

START_TEST(test_as_the_equations)
{
    const char *const sets[] = {"baseline", "avx2", "avx512"};
    const int widths[] = {1, 2, 7, 16, 17, 35};
    for (int i = 0; i < 3; i++) {
        if (ag_set_isa(sets[i]) == AG_OK) {
            for (int k = 0; k < 6; k++) {
                both_agree(AG_F64, 3, widths[k], 1e-13);
                both_agree(AG_F32, 3, widths[k], 2e-5);
            }
        }
    }
    expect_ok(ag_set_isa(NULL));
}
END_TEST

/* One of the parts a bias, states of one row for a batch, gates that lie apart; and one tensor that
 * is both parts. */
START_TEST(test_strided_and_broadcast)
{
    set_up();
    ag_tensor *turned = ag_transpose(normal(AG_F64, AG_SHAPE(12, 2)));
    ag_tensor *row = normal(AG_F64, AG_SHAPE(12)), *state = normal(AG_F64, AG_SHAPE(3, 1, 3));
    agree(lstm, lstm_equations, (ag_tensor *[]){turned, row, state}, 7, 1e-13);
    agree(lstm, lstm_equations, (ag_tensor *[]){row, turned, ag_flip(state, AG_AXES(2))}, 3, 1e-13);
    ag_tensor *same = normal(AG_F64, AG_SHAPE(2, 12)), *four = normal(AG_F64, AG_SHAPE(4));
    agree(lstm, lstm_equations, (ag_tensor *[]){same, same, state}, 5, 1e-13);
    agree(gru, gru_equations, (ag_tensor *[]){turned, row, four}, 7, 1e-13);
    agree(gru, gru_equations, (ag_tensor *[]){same, same, four}, 5, 1e-13);
    expect_shape(HERE, ag_lstm_cell(turned, row, state, NULL), AG_SHAPE(3, 2, 3));
    ag_tensor *deep[] = {normal(AG_F64, AG_SHAPE(1, 2, 1, 1, 1, 2, 1, 4)), four,
                         normal(AG_F64, AG_SHAPE(1, 1, 2, 1, 1, 1, 1, 1))};
    agree(lstm, lstm_equations, deep, 7, 1e-13);
    ag_graph_free(g);
}
END_TEST

/* c' alone goes on, or h' alone. */
START_TEST(test_one_result_is_used)
{
    set_up();
    ag_tensor *in[] = {normal(AG_F64, AG_SHAPE(2, 8)), normal(AG_F64, AG_SHAPE(2, 8)),
                       normal(AG_F64, AG_SHAPE(2, 2))};
    for (int k = 0; k < 2; k++) {
        ag_tensor *y[2], *z[2];
        lstm(in, y);
        lstm_equations(in, z);
        ag_tensor *seed = ag_detach(ag_cos(z[k]));
        for (int i = 0; i < 3; i++) {
            expect_same_tensors(gradient_of(y[k], in[i], seed), gradient_of(z[k], in[i], seed),
                                1e-14);
        }
    }
    ag_graph_free(g);
}
END_TEST

/* --- digits ----------------------------------------------------------------------------------- */

static void close_to(const char *where, double got, double want, double tolerance)
{
    ck_assert_msg(fabs(got - want) <= tolerance * fabs(want), "%s: %.17g, not %.17g", where, got,
                  want);
}

/* The gradients of y by the elements of x, by numbers and recorded. */
static void has_digits(const char *where, ag_tensor *y, ag_tensor *x, const double *want, int n)
{
    double tolerance = ag_dtype_of(x) == AG_F64 ? 1e-13 : 1e-5, got[4];
    for (int recorded = 0; recorded < 2; recorded++) {
        const ag_grad_options o = {.create_graph = recorded};
        ag_tensor *d;
        expect_ok(ag_grad(&y, 1, NULL, &x, 1, &o, &d));
        expect_ok(ag_get(d, got, n));
        for (int i = 0; i < n; i++) {
            close_to(where, got[i], want[i], tolerance);
        }
    }
}

static ag_tensor *as(ag_dtype dtype, ag_tensor *t)
{
    return dtype == AG_F64 ? t : ag_cast(t, dtype);
}

/* mpmath with 60 digits: i, f, g, o = 40, 41, 20, 42, c = 0.5; then i, f = -40, 45, c = 20. */
START_TEST(test_saturated_lstm)
{
    for (int dtype = AG_F64; dtype <= AG_F32; dtype++) {
        set_up();
        ag_tensor *x = as((ag_dtype)dtype, of_values(g, AG_SHAPE(4), 40, 41, 20, 42)), *next;
        ag_tensor *u = as((ag_dtype)dtype, of_values(g, AG_SHAPE(4), 0, 0, 0, 0));
        ag_tensor *c = as((ag_dtype)dtype, of_values(g, AG_SHAPE(1), 0.5));
        ag_tensor *h = ag_lstm_cell(x, u, c, &next);
        has_digits(
            HERE, next, x,
            VALUES(4.2483542552915889e-18, 7.8144109466749438e-19, 1.6993417021166356e-17, 0), 4);
        has_digits(HERE, h, x,
                   VALUES(7.6770581843072293e-19, 1.4121159373417956e-19, 3.0708232737228917e-18,
                          5.2041700368175939e-19),
                   4);
        has_digits(HERE, h, c, VALUES(0.18070663892364853), 1);
        ag_tensor *second = gradient_of(ag_select(gradient_of(h, x, NULL), 0, 3), x, NULL);
        double d[4];
        expect_ok(ag_get(second, d, 4));
        close_to(HERE, d[3], -5.2041700368175939e-19, dtype == AG_F64 ? 1e-13 : 1e-5);
        x = as((ag_dtype)dtype, of_values(g, AG_SHAPE(4), -40, 45, 20, 42));
        c = as((ag_dtype)dtype, of_values(g, AG_SHAPE(1), 20));
        has_digits(HERE, ag_lstm_cell(x, u, c, NULL), c, VALUES(1.6993417021166356e-17), 1);
        ag_graph_free(g);
    }
}
END_TEST

/* r, z, n = 0, 40, 0.5 and h = 0: h' = (1 - z) tanh(0.5). */
START_TEST(test_saturated_gru)
{
    for (int dtype = AG_F64; dtype <= AG_F32; dtype++) {
        double tolerance = dtype == AG_F64 ? 1e-13 : 1e-5, value, d[3];
        set_up();
        ag_tensor *x = as((ag_dtype)dtype, of_values(g, AG_SHAPE(3), 0, 40, 0.5));
        ag_tensor *u = as((ag_dtype)dtype, of_values(g, AG_SHAPE(3), 0, 0, 0));
        ag_tensor *h = as((ag_dtype)dtype, of_values(g, AG_SHAPE(1), 0));
        ag_tensor *y = ag_gru_cell(x, u, h);
        expect_ok(ag_get(y, &value, 1));
        close_to(HERE, value, 1.9632373914888149e-18, tolerance);
        has_digits(HERE, y, x, VALUES(0, -1.9632373914888149e-18, 3.341108572910221e-18), 3);
        has_digits(HERE, y, h, VALUES(1), 1);
        ag_tensor *by_new = ag_select(gradient_of(y, x, NULL), 0, 2);
        expect_ok(ag_get(gradient_of(by_new, x, NULL), d, 3));
        close_to(HERE, d[1], -3.341108572910221e-18, tolerance);
        ag_graph_free(g);
    }
}
END_TEST

/* Infinities, NaN and large numbers in a gate or in the state give what the equations give. */
START_TEST(test_special_numbers)
{
    const double special[] = {INFINITY, -INFINITY, NAN, 1e300, -0.0};
    for (int i = 0; i < 5; i++) {
        for (int k = 0; k < 5; k++) {
            set_up();
            ag_tensor *in[] = {of_values(g, AG_SHAPE(4), 1, 2, 3, 4),
                               of_values(g, AG_SHAPE(4), 0, 0, 0, 0),
                               of_values(g, AG_SHAPE(1), 0.5)};
            double *at = k < 4 ? (double *)ag_mutable_data(in[0]) + k : ag_mutable_data(in[2]);
            *at = special[i];
            agree(lstm, lstm_equations, in, 7, 1e-13);
            ag_graph_free(g);
        }
    }
}
END_TEST

/* --- threads, refusals ------------------------------------------------------------------------ */

START_TEST(test_bits_are_those_of_one_thread)
{
    enum { ROWS = 96, WIDTH = 200 };
    static float first[6][ROWS * WIDTH * 4];
    for (int threads = 1; threads <= 3; threads++) {
        expect_ok(ag_set_threads(threads));
        set_up();
        ag_tensor *x = normal(AG_F32, AG_SHAPE(ROWS, 4 * WIDTH)), *next;
        ag_tensor *c = normal(AG_F32, AG_SHAPE(ROWS, WIDTH));
        ag_tensor *h = ag_lstm_cell(x, ag_flip(x, AG_AXES(0)), c, &next);
        ag_tensor *three = ag_narrow(x, 1, 0, 3 * WIDTH);
        ag_tensor *y = ag_gru_cell(three, ag_flip(three, AG_AXES(0)), h);
        expect_ok(ag_backward(ag_sum(ag_square(ag_add(y, next)))));
        const ag_tensor *shown[] = {h, next, y};
        for (int i = 0; i < 3; i++) {
            const float *data = ag_data(shown[i]);
            if (threads == 1) {
                memcpy(first[i], data, sizeof(float[ROWS * WIDTH]));
            }
            ck_assert_int_eq(memcmp(first[i], data, sizeof(float[ROWS * WIDTH])), 0);
        }
        const ag_tensor *leaves[] = {x, c};
        for (int i = 0; i < 2; i++) {
            size_t bytes = ag_bytes(leaves[i]);
            if (threads == 1) {
                memcpy(first[3 + i], ag_grad_data(leaves[i]), bytes);
            }
            ck_assert_int_eq(memcmp(first[3 + i], ag_grad_data(leaves[i]), bytes), 0);
        }
        ag_graph_free(g);
    }
    expect_ok(ag_set_threads(0));
}
END_TEST

START_TEST(test_what_cells_refuse)
{
    set_up();
    ag_tensor *gates = normal(AG_F64, AG_SHAPE(2, 12)), *c = normal(AG_F64, AG_SHAPE(2, 3));
    ag_tensor *other = normal(AG_F64, AG_SHAPE(3, 12)), *next = gates;
    ag_tensor *i64 = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2, 12), NULL);
    ag_tensor *single = normal(AG_F32, AG_SHAPE(2, 12));
    fails(ag_lstm_cell(gates, gates, normal(AG_F64, AG_SHAPE(2, 4)), &next), AG_ERR_SHAPE,
          "lstm_cell: gates of [2,12] and [2,12] and a state of [2,4] do not go together",
          "gates (..., 4 n) twice");
    ck_assert_ptr_null(next);
    fails(ag_gru_cell(gates, gates, c), AG_ERR_SHAPE, "gru_cell: gates of", "gates (..., 3 n)");
    fails(ag_lstm_cell(gates, normal(AG_F64, AG_SHAPE(2, 4)), c, NULL), AG_ERR_SHAPE,
          "lstm_cell: gates of [2,12] and [2,4]", NULL);
    fails(ag_lstm_cell(gates, other, c, NULL), AG_ERR_SHAPE,
          "lstm_cell: gates of [2,12] and [3,12] and a state of [2,3] do not broadcast", NULL);
    fails(ag_lstm_cell(gates, gates, normal(AG_F64, AG_SHAPE(5, 3)), NULL), AG_ERR_SHAPE,
          "lstm_cell: gates of", NULL);
    fails(ag_lstm_cell(ag_variable(g, 1), ag_variable(g, 1), ag_variable(g, 1), NULL), AG_ERR_SHAPE,
          "lstm_cell: gates of [] and [] and a state of []", NULL);
    fails(ag_lstm_cell(i64, i64, i64, NULL), AG_ERR_DTYPE, "lstm_cell: ", NULL);
    fails(ag_gru_cell(gates, single, c), AG_ERR_DTYPE, "gru_cell: ", NULL);
    fails(ag_lstm_cell(gates, gates, NULL, &next), AG_ERR_NULL_ARGUMENT, "lstm_cell: ", NULL);
    still_works(g);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("recurrent cells", test_as_the_equations, test_strided_and_broadcast,
           test_one_result_is_used, test_saturated_lstm, test_saturated_gru, test_special_numbers,
           test_bits_are_those_of_one_thread, test_what_cells_refuse)
