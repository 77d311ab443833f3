#!/bin/sh
# Proves that every operation speaks for itself: from the prototypes in the public headers of ops a
# program is written that calls each function with arguments of all kinds, NULL among them. Whatever
# fails must say so in the name that was called, with the line of the call. So an operation that is
# made of others may not let a part speak, and one that is new is asked without being named here.
. tests/build/lib.sh

# Not asked yet, and until when.
pending() {
    cat <<'END'
ag_slogdet ag_eigvalsh ag_svdvals ag_normalize ag_nanmean ag_softmin: their files are being moved
END
}

# Lines "function argument-type, argument-type, ...", of functions that take a tensor or a graph.
prototypes() { # header...
    declarations "$@" | grep -E '(AG_API|AG_MUST_USE) ' |
        sed -nE 's/.*[ *](ag_[a-z0-9_]+)\((.*)\)[^)]*$/\1 \2/p' | grep -E 'ag_tensor|ag_graph' |
        grep -vwE "$(pending | sed 's/:.*//' | tr ' \n' '||' | sed 's/|$//')"
}

# The program: a function for each prototype, each argument made by what its type says.
program() { # header...
    prototypes "$@" | awk '
        function made(type) {
            if (type ~ /^ag_graph \*/) return "g"
            if (type ~ /^(const )?ag_tensor \*const \*/) return "any_list()"
            if (type ~ /^ag_tensor \*\*/) return "any_room()"
            if (type ~ /^(const )?ag_tensor \*/) return "any_tensor()"
            if (type ~ /^const int64_t \*/) return "any_sizes()"
            if (type ~ /^const char \*/) return "any_text()"
            if (type ~ /^ag_shape/) return "any_shape()"
            if (type ~ /^ag_axes/) return "any_axes()"
            if (type ~ /^ag_dtype/) return "any_dtype()"
            if (type ~ /^double \*/) return "&(double){0}"
            if (type ~ /^double/) return "any_double()"
            if (type ~ /^bool/) return "pick(2) != 0"
            if (type ~ /^int n$/ && listed) return "any_length()"
            if (type ~ /^int(64_t)? /) return "any_int()"
            if (type ~ /^const ag_[a-z_]+ \*/) return "&(" kind(type) "){0}"
            return "(" kind(type) ")pick(4)"
        }
        function kind(type) { sub(/^const /, "", type); sub(/ .*/, "", type); return type }
        BEGIN { print "#include \"tests/build/any_call.h\"\n" }
        {
            name = $1; sub(/^[^ ]* /, ""); n = split($0, type, /, */); list = ""; listed = 0
            print "static bool call_" name "(void)\n{"
            for (i = 1; i <= n; i++) {
                value = type[i]; sub(/^ */, "", value); to = made(value)
                listed = listed || to ~ /_list/
                if (value ~ /^(const )?ag_(tensor|graph) \*/) {
                    declared = value; sub(/[a-z_0-9]*$/, "", declared)
                    print "    " declared "a" i " = " to ";"
                    to = "a" i
                } else if (to ~ /any_|pick/ && to !~ /_list|_room/) {
                    declared = value; sub(/[a-z_0-9]*$/, "", declared)
                    print "    " declared " a" i " = " to ";"
                    to = "a" i
                }
                list = list (i > 1 ? ", " : "") to
            }
            print "    return failing(" name "(" list "));\n}\n"
            names[++count] = name
        }
        END {
            print "static const any_function functions[] = {"
            for (i = 1; i <= count; i++) print "    {\"" names[i] "\", call_" names[i] "},"
            print "};\n\nint main(void)\n{\n    return call_all(functions, " count ", __FILE__);\n}"
        }'
}
speaks() { # program source, what else to link
    $CC -std=c11 -Wall -Wextra -Werror -Wno-unused -I"$BUILD/include" -iquote . "$@" \
        "$BUILD/libautograd.a" ${LIBS:--lm} -o "$work/speaks" && "$work/speaks"
}

headers=
for d in ops/*/; do
    d=${d%/}
    [ ! -e "$d/${d##*/}.h" ] || headers="$headers $BUILD/include/autograd/${d##*/}.h"
done
program $headers >"$work/own_names.c"
count() { grep -c '^static bool call_' "$work/own_names.c"; }
check "own_names: many prototypes are found" [ "$(count)" -gt 230 ]
check "own_names: every operation speaks for itself" speaks "$work/own_names.c"

# One that lets a part speak, one that keeps no line, one that is silent.
plant() { # body of ag_planted
    cp "$work/own_names.c" "$work/planted.c"
    echo "AG_API ag_tensor *ag_planted(ag_tensor *a, ag_tensor *b);" >"$work/planted.h"
    {
        echo '#define AG_NO_SITES'
        echo '#include <autograd.h>'
        cat "$work/planted.h"
        echo "ag_tensor *ag_planted(ag_tensor *a, ag_tensor *b) { $1 }"
    } >"$work/planted_op.c"
    {
        echo '#include <autograd.h>'
        cat "$work/planted.h"
        [ -z "$2" ] || echo "$2"
        program "$work/planted.h"
    } >"$work/planted.c"
}
line='#define ag_planted(a, b) (ag_planted)(AG_AT(a), AG_AT(b))'
whole='ag_tensor *in[] = {a, b}; ag_op op = {.name = "planted"}, *p = &op;
    ag_call call = {.op = p, .in = in, .n_in = 2}; ag_tensor *y = NULL;
    if (ag_call_operands(&call) == AG_OK) {
        ag_call_enter(&call); y = ag_mul(ag_neg(a), b); ag_call_leave(&call); } return y;'
plant "$whole" "$line"
check "own_names: one that is planted and speaks for its parts" \
    speaks "$work/planted.c" "$work/planted_op.c"
plant 'return ag_mul(ag_neg(a), b);' "$line"
catches "own_names: one whose parts speak" speaks "$work/planted.c" "$work/planted_op.c"
plant "$whole" ''
catches "own_names: one without the line of the call" speaks "$work/planted.c" "$work/planted_op.c"
plant 'return a != NULL && b != NULL ? ag_mul(a, b) : NULL;' "$line"
catches "own_names: one that is silent about NULL" speaks "$work/planted.c" "$work/planted_op.c"
finish
