#!/bin/sh
# Proves, on the objects themselves: what the shared library exports is named ag_, nn_ or viz_;
# internal names that files share begin with ag__, nn__ or viz__ and stay inside; no file but
# ops/cpu/process_state.c, which says why, has a variable that can change; and none uses a name from a folder it must not know.
. tests/build/lib.sh

obj=$BUILD/obj
shared=$BUILD/libautograd.so
static=$BUILD/libautograd.a

# Prints names that break the rule; succeeds when there are none.
none() { ! grep .; }

names() { awk 'NF == 3 { print $3 }' | sort -u; }
# The names of versions are absolute symbols of type A.
exported() {
    nm -D --defined-only "$1" | grep -v ' A ' | names | grep -vE '^(ag|nn|viz)_[^_]' | none
}
global() { nm -g --defined-only "$1" | names | grep -vE '^(ag|nn|viz)_' | none; }

# Sections that are written to while running; constants with addresses in them lie in .data.rel.ro.
mutable() {
    objdump -t "$1" | awk '/file format/ { file = $1 }
        file ~ /^process_state.o:/ && $NF == "ag__process" { next }
        { for (i = 1; i < NF; i++)
        if ($i ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)(\.|$)/ && $i !~ /^\.data\.rel\.ro/ &&
            $(NF - 1) !~ /^0+$/) print $NF, "in", $i }' | none
}

# uses FROM TO: names defined in the objects of folder TO that those of FROM refer to. Three rooms
# stand above the others of their folder: programs in the notation of mathematics record operations,
# the command uses everything, and nn/figures draws networks by viz.
defined() { find "$1" -name '*.o' -exec nm -g --defined-only {} + | names; }
above='/(viz/expression|viz/command|nn/figures)/'
wanted() { # folder, rooms: a pattern of those to leave out
    find "$1" -name '*.o' | grep -vE "${2:-^$}" | xargs nm -u | awk 'NF == 2 { print $2 }' | sort -u
}
uses() {
    [ -d "$1" ] && [ -d "$2" ] || return 0
    defined "$2" >"$work/defined"
    wanted "$1" "${3-}" >"$work/wanted"
    comm -12 "$work/defined" "$work/wanted"
}
separate() { uses "$1" "$2" "$above" | none; }
outside() { uses "$1" "$2" | grep -E '^[a-z]+__' | none; } # only what is not internal

plant() { # text: an object, and a shared library with it
    mkdir -p "$work/obj"
    echo "$1" >"$work/planted.c"
    $CC -fPIC -w -c -o "$work/obj/planted.o" "$work/planted.c" &&
        $CC -shared -o "$work/planted.so" "$work/obj/planted.o" || fail "symbols: planting '$1'"
}

if ! have nm || ! have objdump || [ ! -e "$shared" ]; then
    skip "symbols" "no nm, objdump or $shared"
    exit 0
fi
check "symbols: exports are public names" exported "$shared"
check "symbols: there are exports" sh -c "nm -D --defined-only '$shared' | grep -q ' ag_graph_new'"
check "symbols: shared names carry a prefix" global "$static"
check "symbols: no variable that can change" mutable "$static"
for pair in autograd:ops autograd:nn autograd:viz ops:nn ops:viz viz:ops viz:nn nn:viz; do
    from=${pair%:*} to=${pair#*:}
    check "symbols: $from uses nothing of $to" separate "$obj/$from" "$obj/$to"
done
for folder in viz nn; do
    check "symbols: $folder uses nothing internal" outside "$obj/$folder" "$obj/autograd"
done
check "symbols: nn uses nothing internal of ops" outside "$obj/nn" "$obj/ops"

plant 'void helper(void) {}'
catches "symbols: an export without prefix" exported "$work/planted.so"
catches "symbols: a global name without prefix" global "$work/obj/planted.o"
plant 'void ag__inner(void) {}'
catches "symbols: an internal name exported" exported "$work/planted.so"
plant 'int f(void) { static int calls; return ++calls; }'
catches "symbols: a static counter" mutable "$work/obj/planted.o"
plant 'int ag_level = 3;'
catches "symbols: a global variable" mutable "$work/obj/planted.o"
plant '_Thread_local int ag_level; '
catches "symbols: a thread-local variable" mutable "$work/obj/planted.o"
plant 'int ag__process;'
catches "symbols: the one that is allowed, elsewhere" mutable "$work/obj/planted.o"
plant 'static const char *const names[] = {"a"}; const char *f(int i) { return names[i]; }'
check "symbols: a constant table is allowed" mutable "$work/obj/planted.o"
plant 'void *ag_graph_new(void); void *f(void) { return ag_graph_new(); }'
catches "symbols: a use across folders" separate "$work/obj" "$obj/autograd"
inner=$(defined "$obj/autograd" | grep -m 1 '^ag__')
plant "void $inner(void); void f(void) { $inner(); }"
catches "symbols: a use of something internal" outside "$work/obj" "$obj/autograd"
finish
