/* einsum against the sum it stands for, computed by loops over all indices, and its reading of
 * equations that anybody may have written. */
#include "expect.h"

enum { OPERANDS = 4, LETTERS = 128 };

static ag_graph *g;

/* --- the definition --------------------------------------------------------------------------- */

/* An equation in which each axis has a letter of its own, and sizes for letters a, b, ... */
typedef struct example {
    const char *terms[OPERANDS + 1]; /* of the operands; NULL ends them */
    const char *result;
} example;

static const example examples[] = {
    {{"ab", "bc"}, "ac"},
    {{"ab", "cb"}, "ca"},
    {{"ab", "bc"}, "b"},
    {{"ab", "bc"}, ""},
    {{"ab"}, "ba"},
    {{"ab"}, ""},
    {{"abc"}, "cab"},
    {{"aa"}, "a"},
    {{"aa"}, ""},
    {{"aab"}, "ba"},
    {{"aba"}, "b"},
    {{"aabb"}, "ab"},
    {{"bbbb"}, "b"},
    {{"a", "b"}, "ab"},
    {{"a", "b"}, "ba"},
    {{"a", "a"}, ""},
    {{"a", "a"}, "a"},
    {{"abc", "acd"}, "abd"},
    {{"abc", "bcd"}, "da"},
    {{"cab", "acd"}, "dba"},
    {{"ab", "ab"}, "ab"},
    {{"ab", "ba"}, ""},
    {{"abcd", "aecd"}, "acbe"},
    {{"ab", "cd"}, "dbca"},
    {{"ab", "bc", "cd"}, "ad"},
    {{"ab", "ac", "ad"}, "bcd"},
    {{"a", "a", "a"}, "a"},
    {{"ab", "bc", "ca"}, ""},
    {{"abc", "cd", "de", "e"}, "ab"},
    {{"ab", "bb", "bc", "cca"}, "ca"},
    {{"", ""}, ""},
    {{"", "ab"}, "ba"},
};
enum { EXAMPLES = sizeof examples / sizeof *examples };

static int64_t size_of(char letter)
{
    static const int64_t sizes[] = {2, 3, 4, 2, 3};
    return sizes[letter - 'a'];
}

static ag_shape shape_of(const char *term)
{
    ag_shape s = AG_SCALAR;
    for (; *term != '\0'; term++) {
        s.dim[s.ndim++] = size_of(*term);
    }
    return s;
}

static int64_t offset(const char *term, const int64_t index[LETTERS])
{
    int64_t at = 0;
    for (; *term != '\0'; term++) {
        at = at * size_of(*term) + index[(int)*term];
    }
    return at;
}

/* Adds the product of the operands for every value of the letters a to e that occur. */
static void by_loops(const example *e, double in[OPERANDS][MOST_ELEMENTS],
                     double out[MOST_ELEMENTS])
{
    int64_t index[LETTERS] = {0}, count = 1;
    bool occurs[LETTERS] = {false};
    for (int i = 0; e->terms[i] != NULL; i++) {
        for (const char *c = e->terms[i]; *c != '\0'; c++) {
            occurs[(int)*c] = true;
        }
    }
    for (char c = 'a'; c <= 'e'; c++) {
        count *= occurs[(int)c] ? size_of(c) : 1;
    }
    memset(out, 0, MOST_ELEMENTS * sizeof *out);
    for (int64_t n = 0; n < count; n++) {
        double product = 1;
        int64_t rest = n;
        for (char c = 'a'; c <= 'e'; c++) {
            index[(int)c] = occurs[(int)c] ? rest % size_of(c) : 0;
            rest /= occurs[(int)c] ? size_of(c) : 1;
        }
        for (int i = 0; e->terms[i] != NULL; i++) {
            product *= in[i][offset(e->terms[i], index)];
        }
        out[offset(e->result, index)] += product;
    }
}

static void equation_of(const example *e, char text[64])
{
    size_t n = 0;
    for (int i = 0; e->terms[i] != NULL; i++) {
        n += (size_t)snprintf(text + n, 64 - n, "%s%s", i > 0 ? "," : "", e->terms[i]);
    }
    snprintf(text + n, 64 - n, "->%s", e->result);
}

