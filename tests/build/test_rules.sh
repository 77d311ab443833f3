#!/bin/sh
# Proves rules of the house that no compiler knows:
#   - the objects of the library form no circle, but for two that are inherent;
#   - every public function that can fail has a macro that notes the caller's line;
#   - no two files of the library have one basename, no two types one name, and no name ag_X stands
#     beside an ag__X that means something else;
#   - a family of operations has one public header, of its own name, and no folder more than 30
#     files.
# Each is shown a violation that it must catch. The layers are in test_layers.sh.
. tests/build/lib.sh

obj=$BUILD/obj
include=$BUILD/include

# --- circles --------------------------------------------------------------------------------------

# A row of the tables records itself, through the vocabulary, with other rows; the determinant's
# derivative is made of cofactors, and theirs of determinants. Arrows between these do not count.
inherent='^ops/elementwise/(elementwise|row|expression)$|^ops/linalg/(det|cofactor)$'

# Lines "object object": the first uses a name that the second defines.
arrows() { # folder of objects
    (cd "$1" && find . -name '*.o' | sed 's|^\./||' | sort | while read -r o; do
        nm -g "$o" | awk -v o="${o%.o}" 'NF == 3 { print "D", $3, o } NF == 2 { print "U", $2, o }'
    done) | sort | awk '
        $1 == "D" { home[$2] = $3 }
        $1 == "U" && ($2 in home) && home[$2] != $3 { print $3, home[$2] }' | sort -u
}
# Prints the objects of a circle; succeeds where there is none.
no_circle() { # folder of objects
    arrows "$1" | awk -v skip="$inherent" '!($1 ~ skip && $2 ~ skip)' >"$work/arrows"
    [ -s "$work/arrows" ] || return 1
    tsort "$work/arrows" 2>&1 >"$work/sorted" | grep . && return 1
    return 0
}

if have nm && have tsort; then
    # Only what has a source: a build folder may hold objects of files that have moved.
    mkdir -p "$work/objects"
    (cd "$obj" && find . -name '*.o') | while read -r o; do
        source=$(echo "$o" | sed -E 's/(\.(baseline|avx2|avx512|neon))?\.o$/.c/')
        [ -e "$source" ] || continue
        mkdir -p "$work/objects/${o%/*}"
        cp "$obj/$o" "$work/objects/$o"
    done
    check "rules: the objects form no circle" no_circle "$work/objects"
    echo 'void ag__b(void); void ag__a(void) { ag__b(); }' >"$work/a.c"
    echo 'void ag__a(void); void ag__b(void) { ag__a(); }' >"$work/b.c"
    for f in a b; do
        $CC -w -c -o "$work/objects/$f.o" "$work/$f.c" || fail "rules: planting $f.c"
    done
    catches "rules: two objects that need each other" no_circle "$work/objects"
else
    skip "rules: circles" "no nm or tsort"
fi

# --- the caller's line ----------------------------------------------------------------------------

# Functions that give a tensor, a status or a number, and need no line.
quiet() {
    cat <<'END'
error fail status_text: they are about errors
graph_new graph_new_with: there is no graph yet
op_at op_find op_of op_registered engine_op attr_of: a table is looked up
data grad_data operand n_operands grad_state_of: no answer is an answer
graph_alloc workspace name: fail without memory only
retain_grad random_uniform random_normal: cannot fail
flush_denormals: knows no graph
accumulate accumulate_part grad_target call_axis call_axes call_broadcast call_fail: within an operation
call_same_dtype call_same_float: within an operation
END
}

