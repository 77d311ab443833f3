/* TikZ pictures: names and formulas in math, braces that match whatever the names are, overlays for
 * Beamer, frames; and that LaTeX compiles them, where it is installed.
 */
#include "tests/viz/text.h"

#include <unistd.h>

#include <autograd/custom_op.h>

#include "check_main.h"
#include "tests/viz/folder.h"
#include "tests/viz/hostile.h"

/* Do the braces match, and are there no other characters that LaTeX reads in its own way than those
 * of the picture? */
static void check_braces(const char *text)
{
    int depth = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0') {
            at++;
        } else if (*at == '%') {
            at += strcspn(at, "\n");
        } else {
            depth += (*at == '{') - (*at == '}');
        }
        ck_assert_int_ge(depth, 0);
    }
    ck_assert_int_eq(depth, 0);
}

static char *picture(const ag_tensor *root, viz_options o, viz_format format)
{
    o.format = format;
    char *text = written(viz_write, root, &o);
    check_braces(text);
    return text;
}

START_TEST(test_lecture)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = picture(f, (viz_options){.digits = 4}, VIZ_TIKZ);
    ck_has(text, "\\begin{tikzpicture}");
    ck_has(text, "\\color{agink}$c$}");
    ck_has(text, "$\\ = a + b$}");
    ck_has(text, "$\\ = \\sqrt{c}$}");
    ck_has(text, "\\color{aggradient}$\\partial f/\\partial x = -182.9$}");
    ck_has(text, "\\color{agmuted}$\\partial e/\\partial c = -0.8876$}");
    ck_has(text, "\\definecolor{agvalue}{HTML}{0072B2}");
    ck_has(text, "alt={Computation graph of f: 7 nodes");
    ck_has_not(text, "\\only");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_math_names)
{
    static const char *const name[][2] = {{"x1", "$x_{1}$"},
                                          {"x_1", "$x_{1}$"},
                                          {"x₁₂", "$x_{12}$"},
                                          {"lambda", "$\\lambda$"},
                                          {"λ", "$\\lambda$"},
                                          {"sigma_b", "$\\sigma_{b}$"},
                                          {"loss", "$\\mathrm{loss}$"},
                                          {"W_out", "$W_{\\mathrm{out}}$"},
                                          {"fc1.bias", "$\\mbox{fc1.bias}$"},
                                          {"h", "$h^{(1)}$"}};
    const viz_math own = {"h", "h^{(1)}"};
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_name(ag_variable(g, 2.0), name[i][0]);
        char *text = picture(ag_exp(x), (viz_options){.math = &own, .n_math = 1}, VIZ_TIKZ);
        ck_has(text, name[i][1]);
        free(text);
        ag_graph_free(g);
    }
}
END_TEST

START_TEST(test_numbers)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, -1.25e-7), "x");
    ag_tensor *f = ag_name(ag_log(ag_mul_scalar(x, 0.0)), "f");
    char *text = picture(f, (viz_options){.digits = 0}, VIZ_TIKZ);
    ck_has(text, "$-1.25 \\times 10^{-7}$");
    ck_has(text, "$-\\infty$");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* The first slide has no values; fragment k appears on slide k + 2, and stays. */
START_TEST(test_beamer)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = picture(f, (viz_options){.digits = 4}, VIZ_BEAMER);
    ck_has(text, "\\only<2->{\\node at ");
    ck_has(text, "\\only<15->{\\node at ");
    ck_has_not(text, "\\only<16");
    ck_assert_uint_eq(count(text, "| handout:0>"), 14);
    ck_assert_uint_eq(count(text, "->{\\node"), 14 + 8);
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_frames)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = picture(f, (viz_options){.frame = 1}, VIZ_TIKZ);
    ck_has_not(text, "$54.60$");
    free(text);
    text = picture(f, (viz_options){.frame = 4}, VIZ_TIKZ);
    ck_has(text, "$54.60$");
    ck_has_not(text, "$58.60$");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_hostile_names)
{
    for (size_t i = 0; i < HOSTILE; i++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_name(ag_variable(g, 2.0), hostile[i]);
        ag_tensor *f = ag_name(ag_exp(x), hostile[i]);
        for (int style = 0; style < VIZ_STYLE_COUNT; style++) {
            viz_options o = {.style = (viz_style)style, .palette.value = hostile[i]};
            free(picture(f, o, VIZ_TIKZ));
            free(picture(f, o, VIZ_BEAMER));
        }
        ag_graph_free(g);
    }
}
END_TEST

