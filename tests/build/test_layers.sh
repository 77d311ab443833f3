#!/bin/sh
# Proves that the arrows run one way, by what each file includes: autograd <- ops <- nn and
# autograd <- viz. Three exceptions: autograd/autograd.h, the umbrella for users, includes
# everything and is included by no source of the library; ops/inline.h may include
# ../autograd/node.h, to record scalars inline; ops/header.c, a program of the build, may include
# ../autograd/formula.h.
. tests/build/lib.sh

read_only="base engine derive walk"

# Whose header is it? Prints autograd, walk (what viz may read), ops, viz, nn, own, umbrella, std,
# private (in another folder, not public) or unknown.
owner() { # including file, include as written
    path=${2#?}
    path=${path%?}
    base=${path##*/}
    base=${base%.*}
    dir=${1%/*}
    case $2 in
    '<autograd.h>' | '"autograd.h"' | '"../autograd/autograd.h"') echo umbrella; return ;;
    '<autograd/'*) ;;
    '<'*) echo std; return ;;
    *)
        case $path in
        *../autograd/* | *../ops/* | *../viz/* | *../nn/*)
            case $path in *../"${dir##*/}"/*) echo own ;; *) echo private ;; esac
            return ;;
        esac
        [ ! -e "$dir/$path" ] || { echo own; return; } ;;
    esac
    case " $read_only " in *" $base "*) echo walk; return ;; esac
    case $base in
    extend) echo autograd ;;
    ops | elementwise) echo ops ;;
    viz | nn) echo "$base" ;;
    *) echo unknown ;;
    esac
}

allowed() { # folder, owner
    case $1:$2 in
    *:std | *:own | *:walk) return 0 ;;
    ops:autograd | ops:ops | nn:autograd | nn:ops | nn:nn | viz:viz) return 0 ;;
    esac
    return 1
}

# Prints every include that breaks the rule in the tree below the given root.
layers() {
    bad=0
    cd "$1" || return 1
    grep -HE '^[[:space:]]*#[[:space:]]*include' $(find autograd ops viz nn -name '*.[ch]' | sort) |
        sed 's/:[[:space:]]*#[[:space:]]*include[[:space:]]*/ /' >"$work/includes"
    while read -r file include rest; do
        case $file:$include in
        autograd/autograd.h:*) continue ;;
        'ops/inline.h:"../autograd/node.h"' | 'ops/header.c:"../autograd/formula.h"') continue ;;
        esac
        who=$(owner "$file" "$include")
        allowed "${file%%/*}" "$who" || { echo "$file includes $include ($who)"; bad=1; }
    done <"$work/includes"
    [ -s "$work/includes" ] && [ $bad = 0 ]
}
in_tree() { (layers "$1"); }

plant() { # folder, include: a copy of the tree with one file more
    rm -rf "$work/tree"
    mkdir "$work/tree"
    cp -R autograd ops viz nn "$work/tree"
    echo "#include $2" >"$work/tree/$1/planted.c"
    catches "layers: $1 including $2" in_tree "$work/tree"
}

check "layers: the arrows run one way" in_tree .
plant autograd '<autograd/ops.h>'
plant autograd '"../ops/ops.h"'
plant autograd '<autograd/elementwise.h>'
plant autograd '<autograd/viz.h>'
plant autograd '<autograd.h>'
plant ops '"../autograd/node.h"'
plant ops '<autograd/viz.h>'
plant ops '<autograd.h>'
plant ops/kernel '"../../autograd/node.h"'
plant viz '<autograd/extend.h>'
plant viz '<autograd/ops.h>'
plant viz '"../autograd/node.h"'
plant viz '"../ops/ops.h"'
plant nn '<autograd/viz.h>'
plant nn '"../autograd/node.h"'

# A function of vectors that is called, not inlined, may leave registers in a state that slows what
# follows it: ops/kernel/vector/simd.h. Prints each that is not AG__INLINE.
called() { # root
    ! awk 'FNR == 1 { open = 0 }
        /^[ ]*static [^=;]*\(/ { open = 1; text = FILENAME ":" FNR ": " }
        open { text = text $0 }
        open && /[{;]/ {
            if (text ~ /[(, ](const )?(V|[vm]_f32|[vm]_f64|NAME\([vm]\)) [a-z]/) print text
            open = 0
        }' "$1"/ops/kernel/vector/* "$1"/ops/vector/* | grep .
}
check "layers: functions of vectors are inlined" called .
for first in 'static T NAME(f)(const T *x, V most)' 'static v_f32 f(void)' \
    'static int f(int64_t n,
    const v_f64 x)'; do
    rm -rf "$work/tree"
    mkdir "$work/tree"
    cp -R ops "$work/tree"
    printf '%s\n{\n}\n' "$first" >>"$work/tree/ops/kernel/vector/line_body.inc"
    catches "layers: one that is not" called "$work/tree"
done
finish