# Prints each function that returns a tensor or a status and has no macro of its name.
noted() { # include folder
    declarations "$1"/autograd/*.h | grep -E 'AG_API' |
        grep -E '(ag_tensor \*|ag_status |double |int |void \*|_result )ag_[a-z0-9_]+\(' |
        grep -E '\((const )?(ag_tensor|ag_graph|ag_function)|ag_tensor \*const \*' |
        sed -E 's/.*[ *](ag_[a-z0-9_]+)\(.*/\1/' | sort -u >"$work/functions"
    [ "$(wc -l <"$work/functions")" -gt 200 ] || return 1
    cat "$1"/autograd/*.h | sed -nE 's/^[ ]*# *define (ag_[a-z0-9_]+)\(.*/\1/p' |
        sort -u >"$work/macros"
    quiet | sed 's/:.*//' | tr ' ' '\n' | sed 's/^/ag_/' | sort >"$work/quiet"
    ! comm -23 "$work/functions" "$work/macros" | comm -23 - "$work/quiet" | grep -v '_of$' | grep .
}
check "rules: functions that fail note the caller's line" noted "$include"
cp -RL "$include" "$work/include"
sed -i.old '/define ag_matmul(/d' "$work/include/autograd/"*.h
catches "rules: one that does not" noted "$work/include"

# --- names ----------------------------------------------------------------------------------------

sources() { find autograd ops nn viz -name '*.[ch]' -o -name '*.inc' -o -name '*.def'; }
one_basename() { # root
    (cd "$1" && ! sources | grep -v '/table\.c$' | sed 's|.*/||' | sort | uniq -d | grep .)
}
one_type() { # root
    ! (cd "$1" && sources | grep '\.h$' | xargs cat) |
        sed -nE 's/^(typedef )?(struct|enum|union) ((ag|nn|viz)__?[a-z_0-9]+) \{.*/\3/p' | sort |
        uniq -d | grep .
}
one_meaning() { # root
    (cd "$1" && sources | xargs grep -ohE '\b(ag|nn|viz)__?[a-z][a-z0-9_]*') | sort -u >"$work/ids"
    sed -nE 's/^(ag|nn|viz)__([a-z0-9_]+)$/\1_\2/p' "$work/ids" | sort >"$work/inner"
    ! grep -vE '^[a-z]+__' "$work/ids" | sort | comm -12 - "$work/inner" | grep .
}
check "rules: no two files of one basename" one_basename .
check "rules: no two types of one name" one_type .
check "rules: no ag_X beside an ag__X" one_meaning .

# --- folders --------------------------------------------------------------------------------------

# Prints each family whose public headers are not the one of its name. A public header declares
# AG_API functions; rooms without an operation have none.
one_header() { # root
    ! (cd "$1/ops" && for family in */; do
        family=${family%/}
        headers=$(grep -l '^AG_API' "$family"/*.h 2>/dev/null | sed 's|.*/||' | tr '\n' ' ')
        case $family in
        common | kernel) want='' ;;
        *) want="$family.h " ;;
        esac
        [ "$headers" = "$want" ] || echo "ops/$family: public headers: $headers"
    done) | grep .
}
most_files() { # root
    ! (cd "$1" && find autograd ops nn viz -type f | sed 's|/[^/]*$||' | sort | uniq -c |
        awk '$1 > 30 { print $2 ": " $1 " files" }') | grep .
}
check "rules: one public header a family, of its name" one_header .
check "rules: at most 30 files in a folder" most_files .

plant() { # file, text
    rm -rf "$work/tree"
    mkdir "$work/tree"
    cp -R autograd ops viz nn "$work/tree"
    mkdir -p "$work/tree/${1%/*}"
    echo "$2" >>"$work/tree/$1"
}
plant nn/memory.c ''
catches "rules: a second file of one basename" one_basename "$work/tree"
plant ops/common/planted.h 'typedef struct ag__memory {'
catches "rules: a second type of one name" one_type "$work/tree"
plant ops/common/planted.h 'void ag__matmul(void);'
catches "rules: an ag__X beside an ag_X" one_meaning "$work/tree"
plant ops/shape/planted.h 'AG_API ag_tensor *ag_planted(ag_tensor *x);'
catches "rules: a second public header in a family" one_header "$work/tree"
plant ops/kernel/planted.h 'AG_API void ag_planted(void);'
catches "rules: a public header of the kernels" one_header "$work/tree"
plant ops/planted/other.h 'AG_API ag_tensor *ag_planted(ag_tensor *x);'
catches "rules: a family's header of another name" one_header "$work/tree"
plant ops/common/planted.c ''
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    : >"$work/tree/ops/common/planted$i.c"
done
catches "rules: more than 30 files in a folder" most_files "$work/tree"
finish
