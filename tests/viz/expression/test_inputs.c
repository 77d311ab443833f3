/* The names of a program that take a value, as a page that offers a slider for each wants them. */
#include "check_main.h"
#include "expect.h"

#include <autograd/program.h>

static void expect_inputs(const char *text, const char *wanted)
{
    char all[400] = "", input[100];
    ag_graph *g = ag_graph_new();
    viz_program *p = viz_program_new(g, text, strlen(text), NULL);
    ck_assert_ptr_nonnull(p);
    for (int i = 0; viz_program_input(p, i, input, sizeof input); i++) {
        strcat(strcat(all, input), "; ");
    }
    ck_assert_msg(strcmp(all, wanted) == 0, "%s: %s", text, all);
    viz_program_free(p);
    ag_graph_free(g);
}

START_TEST(test_inputs)
{
    expect_inputs("x*y + sin(x)", "x=; y=; ");
    expect_inputs("x = 2; W = [[1, 2],\n [3, 4]]; sum(W)*x + π + e", "x=2; W=[[1, 2],\n [3, 4]]; ");
    expect_inputs("a = x^2; c = 2*pi; a*c", "x=; c=2*pi; ");
    expect_inputs("x₁ + x_1 + xy + α", "x₁=; xy=; α=; "); /* of one name, and of no product */
    expect_inputs("x + y + xy", "x=; y=; ");              /* of one: the program is told so */
    expect_inputs("x + sin", "x=; ");
    expect_inputs("mse_loss(x, y, reduction=sum)", "x=; y=; ");
    expect_inputs("3", "");
    expect_inputs("x = 3", ""); /* the result is none */
}
END_TEST

START_TEST(test_room)
{
    char text[4] = "???";
    ag_graph *g = ag_graph_new();
    viz_program *p = viz_program_new(g, "long = 12345; long^2", 20, NULL);
    ck_assert(viz_program_input(p, 0, text, sizeof text));
    ck_assert_str_eq(text, "lon");
    ck_assert(viz_program_input(p, 0, text, 0));
    ck_assert_str_eq(text, "lon");
    ck_assert(!viz_program_input(p, 1, text, sizeof text));
    ck_assert(!viz_program_input(NULL, 0, text, sizeof text));
    viz_program_free(p);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("inputs", test_inputs, test_room)