/* The operands lie transposed in memory if asked. */
static ag_tensor *operand(const char *term, bool turned)
{
    ag_shape s = shape_of(term), from = s;
    ag_axes back = {.n = s.ndim};
    for (int d = 0; turned && d < s.ndim; d++) {
        from.dim[d] = s.dim[s.ndim - 1 - d];
        back.axis[d] = s.ndim - 1 - d;
    }
    ag_tensor *t = drawn(g, AG_F64, from);
    return turned && s.ndim > 0 ? ag_permute(t, back) : t;
}

static ag_tensor *call(ag_tensor *const *in, int n, void *equation)
{
    return ag_einsum(equation, in, n);
}

START_TEST(test_is_the_sum_it_stands_for)
{
    static double in[OPERANDS][MOST_ELEMENTS], want[MOST_ELEMENTS];
    for (int i = 0; i < 2 * EXAMPLES; i++) {
        const example *e = &examples[i / 2];
        ag_tensor *list[OPERANDS];
        char text[64];
        int n = 0;
        g = ag_graph_new_with(&(ag_graph_options){.seed = (uint64_t)i});
        for (; e->terms[n] != NULL; n++) {
            list[n] = operand(e->terms[n], i % 2);
            read_all(list[n], in[n]);
        }
        equation_of(e, text);
        ag_tensor *y = ag_einsum(text, list, n);
        ck_assert_msg(y != NULL, "%s: %s", text, ag_error_message(g));
        by_loops(e, in, want);
        expect_elements(AG_HERE, y, shape_of(e->result), 1e-14, want, ag_size(y));
        ag_graph_free(g);
    }
}
END_TEST

START_TEST(test_derivatives)
{
    for (int i = 0; i < EXAMPLES; i++) {
        const example *e = &examples[i];
        ag_tensor *list[OPERANDS];
        char text[64], why[400];
        int n = 0;
        g = ag_graph_new();
        for (; e->terms[n] != NULL; n++) {
            list[n] = drawn(g, AG_F64, shape_of(e->terms[n]));
        }
        equation_of(e, text);
        ag_gradcheck_result first = ag_gradcheck(call, text, list, n, NULL);
        ag_gradcheck_result second = ag_gradgradcheck(call, text, list, n, NULL);
        ag_gradcheck_text(first.ok ? &second : &first, why, sizeof why);
        ck_assert_msg(first.ok && second.ok, "%s: %s %s", text, why, ag_error_message(g));
        ag_graph_free(g);
    }
}
END_TEST

/* --- the rest of the notation ----------------------------------------------------------------- */

static ag_tensor *two(const char *equation, ag_tensor *a, ag_tensor *b)
{
    return ag_einsum(equation, ((ag_tensor *[]){a, b}), 2);
}

static ag_tensor *one(const char *equation, ag_tensor *a)
{
    return ag_einsum(equation, &a, 1);
}

START_TEST(test_ellipsis_and_implied_results)
{
    g = ag_graph_new();
    ag_tensor *a = count_up(g, AG_VARIABLE, AG_SHAPE(2, 2, 3), 0),
              *b = count_up(g, AG_VARIABLE, AG_SHAPE(3, 2), 0);
    ag_tensor *m = count_up(g, AG_VARIABLE, AG_SHAPE(2, 3), 1), *n = ag_transpose(m);
    /* [torch] PyTorch 1.13.1, torch.einsum of arange(12) as (2,2,3) and arange(6) as (3,2) */
    expect_tensor(two("...ij,jk->i...k", a, b), AG_SHAPE(2, 2, 2), 10, 13, 46, 67, 28, 40, 64, 94);
    expect_same_tensors(two("...ij,...jk", a, b), ag_matmul(a, b), 0);
    expect_same_tensors(two("ij,jk", m, b), ag_matmul(m, b), 0);
    expect_same_tensors(two(" i j , j k -> i k ", m, b), ag_matmul(m, b), 0);
    expect_same_tensors(one("ba", m), n, 0);
    expect_same_tensors(one("aB", m), n, 0); /* capitals first */
    expect_same_tensors(one("...", m), m, 0);
    expect_same_tensors(one("...->", m), ag_sum(m), 0);
    expect_same_tensors(one("i...->...", m), ag_sum_over(m, AG_AXES(0), false), 0);
    expect_same_tensors(one("...ii->...i", ag_diag(count_up(g, AG_VARIABLE, AG_SHAPE(3), 1), 0)),
                        count_up(g, AG_VARIABLE, AG_SHAPE(3), 1), 0);
    expect_same_tensors(two("...,...", m, ag_slice(m, 0, 0, 1, 1)),
                        ag_mul(m, ag_slice(m, 0, 0, 1, 1)), 0);
    expect_same_tensors(two("...i,...i->...", m, count_up(g, AG_VARIABLE, AG_SHAPE(3), 1)),
                        ag_matmul(m, count_up(g, AG_VARIABLE, AG_SHAPE(3), 1)), 0);
    expect_same_tensors(two("ij,ij->i", m, ag_slice(m, 0, 0, 1, 1)),
                        ag_matmul(m, ag_reshape(ag_slice(m, 0, 0, 1, 1), AG_SHAPE(3))), 0);
    expect_tensor(one("", ag_variable(g, 3)), AG_SCALAR, 3);
    ck_assert_msg(ag_error(g) == AG_OK, "%s", ag_error_message(g));
    ag_graph_free(g);
}
END_TEST