/* What the writers themselves write in Unicode has a form in LaTeX, in every style and of every
 * operation; and so have the signs that names of an expression have. */
START_TEST(test_own_signs)
{
    int drawn = 0;
    for (int i = 0; ag_op_at(i) != NULL; i++) {
        const ag_case *c = ag_op_at(i)->cases;
        for (int style = 0; c != NULL && style < VIZ_STYLE_COUNT; style++, drawn++) {
            ag_graph *g = ag_graph_new();
            ag_tensor *in[3] = {NULL};
            for (int k = 0; k < c->n_in; k++) {
                in[k] = ag_name(ag_full(g, AG_VARIABLE, c->shape[k], (c->low + c->high) / 2), "x");
            }
            char *text = picture(c->call(in), (viz_options){.style = (viz_style)style}, VIZ_TIKZ);
            ck_assert_msg(!has(text, "U+"), "%s: %s", ag_op_at(i)->name, strstr(text, "U+"));
            free(text);
            ag_graph_free(g);
        }
    }
    ck_assert_int_gt(drawn, 200 * VIZ_STYLE_COUNT);
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_name(ag_variable(g, 2), "¹²³⁰⁴⁹⁻√∞−");
    char *text = picture(ag_exp(x), (viz_options){.digits = 4}, VIZ_TIKZ);
    ck_has_not(text, "U+");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* --- with LaTeX ------------------------------------------------------------------------------- */

static void put_hostile(FILE *out)
{
    for (size_t i = 0; i < HOSTILE; i++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *x = ag_name(ag_variable(g, 2.0), hostile[i]);
        ag_tensor *f = ag_name(ag_square(x), "f");
        ck_assert_int_eq(ag_backward(f), AG_OK);
        viz_options o = {.format = VIZ_TIKZ, .style = (viz_style)(i % VIZ_STYLE_COUNT)};
        ck_assert_int_eq(viz_write(out, f, &o), AG_OK);
        fputs("\n\n", out);
        ag_graph_free(g);
    }
}

static void compile(const char *file)
{
    char command[200];
    snprintf(command, sizeof command,
             "pdflatex -interaction=nonstopmode -halt-on-error %s >latex.out 2>&1", file);
    int result = system(command);
    char *log = file_text("latex.out");
    ck_assert_msg(result == 0, "%s", log);
    free(log);
}

START_TEST(test_latex)
{
    char folder[40];
    if (system("pdflatex -version >/dev/null 2>&1") != 0) {
        printf("LaTeX is not installed\n");
        return;
    }
    enter_folder(folder);
    FILE *out = fopen("a.tex", "w");
    ck_assert_ptr_nonnull(out);
    fputs("\\documentclass{article}\\usepackage{tikz}\\begin{document}\n", out);
    put_hostile(out);
    fputs("\\end{document}\n", out);
    fclose(out);
    compile("a.tex");
    ck_assert(removed("a.pdf"));
    out = fopen("b.tex", "w");
    ck_assert_ptr_nonnull(out);
    ag_graph *g = ag_graph_new();
    fputs("\\documentclass{beamer}\\usepackage{tikz}\\begin{document}\\begin{frame}\n", out);
    ck_assert_int_eq(viz_write(out, lecture(g, 2.0), &(viz_options){.format = VIZ_BEAMER}), AG_OK);
    fputs("\\end{frame}\\end{document}\n", out);
    fclose(out);
    ag_graph_free(g);
    compile("b.tex");
    ck_assert(removed("b.pdf"));
    ck_assert_int_eq(system("rm -f a.* b.* latex.out"), 0);
    leave_folder(folder);
}
END_TEST

CHECK_MAIN("tikz", test_lecture, test_math_names, test_numbers, test_beamer, test_frames,
           test_hostile_names, test_own_signs, test_latex)
