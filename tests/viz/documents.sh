#!/bin/sh
# Proves that the programs for which viz writes files read them: LibreOffice computes the
# spreadsheets anew and gets our numbers, also where a cell was changed by hand; pdflatex compiles
# the traces and worksheets. `make documents` runs it; what is not installed is said and passed over.
. tests/build/lib.sh
golden=$(pwd)/tests/viz/golden

# --- the documents -------------------------------------------------------------------------------

# Every function that a spreadsheet has, worksheets, and names that look like something else.
cat >"$work/make.c" <<'END'
#include <autograd.h>

static ag_tensor *functions(ag_graph *g)
{
    ag_tensor *(*const f[])(ag_tensor *) = {
        (ag_abs), (ag_sqrt), (ag_exp), (ag_exp2), (ag_expm1), (ag_log), (ag_log2), (ag_log10),
        (ag_log1p), (ag_sin), (ag_cos), (ag_tan), (ag_asin), (ag_acos), (ag_atan), (ag_sinh),
        (ag_cosh), (ag_tanh), (ag_asinh), (ag_atanh), (ag_sigmoid), (ag_softplus), (ag_relu),
        (ag_erf), (ag_square), (ag_reciprocal), (ag_rsqrt), (ag_silu), (ag_neg), (ag_cbrt)};
    ag_tensor *x = ag_name(ag_variable(g, 0.3), "x"), *y = ag_variable(g, 0.7);
    ag_tensor *sum = ag_add(ag_div(x, y), ag_pow(y, x));
    sum = ag_add(sum, ag_mul(ag_neg(ag_square(x)), ag_sub(x, ag_sub(y, x))));
    sum = ag_add(sum, ag_add(ag_maximum(x, y), ag_minimum(x, y)));
    for (size_t i = 0; i < sizeof f / sizeof f[0]; i++) {
        sum = ag_add(sum, f[i](ag_mul_scalar(x, 1 + 0.01 * (double)i)));
        sum = ag_add(ag_mul_scalar(sum, -0.5), y);
    }
    return sum;
}

static ag_tensor *names(ag_graph *g)
{
    static const char *const name[] = {"=1+1", "+1", "-x", "@SUM(A1)", "x|y", "a&b", "<b>", "x_y",
        "[a]", "*b", "\"q\"", "a\nb", "$x$", "\\Lambda", "}}\\end", "%", "#", "~^", "\xFF", "\xCE\xBB"};
    ag_tensor *sum = ag_variable(g, 1);
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        sum = ag_add(sum, ag_name(ag_sin(ag_name(ag_variable(g, (double)i), name[i])), name[i]));
    }
    return sum;
}

/* Longer than a page. */
static ag_tensor *chain(ag_graph *g)
{
    ag_tensor *x = ag_variable(g, 0.5);
    for (int i = 0; i < 99; i++) {
        x = ag_sin(x);
    }
    return ag_name(x, "last");
}

static int save(const char *name, ag_tensor *(*make)(ag_graph *))
{
    static const struct { const char *ending; viz_sheet sheet; } file[] = {
        {"fods", VIZ_TRACE}, {"csv", VIZ_TRACE}, {"trace.tex", VIZ_TRACE}, {"svg", VIZ_TRACE},
        {"xml", VIZ_TRACE},
        {"w.trace.tex", VIZ_WORKSHEET}, {"k.trace.tex", VIZ_KEY}};
    ag_graph *g = ag_graph_new();
    ag_tensor *root = make(g);
    int bad = ag_backward(root) != AG_OK;
    for (size_t i = 0; i < sizeof file / sizeof file[0] && !bad; i++) {
        char path[100];
        snprintf(path, sizeof path, "%s.%s", name, file[i].ending);
        viz_options o = {.sheet = file[i].sheet, .differences = true, .paths = 3};
        bad = viz_save(path, root, &o) != AG_OK;
    }
    if (ag_error(g) != AG_OK) puts(ag_error_message(g));
    ag_graph_free(g);
    return bad;
}

int main(void) { return save("functions", functions) | save("names", names) |
    save("chain", chain); }
END
make_documents() {
    $CC -I"$BUILD/include" -o "$work/make" "$work/make.c" "$BUILD/libautograd.a" ${LIBS:--pthread -lz -lm} &&
        (cd "$work" && ./make)
}
check "documents: writing them" make_documents

# --- spreadsheets --------------------------------------------------------------------------------

