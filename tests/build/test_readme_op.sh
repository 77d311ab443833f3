#!/bin/sh
# Proves that ops/README.md, followed to the letter, works: its code blocks are put where it says
# in a copy of the sources, which then builds without a warning and passes the tests of all
# operations, the new ones among them; its own program compiles against the staged headers and
# prints what it says. A wrong partial in the row and a wrong rule in the program are caught.
. tests/build/lib.sh

tree=$work/tree
mkdir -p "$work/edit" "$tree/tests"
cp -R Makefile autograd ops viz nn "$tree" 2>/dev/null
cp -R tests/check_main.h tests/expect.h tests/build tests/ops tests/golden "$tree/tests"

# Each block becomes edit/N.text, with edit/N.where: the file, a tab, what it goes before.
awk -v out="$work/edit/" '
    /^(At the end of|Into|A new file|It prints)/ && /:$/ {
        split($0, part, "`"); file = part[2]; before = part[4]; next
    }
    /^```(c|python|text)$/ && !inside { inside = 1; n++; name = out n
        printf "%s\t%s\n", file, before >(name ".where"); next }
    /^```$/ { inside = 0; file = before = ""; next }
    inside { print >(name ".text") }' ops/README.md

put() { # edit
    IFS='	' read -r file before <"$1.where"
    case $file in
    */*) ;;
    *) return 0 ;;
    esac
    if [ -z "$before" ]; then
        cat "$1.text" >>"$tree/$file"
        return
    fi
    awk -v before="$before" -v text="$1.text" '
        !done && index($0, before) { while ((getline line <text) > 0) print line; done = 1 }
        { print }
        END { exit !done }' "$tree/$file" >"$work/new" && mv "$work/new" "$tree/$file"
}
follow() {
    for edit in "$work"/edit/*.where; do
        put "${edit%.where}" || { echo "cannot put $(cat "$edit")"; return 1; }
    done
}
build() {
    (cd "$tree" && "$MAKE" -s -j4 BUILD=b CC="$CC" CFLAGS=-O1 WERROR=1 ONLY= \
        b/tests/ops/registry/test_registry b/tests/ops/elementwise/test_elementwise)
}
tested() { # operation: it went through the loop over all operations, and all passed
    (cd "$tree" && b/tests/ops/registry/test_registry) >"$work/loop" 2>&1 ||
        { cat "$work/loop"; return 1; }
    grep -Eq "^$1 .*[1-9][0-9]* derivatives" "$work/loop"
}

# The scripts call the functions by the headers, the new ones among them.
speaks() {
    grep -q 'ag_rms(ag_tensor' "$tree/b/include/autograd/reduce.h" &&
        (cd "$tree" && "$MAKE" -s -j4 BUILD=b CC="$CC" CFLAGS=-O1 b/libautograd.a &&
            BUILD=b sh tests/build/test_own_names.sh)
}
golden() { # PyTorch's samples and the sweep, with the new operations in the registry
    (cd "$tree" && "$MAKE" -s -j4 BUILD=b CC="$CC" CFLAGS=-O1 WERROR=1 ONLY= b/tests/golden/test_golden \
        b/tests/golden/test_sweep && b/tests/golden/test_golden && b/tests/golden/test_sweep) \
        >"$work/golden" 2>&1 || { grep -v ' samples, ' "$work/golden" | tail -n 20; return 1; }
}
judged() { (cd "$tree" && b/tests/ops/elementwise/test_elementwise); }

check "readme_op: every block finds its place" follow
check "readme_op: all fifteen blocks were found" [ "$(ls "$work/edit" | wc -l)" = 30 ]
check "readme_op: it builds without a warning" build
check "readme_op: the row has a declaration" \
    grep -q 'ag_cube(ag_tensor' "$tree/b/include/autograd/elementwise.h"
check "readme_op: with its formulas" \
    grep -Fq 'ga += gy * (3a^2)' "$tree/b/include/autograd/elementwise.h"
check "readme_op: the row passes the tests of all operations" tested cube
check "readme_op: the block does" tested lag
check "readme_op: what is made of others speaks for itself" speaks
catches "readme_op: a row whose values nobody has checked" judged
if /usr/bin/python3 -c 'import mpmath' 2>/dev/null; then
    check "readme_op: the script runs" /usr/bin/python3 "$tree/tests/golden/make_elementwise.py"
    check "readme_op: the values are right" judged
else
    skip "readme_op: the values" "no mpmath for python3"
fi

check "readme_op: the golden tests accept it" golden
sed '/"lag", "PyTorch/d' "$tree/tests/golden/test_golden.c" >"$work/new"
mv "$work/new" "$tree/tests/golden/test_golden.c"
catches "readme_op: an operation without samples or a reason" golden

# A wrong name is told once, and before anything is compiled.
cp "$tree/ops/elementwise/unary.def" "$work/rows"
sed 's/UNARY(cube, POW(A, K(3))/UNARY(cube, F(cubic, A)/' "$work/rows" >"$tree/ops/elementwise/unary.def"
unnamed() {
    ! (cd "$tree" && "$MAKE" -s -j4 BUILD=b CC="$CC" CFLAGS=-O1) >"$work/told" 2>&1 &&
        grep -q '^elementwise tables: cube calls F(cubic, ...), which is no row' "$work/told" &&
        [ "$(grep -c 'elementwise tables' "$work/told")" = 1 ] && ! grep -q 'error:' "$work/told" ||
        { cat "$work/told"; return 1; }
}
check "readme_op: a wrong name in a row is one message" unnamed
mv "$work/rows" "$tree/ops/elementwise/unary.def"

sed 's/MUL(K(3), SQ(A))/MUL(K(2), SQ(A))/' "$tree/ops/elementwise/unary.def" >"$work/new"
catches "readme_op: the planted fault changes the row" \
    cmp "$work/new" "$tree/ops/elementwise/unary.def"
mv "$work/new" "$tree/ops/elementwise/unary.def"
check "readme_op: and builds" build
catches "readme_op: a row with a wrong partial" tested cube

# --- the program ----------------------------------------------------------------------------------
number=$(grep -l '^logcosh.c' "$work"/edit/*.where | head -n 1)
program=${number%.where}.text
printed=$(grep -lx "$(printf '\t')" "$work"/edit/*.where | head -n 1)

compile() { # source, program
    $CC -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror -I"$BUILD/include" "$1" \
        "$BUILD/libautograd.a" ${LIBS:--lm} -o "$2"
}
prints() {
    "$work/logcosh" >"$work/out" && diff "${printed%.where}.text" "$work/out"
}
second=$(grep -l '^apart.c' "$work"/edit/*.where | head -n 1)
cp "${second%.where}.text" "$work/apart.c"
check "readme_op: the program with two operands compiles" compile "$work/apart.c" "$work/apart"
check "readme_op: and its rules are right" "$work/apart"
sed 's/a->dim\[k\] == 1 ? 0 : //' "$work/apart.c" >"$work/far.c"
check "readme_op: it compiles without its stride 0" compile "$work/far.c" "$work/far"
catches "readme_op: and is wrong then" "$work/far"
cp "$program" "$work/logcosh.c"
check "readme_op: the program compiles" compile "$work/logcosh.c" "$work/logcosh"
check "readme_op: and prints what it says" prints
sed 's/ag_tanh/ag_sigmoid/' "$work/logcosh.c" >"$work/wrong.c"
check "readme_op: the program with a wrong rule compiles" compile "$work/wrong.c" "$work/wrong"
rejects() { ! "$work/wrong" 2>"$work/told" && grep -q "$1" "$work/told"; }
check "readme_op: and is rejected by name" \
    rejects '^gradcheck of logcosh FAILED: 1 derivative; the largest error is at operand 0, element 0, '
finish