START_TEST(test_sizes_0_and_8_dimensions)
{
    g = ag_graph_new();
    ag_tensor *none = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 0), 1);
    expect_tensor(two("ij,jk->ik", none, ag_transpose(none)), AG_SHAPE(2, 2), 0, 0, 0, 0);
    ck_assert_int_eq(ag_size(two("ij,ik->jk", none, none)), 0);
    ck_assert_int_eq(ag_size(one("ij->ji", none)), 0);
    expect_tensor(one("ij->i", none), AG_SHAPE(2), 0, 0);
    ag_tensor *eight = count_up(g, AG_VARIABLE, AG_SHAPE(1, 2, 1, 2, 1, 2, 1, 2), 0);
    ag_axes back = {8, {7, 6, 5, 4, 3, 2, 1, 0}};
    expect_same_tensors(one("abcdefgh->hgfedcba", eight), ag_permute(eight, back), 0);
    ag_tensor *f32 = drawn(g, AG_F32, AG_SHAPE(2, 3));
    ck_assert_int_eq(ag_dtype_of(two("ij,kj->ik", f32, f32)), AG_F32);
    ag_graph_free(g);
}
END_TEST

/* --- errors ----------------------------------------------------------------------------------- */

static void refuses(const char *equation, int n, ag_status status, const char *what)
{
    ag_tensor *m = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1), *list[] = {m, m, m};
    fails(ag_einsum(equation, list, n), status, "einsum: ", what);
}

START_TEST(test_errors)
{
    g = ag_graph_new();
    refuses("ij,j$->i", 2, AG_ERR_VALUE, "'$' at position 4 of the equation");
    refuses("ij,\xc3\xa4k", 2, AG_ERR_VALUE, "byte 195 at position 3");
    refuses("ij,\nk", 2, AG_ERR_VALUE, "byte 10 at position 3");
    refuses("i..j", 1, AG_ERR_VALUE, "dot at position 1");
    refuses("...i...", 1, AG_ERR_VALUE, "second ellipsis in one term, at position 4");
    refuses("ij-", 1, AG_ERR_VALUE, "'-' at position 2");
    refuses("ij->i->j", 1, AG_ERR_VALUE, "'-' at position 5");
    refuses("ij->i,j", 1, AG_ERR_VALUE, "',' at position 5");
    refuses("ij->ik", 1, AG_ERR_VALUE, "'k' of the result is in no operand's term");
    refuses("ij->ii", 1, AG_ERR_VALUE, "'i' is twice in the result");
    refuses("ij", 2, AG_ERR_VALUE, "the equation has 1 term for 2 operands");
    refuses("ij,ij,ij", 2, AG_ERR_VALUE, "more terms than operands (2), from position 5");
    refuses("ijk,ij", 2, AG_ERR_SHAPE, "operand 0 has 2 dimensions, and 3 letters");
    refuses("ij,i", 2, AG_ERR_SHAPE, "operand 1 has 2 dimensions, and 1 letters");
    refuses("abcdefghi", 1, AG_ERR_VALUE, "more than 8 letters in one term, at position 8");
    refuses("ij,jk", 2, AG_ERR_SHAPE, "operand 1 has size 2 for 'j', one before it has 3");
    refuses("ii", 1, AG_ERR_SHAPE, "operand 0 has size 3 for 'i', another axis of it has 2");
    refuses("i...,...j", 2, AG_ERR_SHAPE,
            "axes of the ellipses do not broadcast: operand 1 has size 2");
    refuses(NULL, 1, AG_ERR_NULL_ARGUMENT, "the equation is NULL");
    ag_graph_free(g);
}
END_TEST