# All sheets of a .fods as CSV beside it: NAME-nodes.csv, NAME-terms.csv.
recalculate() { # file.fods
    (cd "$work" && timeout 120 "$office" "-env:UserInstallation=file://$work/office" --headless \
        --convert-to 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1' \
        "$1" >/dev/null 2>&1)
}
# The numbers that a formula gives are spoiled, so that only who computes them finds them again.
spoiled() { # from, to
    awk '{ gsub(/<table:table-cell/, "\n&"); print }' "$1" |
        sed -E '/table:formula/s|office:value="[^"]*"><text:p>[^<]*|office:value="77"><text:p>77|' >"$2"
}
# Prints each value and gradient of our CSV that is not in LibreOffice's.
agree() { # ours.csv, nodes.csv
    awk -F, '
        function close_to(a, b) { d = a - b; d = d < 0 ? -d : d; s = a < 0 ? -a : a
                                  return d <= 1e-12 * (s > 1 ? s : 1) }
        FNR == NR { gsub(/"[^"]*"/, "q"); if ($1 == "node") { value[$2] = $7; grad[$2] = $9 } next }
        FNR > 1 { gsub(/"[^"]*"/, "q"); n += $4 ~ /^-?[0-9.e+-]+$/
            if (!close_to(value[$1], $4) || (grad[$1] != "" && !close_to(grad[$1], $5))) {
                print "step " $1 ": " $4 ", " $5 ", not " value[$1] ", " grad[$1]; bad = 1 } }
        END { exit bad || n < 2 }' "$1" "$2"
}
computed() { # name, folder of the original
    spoiled "$2/$1.fods" "$work/$1-spoiled.fods" && recalculate "$1-spoiled.fods" &&
        agree "$2/$1.csv" "$work/$1-spoiled-nodes.csv"
}
# f at x = 1 by another program: a, b, c, d, e, f and the derivative of f by x.
changed() {
    sed '0,/office:value="2"><text:p>2/s//office:value="1"><text:p>1/' "$golden/lecture.fods" \
        >"$work/one.fods"
    recalculate one.fods &&
        grep -q '^0,"*x"*,"*input"*,1,5.983082595908' "$work/one-nodes.csv" &&
        grep -q '^6,.*,1.090012211974' "$work/one-nodes.csv"
}
office=$(command -v soffice || command -v libreoffice)
if [ -n "$office" ]; then
    check "documents: LibreOffice computes the lecture's sheet" computed lecture "$golden"
    check "documents: LibreOffice computes the network's sheet" computed network "$golden"
    check "documents: LibreOffice computes every function" computed functions "$work"
    check "documents: names are no formulas" computed names "$work"
    check "documents: who changes x sees the gradient follow" changed
    sed 's/of:=COS/of:=SIN/' "$golden/lecture.fods" >"$work/wrong.fods"
    cp "$golden/lecture.csv" "$work/wrong.csv"
    catches "documents: a wrong formula" computed wrong "$work"
else
    skip "documents: spreadsheets" "no LibreOffice (apt-get install libreoffice-calc)"
fi

# --- XML -----------------------------------------------------------------------------------------

if have xmllint; then
    for f in functions names chain; do
        for ending in xml svg fods; do
            check "documents: xmllint reads $f.$ending" xmllint --huge --noout "$work/$f.$ending"
        done
    done
    echo '<quiz><question></quiz>' >"$work/wrong.xml"
    catches "documents: XML that is none" xmllint --noout "$work/wrong.xml"
else
    skip "documents: XML" "no xmllint (apt-get install libxml2-utils)"
fi

# --- LaTeX ---------------------------------------------------------------------------------------

compiles() { # file
    cat >"$work/page.tex" <<END
\documentclass{article}
\usepackage[paperwidth=100cm,paperheight=100cm,margin=1cm]{geometry}
\usepackage{amsmath,booktabs,longtable}
\begin{document}
\input{$1}
\end{document}
END
    (cd "$work" && pdflatex -interaction=nonstopmode -halt-on-error page.tex)
}
# On paper of a usual size: tables and equations go on on the next page, and none is lost.
breaks() { # file
    cat >"$work/pages.tex" <<END
\documentclass[a4paper]{article}
\usepackage{amsmath,booktabs,longtable}
\begin{document}
\input{$1}
\end{document}
END
    (cd "$work" && for i in 1 2; do pdflatex -interaction=nonstopmode -halt-on-error pages.tex; done &&
        ! grep -q 'Overfull .vbox' pages.log && grep -q 'pages.pdf (1\{0,1\}[0-9] pages' pages.log &&
        ! grep -q 'pages.pdf (1 page' pages.log)
}
if have pdflatex; then
    for f in lecture network batch; do
        check "documents: pdflatex reads $f" compiles "$golden/$f.trace.tex"
    done
    for f in functions names functions.w names.w names.k; do
        check "documents: pdflatex reads $f" compiles "$work/$f.trace.tex"
    done
    check "documents: a long trace breaks over pages" breaks chain.trace.tex
    sed 's/longtable/tabular/; /^.endhead/,/^.endfoot/d' "$work/chain.trace.tex" >"$work/whole.tex"
    catches "documents: a table that is longer than a page" breaks whole.tex
    echo '$x_{$' >"$work/wrong.tex"
    catches "documents: a formula that is none" compiles "$work/wrong.tex"
else
    skip "documents: LaTeX" "no pdflatex (apt-get install texlive-latex-recommended)"
fi
finish
