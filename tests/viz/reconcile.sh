#!/bin/sh
# Proves that each printed line of a trace, computed again from its printed factors by another program
# (reconcile.py, in decimal arithmetic), gives its printed result, in every format, for GRAPHS=10000
# random graphs; and that a line which does not is found. `make reconcile` runs it.
. tests/build/lib.sh

cat >"$work/make.c" <<'END'
#include <autograd.h>
#include <math.h>
#include <stdlib.h>

static int draw(ag_graph *g, int below)
{
    return (int)(ag_random_uniform(g) * below);
}

/* One of these functions of an operand that keeps it in its domain. */
static ag_tensor *unary(ag_graph *g, ag_tensor *a)
{
    switch (draw(g, 10)) {
    case 0: return ag_sin(a);
    case 1: return ag_cos(a);
    case 2: return ag_tanh(a);
    case 3: return ag_sigmoid(a);
    case 4: return ag_square(a);
    case 5: return ag_exp(ag_sin(a));
    case 6: return ag_log(ag_add_scalar(ag_square(a), 0.5));
    case 7: return ag_sqrt(ag_add_scalar(ag_square(a), 1));
    case 8: return ag_mul_scalar(a, -0.3);
    default: return ag_reciprocal(ag_add_scalar(ag_square(a), 2));
    }
}

static ag_tensor *binary(ag_graph *g, ag_tensor *a, ag_tensor *b)
{
    switch (draw(g, 5)) {
    case 0: return ag_add(a, b);
    case 1: return ag_sub(a, b);
    case 2: return ag_mul(a, b);
    case 3: return ag_div(a, ag_add_scalar(ag_square(b), 1));
    default: return ag_maximum(a, b);
    }
}

static ag_tensor *graph(ag_graph *g)
{
    ag_tensor *node[16];
    int leaves = 1 + draw(g, 3), n = leaves + 2 + draw(g, 10);
    for (int i = 0; i < leaves; i++) {
        double size = pow(10, draw(g, 4) - 1);
        node[i] = ag_variable(g, floor((2 * ag_random_uniform(g) - 1) * 1000) / 1000 * size);
    }
    for (int i = leaves; i < n; i++) {
        ag_tensor *last = node[i - 1], *any = node[draw(g, i)];
        node[i] = draw(g, 2) ? unary(g, last) : binary(g, last, any);
    }
    return node[n - 1];
}

int main(int count, char **argument)
{
    static const struct { const char *name; viz_format format; } all[] = {
        {"text", VIZ_TEXT}, {"md", VIZ_MARKDOWN}, {"latex", VIZ_LATEX},
        {"json", VIZ_JSON}, {"csv", VIZ_CSV}, {"fods", VIZ_FODS}};
    long n = count > 1 ? strtol(argument[1], NULL, 10) : 10;
    for (long seed = 1; seed <= n; seed++) {
        ag_graph *g = ag_graph_new_with(&(ag_graph_options){.seed = (uint64_t)seed});
        ag_tensor *root = graph(g);
        viz_options o = {.digits = seed % 4 == 0 ? 2 + draw(g, 6) : 4};
        if (ag_backward(root) != AG_OK) return puts(ag_error_message(g)), 1;
        printf("@@ %ld %d\n", seed, o.digits);
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
            o.format = all[i].format;
            printf("@ %s\n", all[i].name);
            if (viz_write(stdout, root, &o) != AG_OK) return puts(ag_error_message(g)), 1;
        }
        ag_graph_free(g);
    }
    return 0;
}
END
python=$(command -v python3) || { skip "reconcile" "no python3"; exit 0; }
build() {
    $CC -I"$BUILD/include" -o "$work/make" "$work/make.c" "$BUILD/libautograd.a" ${LIBS:--pthread -lz -lm}
}
reconciles() { # how many graphs, by what sed changes their text
    "$work/make" "$1" | sed "$2" | "$python" tests/viz/reconcile.py >"$work/result"
    code=$?
    tail -27 "$work/result"
    return $code
}
check "reconcile: the traces are written" build
check "reconcile: ${GRAPHS:-10000} graphs" reconciles "${GRAPHS:-10000}" ''
tail -7 "$work/result"
# The last digit of a number becomes another one.
catches "reconcile: a wrong line of text" reconciles 100 '/^ *[0-9].*×.* = /s/[1-8]$/9/'
catches "reconcile: a wrong line of Markdown" reconciles 100 '/^- step/s/[1-8]\$$/9$/'
catches "reconcile: a wrong line of LaTeX" reconciles 100 '/^ .*times.* = /s/[1-8] \\\\$/9/'
catches "reconcile: a wrong product of JSON" reconciles 100 's/\("product": -*[0-9]*\)\.1/\1.2/'
catches "reconcile: a wrong product of CSV" reconciles 100 's/^\(term,.*\)\.1\([0-9]*\),$/\1.2\2,/'
catches "reconcile: a wrong cell" reconciles 100 '/nodes.E/s/\(value="-*[0-9]*\)\.1\([0-9]*"\)/\1.2\2/'
catches "reconcile: too many lines that say ≈" reconciles 100 '/^ *[0-9].*×.* = /s/ = \([^=]*\)$/ ≈ \1/'
finish
