/* What the tests of viz share: the lecture's graph, and a trace or a figure as a string. Each
 * test file frees what it is given with free().
 */
#ifndef TESTS_VIZ_TEXT_H
#define TESTS_VIZ_TEXT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <autograd/derivatives.h>
#include <autograd/hooks.h>
#include <autograd/inspect.h>
#include <autograd/ops.h>
#include <autograd/viz.h>

/* f(x) = sqrt(x^2 + exp(x^2)) + cos(x^2 + exp(x^2)); Deisenroth, Faisal and Ong, Mathematics for
 * Machine Learning (2020), section 5.6. */
static inline ag_tensor *lecture(ag_graph *g, double at)
{
    ag_tensor *x = ag_name(ag_variable(g, at), "x");
    ag_tensor *a = ag_name(ag_square(x), "a");
    ag_tensor *b = ag_name(ag_exp(a), "b");
    ag_tensor *c = ag_name(ag_add(a, b), "c");
    ag_tensor *d = ag_name(ag_sqrt(c), "d");
    ag_tensor *e = ag_name(ag_cos(c), "e");
    return ag_name(ag_add(d, e), "f");
}

/* What `write` puts into a file. */
typedef ag_status (*writer)(FILE *out, const ag_tensor *root, const viz_options *options);
static inline char *written(writer write, const ag_tensor *root, const viz_options *options)
{
    static char *text; /* static: GCC 12 takes what is found in the result for a pointer to it */
    static size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    ck_assert_ptr_nonnull(out);
    ag_status status = write(out, root, options);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_msg(status == AG_OK, "%s", ag_status_text(status));
    return text;
}

static inline char *trace(const ag_tensor *root, const viz_options *options)
{
    return written(viz_trace_with, root, options);
}

static inline bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

#define ck_has(text, part) ck_assert_msg(has(text, part), "no \"%s\" in\n%s", part, text)
#define ck_has_not(text, part) ck_assert_msg(!has(text, part), "\"%s\" in\n%s", part, text)

static inline size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part)) {
        n++;
    }
    return n;
}

#endif
