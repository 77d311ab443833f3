#!/bin/sh
# Proves that each public header compiles alone, twice in one file, in C11 and in C++17, without a
# warning.
. tests/build/lib.sh

warn="-Wall -Wextra -Wpedantic -Werror -fsyntax-only"

alone() { # include folder, header, language
    printf '#include <%s>\n#include <%s>\n' "$2" "$2" >"$work/alone.$3"
    case $3 in
    c) $CC -std=c11 $warn -I"$1" "$work/alone.c" ;;
    cc) $CXX -std=c++17 $warn -I"$1" "$work/alone.cc" ;;
    esac
}
headers() { # include folder, language
    for h in $(cd "$1" && find . -name '*.h' | sed 's|^\./||' | sort); do
        alone "$1" "$h" "$2" || { echo "<$h> does not compile alone"; return 1; }
    done
}
plant() { # text: a copy of the headers with it in one of them
    rm -rf "$work/include"
    cp -RL "$BUILD/include" "$work/include"
    echo "$1" >>"$work/include/autograd/base.h"
}

for h in $(cd "$BUILD/include" && find . -name '*.h' | sed 's|^\./||' | sort); do
    check "headers: <$h> in C11" alone "$BUILD/include" "$h" c
done
plant ''
check "headers: a copy of them" headers "$work/include" c
plant 'FILE *ag_leans_on_stdio(void);'
catches "headers: one that needs another include" headers "$work/include" c
plant 'static inline int ag_twice(void) { return 0; }'
catches "headers: one without an include guard" headers "$work/include" c

# What people turn on in their own programs, and calls from the global scope.
strict="-Wconversion -Wcast-qual -Wold-style-cast -Wzero-as-null-pointer-constant -Wsign-conversion"
cat >"$work/scope.cc" <<'END'
#include <autograd.h>
int main()
{
    ag_graph *g = ::ag_graph_new();
    ag_tensor *x = ::ag_variable(g, 2.0), *list[] = {x, x};
    ag_tensor *y = ::ag_sum(::ag_concat(list, 2, 0));
    ag_tensor *z = ::ag_sum(::ag_add(::ag_sin(x), ::ag_neg(y)));
    const bool done = ::ag_backward(z) == AG_OK;
    ::ag_graph_free(g);
    return done ? 0 : 1;
}
END
scope() { $CXX -std=c++20 $warn $strict -I"$1" "$work/scope.cc"; }
if have "$CXX"; then
    check "headers: C++20 with the warnings that people turn on, and ::ag_sum" \
        scope "$BUILD/include"
    plant 'static inline int *ag_old(const int *p) { return (int *)p; }'
    catches "headers: a cast that these find" scope "$work/include"
    cat >"$work/kinds.cc" <<'END'
#include <autograd.h>
extern double f64[2];
extern const float f32[2];
extern long long i64[2];
extern void *any;
static_assert(AG__DATA_KIND(f64) == 1 + AG_F64 && AG__DATA_KIND(f32) == 1 + AG_F32, "");
static_assert(AG__DATA_KIND(i64) == 1 + AG_I64 && AG__DATA_KIND(&f32[1]) == 1 + AG_F32, "");
static_assert(AG__DATA_KIND(any) == 0 && AG__DATA_KIND(nullptr) == 0, "");
ag_tensor *leaf(ag_graph *g) { return ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(2), f32); }
END
    kinds() { $CXX -std=c++17 $warn $strict -I"$1" "$work/kinds.cc"; }
    check "headers: the type of an array that ag_leaf is given, in C++" kinds "$BUILD/include"
    plant '#define AG__DATA_KIND(...) 0'
    catches "headers: one that does not tell" kinds "$work/include"
fi
printf '#include <autograd.h>\n' >"$work/strict.c"
strict_c() {
    $CC -std=c11 $warn -Wconversion -Wcast-qual -Wsign-conversion -I"$1" "$work/strict.c"
}
check "headers: C11 with -Wcast-qual and -Wconversion" strict_c "$BUILD/include"

if have "$CXX"; then
    for h in $(cd "$BUILD/include" && find . -name '*.h' | sed 's|^\./||' | sort); do
        check "headers: <$h> in C++17" alone "$BUILD/include" "$h" cc
    done
    plant 'struct ag_foreign { int class; };'
    catches "headers: a C++ keyword as a name" headers "$work/include" cc
else
    skip "headers: in C++17" "no $CXX"
fi
finish