START_TEST(test_errors_of_operands)
{
    g = ag_graph_new();
    ag_tensor *m = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 3), 1), *list[] = {m, NULL};
    ck_assert_ptr_null(ag_einsum("ij,ij", list, 2));
    ck_assert_msg(strstr(ag_error_message(g), "einsum: an operand is NULL") != NULL, "%s",
                  ag_error_message(g));
    ag_error_clear(g);
    list[1] = ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(2, 3), NULL);
    ck_assert_ptr_null(ag_einsum("ij,ij", list, 2));
    ck_assert_int_eq(ag_error(g), AG_ERR_DTYPE);
    ag_error_clear(g);
    ck_assert_ptr_null(ag_einsum("ij", NULL, 1));
    ck_assert_ptr_null(ag_einsum("", list, 0));
    ck_assert_ptr_null(ag_einsum("", list, -1));
    ag_tensor *wide = drawn(g, AG_F64, AG_SHAPE(1, 1, 1, 1, 1, 1));
    ag_tensor *many[] = {wide, wide, wide, wide};
    ck_assert_ptr_null(ag_einsum("abcdef,ghijkl", many, 2));
    ck_assert_msg(strstr(ag_error_message(g), "the result has more than 8") != NULL, "%s",
                  ag_error_message(g));
    ag_error_clear(g);
    ck_assert_ptr_null(ag_einsum("abcdef,ghijkl,abcdef,ghijkl->", many, 4));
    ck_assert_msg(strstr(ag_error_message(g), "intermediate result has more than 8") != NULL, "%s",
                  ag_error_message(g));
    ag_error_clear(g);
    expect_same_tensors(ag_einsum("abcdef,abcdef,ghijkl,ghijkl->", many, 4),
                        ag_square(ag_sum(ag_square(wide))), 1e-15);
    ag_graph_free(g);
}
END_TEST

/* Equations at random: each gives a tensor or an error, and reads nothing beyond its end. */
START_TEST(test_any_text)
{
    static const char letters[] = "abcABij...,,->-> \x01\xff$";
    int results = 0, errors = 0;
    for (int i = 0; i < (check_small() ? 2000 : 100000); i++) {
        if (i % 1000 == 0) {
            g = ag_graph_new_with(&(ag_graph_options){.seed = (uint64_t)i});
        }
        size_t n = (size_t)(ag_random_uniform(g) * 12);
        char *text = malloc(n + 1);
        for (size_t k = 0; k < n; k++) {
            text[k] = letters[(size_t)(ag_random_uniform(g) * (sizeof letters - 1))];
        }
        text[n] = '\0';
        ag_mark mark = ag_graph_mark(g);
        ag_tensor *list[] = {ag_full(g, AG_VARIABLE, AG_SHAPE(2, 2), 1),
                             ag_full(g, AG_VARIABLE, AG_SHAPE(1, 2), 1)};
        bool made = ag_einsum(text, list, 1 + i % 2) != NULL;
        ck_assert_msg(made == (ag_error(g) == AG_OK), "\"%s\": %s", text, ag_error_message(g));
        results += made;
        errors += !made;
        free(text);
        ag_error_clear(g);
        ck_assert_int_eq(ag_graph_rewind(g, mark), AG_OK);
        if (i % 1000 == 999) {
            ag_graph_free(g);
        }
    }
    ck_assert_int_gt(results, 10);
    ck_assert_int_gt(errors, 100);
}
END_TEST

CHECK_MAIN("einsum", test_is_the_sum_it_stands_for, test_derivatives,
           test_ellipsis_and_implied_results, test_sizes_0_and_8_dimensions, test_errors,
           test_errors_of_operands, test_any_text)
