#!/bin/sh
# Proves what the Makefile promises: a user's CFLAGS are used and cannot take the language or the
# visibility away; what depends on a changed file is rebuilt, and nothing else; the distribution is
# whole.
. tests/build/lib.sh

dry() { "$MAKE" -n V=1 "$@" 2>&1; }
compiles() { dry BUILD="$work/b" "$@" all | grep -E ' -c -o '; }

every() { # pattern, make arguments...: each compile command has it
    pattern=$1
    shift
    compiles "$@" >"$work/commands"
    [ -s "$work/commands" ] && ! grep -vE -- "$pattern" "$work/commands"
}
rebuilds() { # pattern, changed file
    dry BUILD="$BUILD" -W "$2" all | grep -E -- "$1"
}
quiet() { ! dry BUILD="$BUILD" all | grep -E -- ' -c -o | rcs '; }

check "make: CFLAGS are used" every '-O3' CFLAGS=-O3
check "make: they do not drop the language" every '-std=gnu99 .*-std=c11' CFLAGS=-std=gnu99
check "make: nor the position or visibility" every '-fPIC -fvisibility=hidden' CFLAGS=-O0
check "make: CPPFLAGS and CC are used" every '^mycc .*-DMINE' CC=mycc HOSTCC=cc CPPFLAGS=-DMINE
check "make: WERROR=1 makes warnings errors" every '-Werror' WERROR=1
catches "make: which they are not by default" every '-Werror' WERROR=
check "make: nothing to do after a build" quiet
check "make: a changed header rebuilds" rebuilds 'obj/autograd/graph/graph.o' autograd/graph/node.h
for table in ops/elementwise/*.def; do
    [ ! -e "$table" ] || check "make: a changed $table makes the header anew" \
        rebuilds 'elementwise.h.new' "$table"
done

# The header of the operations keeps its date where only a comment of it, such as a formula, is new.
keeps_date() { # line that the old header has and the new one has not
    header=$work/b/include/autograd/elementwise.h
    dry BUILD="$work/b" all >"$work/dry" && echo "$1" >>"$header" &&
        touch -t 200101010000 "$header" && rm "$work/b/host/header.mk" &&
        dry BUILD="$work/b" all >"$work/dry" && ! grep -Fq -- "$1" "$header" &&
        [ -z "$(find "$header" -newer Makefile)" ]
}
check "make: a changed formula compiles no caller" keeps_date ' * y = a formula'
catches "make: a changed prototype does" keeps_date 'int planted(void);'

says_unsafe() { ! dry CFLAGS="-O2 $1" all >"$work/unsafe" && grep -q -- "$1 takes NaN" "$work/unsafe"; }
check "make: -ffast-math is refused" says_unsafe -ffast-math
check "make: -Ofast is refused" says_unsafe -Ofast
catches "make: which other flags are not" says_unsafe -march=native

# make takes a path with a blank for two: the first line says so, and nothing is built or removed.
says_blank() { # arguments of make
    ! "$MAKE" --no-print-directory -n "$@" >"$work/blank" 2>&1 &&
        head -n 1 "$work/blank" | grep "a blank in"
}
check "make: a blank in BUILD is refused" says_blank BUILD="$work/a b" all
check "make: a blank in DESTDIR is refused" says_blank DESTDIR="$work/a b" install
mkdir -p "$work/a b"
cp Makefile "$work/a b"
check "make: a blank in the path of the sources is refused" says_blank -C "$work/a b" all

packs() {
    "$MAKE" -s dist BUILD="$work/b" || return 1
    tar -xzf "$work"/b/libautograd-*.tar.gz -C "$work" || return 1
    for f in Makefile LICENSE $(find autograd ops nn viz examples tests -type f); do
        cmp "$f" "$work"/libautograd-*/"$f" || return 1
    done
}
check "make: dist holds every source" packs
finish
