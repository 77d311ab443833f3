/* Every allocation of every output fails once: the call then says so, leaves the graph as it was
 * and gives back all it had taken.
 */
#include "budget.h"
#include "text.h"

#include "check_main.h"

static ag_status write_string(FILE *out, const ag_tensor *root, const viz_options *options)
{
    char *text;
    ag_status status = viz_trace_string(root, options, &text);
    ck_assert((status == AG_OK) == (text != NULL));
    if (text != NULL) {
        fputs(text, out);
    }
    viz_free(text);
    return status;
}

static ag_status save_figure(FILE *out, const ag_tensor *root, const viz_options *options)
{
    fputs("saved", out);
    return viz_dot_save("/dev/null", root, options);
}

static void fail_each(writer write, budget *b, const ag_tensor *root, const viz_options *options)
{
    char *whole = written(write, root, options);
    ag_graph *g = ag_graph_of(root);
    ag_status status = AG_ERR_MEMORY;
    size_t n;
    for (n = 0; status != AG_OK; n++) {
        char *text = NULL;
        size_t size, before = b->bytes;
        FILE *out = open_memstream(&text, &size);
        b->left = n;
        status = write(out, root, options);
        b->left = SIZE_MAX;
        fclose(out);
        ck_assert_msg(status == AG_OK || status == AG_ERR_MEMORY, "%s", ag_status_text(status));
        ck_assert_uint_eq(b->bytes, before);
        ck_assert_msg(status != AG_OK || strcmp(text, whole) == 0,
                      "format %d at %zu of %zu: %.100s", (int)options->format, strlen(text),
                      strlen(whole), text);
        free(text);
        ag_error_clear(g);
    }
    ck_assert_uint_gt(n, 5); /* it did fail several times before it went through */
    free(whole);
}

static void fail_all(budget *b, const ag_tensor *root)
{
    static const writer all[] = {viz_trace_with, viz_dot, viz_alt_text, write_string, save_figure};
    viz_options options = {.expand = true, .highlight = root, .legend = true, .paths = 2};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        fail_each(all[i], b, root, &options);
    }
    for (int i = 0; i < VIZ_FORMAT_COUNT; i++) {
        options.format = (viz_format)i;
        options.style = (viz_style)(i % VIZ_STYLE_COUNT);
        fail_each(viz_write, b, root, &options);
    }
}

START_TEST(test_scalars)
{
    budget b = {.left = SIZE_MAX};
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.allocator = {budget_get, budget_put, &b}});
    ag_tensor *f = lecture(g, 2.0);
    for (int i = 0; i < 20; i++) {
        f = ag_name(ag_add(f, f), i % 2 == 0 ? "same" : NULL);
    }
    ck_assert_int_eq(ag_backward(f), AG_OK);
    fail_all(&b, f);
    ag_graph_free(g);
    ck_assert_uint_eq(b.bytes, 0);
}
END_TEST

/* Equal modules, which a figure draws once. */
static ag_tensor *blocks(ag_graph *g, ag_tensor *x)
{
    static const char *const name[] = {"0", "1", "2"};
    for (int i = 0; i < 3; i++) {
        ag_scope outer = {.name = name[i], .kind = "block"}, inner = {.name = "act"};
        ag_scope_enter(g, &outer);
        ag_tensor *y = ag_neg(x);
        ag_scope_enter(g, &inner);
        x = ag_tanh(y);
        ag_scope_leave(g, &inner);
        x = ag_exp(x);
        ag_scope_leave(g, &outer);
    }
    return x;
}

START_TEST(test_tensors)
{
    budget b = {.left = SIZE_MAX};
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.allocator = {budget_get, budget_put, &b}});
    ag_tensor *x = ag_full(g, AG_CONSTANT, AG_SHAPE(5, 3), 1.0);
    ag_tensor *w = ag_name(ag_full(g, AG_PARAMETER, AG_SHAPE(3, 4), 0.5), "layer.weight");
    ag_tensor *v = ag_full(g, AG_PARAMETER, AG_SHAPE(4), 0.5);
    ag_tensor *f = ag_sum(blocks(g, ag_add(ag_matmul(x, w), v)));
    ck_assert_int_eq(ag_backward(f), AG_OK);
    fail_all(&b, f);
    ag_graph_free(g);
    ck_assert_uint_eq(b.bytes, 0);
}
END_TEST

CHECK_MAIN("memory of viz", test_scalars, test_tensors)
