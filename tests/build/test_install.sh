#!/bin/sh
# Proves that what `make install` leaves is all a program needs: a short program is compiled
# against the installed copy alone, in C11 and C++17, linked statically, shared and through
# pkg-config, and run. And that DESTDIR stays out of the installed files, and uninstall leaves
# nothing.
. tests/build/lib.sh

version=$(sed -n 's/^.define AG_VERSION "\(.*\)"/\1/p' autograd/base.h)
root=$work/root
prefix=/opt/autograd
inc=$root$prefix/include
lib=$root$prefix/lib

# d(x^2)/dx = 2x: 6 at 3.
cat >"$work/user.c" <<'END'
#include <autograd.h>
int main(void)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 3.0);
    int good = ag_backward(ag_square(x)) == AG_OK && ag_grad_item(x) == 6.0;
    ag_graph_free(g);
    return good ? 0 : 1;
}
END
cp "$work/user.c" "$work/user.cc"

make_install() { "$MAKE" -s install DESTDIR="$root" PREFIX=$prefix LIBDIR=$prefix/lib; }
make_uninstall() { "$MAKE" -s uninstall DESTDIR="$root" PREFIX=$prefix LIBDIR=$prefix/lib; }
is_there() {
    for f in "$inc/autograd.h" "$inc/autograd/base.h" "$inc/autograd/ops.h" "$lib/libautograd.a" \
        "$lib/libautograd.so" "$lib/libautograd.so.${version%%.*}" "$lib/libautograd.so.$version" \
        "$lib/pkgconfig/autograd.pc"; do
        [ -e "$f" ] || { echo "missing: $f"; return 1; }
    done
    [ ! -e "$inc/autograd/node.h" ] && [ -z "$(find "$inc" -type l)" ]
}
no_destdir() { ! grep -r "$root" "$inc" "$lib/pkgconfig"; }

build_run() { # compiler and flags, source, libraries; in a folder without the sources
    (cd "$work" && rm -f user && $1 $2 -o user $3 && LD_LIBRARY_PATH=$lib ./user)
}
pkg() {
    PKG_CONFIG_LIBDIR=$lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root pkg-config "$@" autograd
}

check "install: make install" make_install
check "install: the files are there, real and public" is_there
check "install: DESTDIR is not written into them" no_destdir
c11="$CC -std=c11 -Wall -Wextra -Wpedantic -Werror"
check "install: a C11 program, static" build_run "$c11 -I$inc" user.c \
    "$lib/libautograd.a ${LIBS:--lm}"
check "install: a C11 program, shared" build_run "$c11 -I$inc" user.c "-L$lib -lautograd"
if have "$CXX"; then
    cxx="$CXX -std=c++17 -Wall -Wextra -Wpedantic -Werror -I$inc"
    check "install: a C++17 program, static" build_run "$cxx" user.cc \
        "$lib/libautograd.a ${LIBS:--lm}"
    check "install: a C++17 program, shared" build_run "$cxx" user.cc "-L$lib -lautograd"
else
    skip "install: a C++17 program" "no $CXX"
fi
if have pkg-config; then
    check "install: a program through pkg-config" \
        build_run "$c11 $(pkg --cflags)" user.c "$(pkg --libs)"
    check "install: the same, static" \
        build_run "$c11 $(pkg --cflags)" user.c \
            "-Wl,-Bstatic $(pkg --libs) -Wl,-Bdynamic ${LIBS:--lm}"
    check "install: pkg-config knows the version" [ "$(pkg --modversion)" = "$version" ]
else
    skip "install: a program through pkg-config" "no pkg-config"
fi

mv "$inc/autograd/engine.h" "$work"
catches "install: a header left out" build_run "$c11 -I$inc" user.c \
    "$lib/libautograd.a ${LIBS:--lm}"
mv "$work/engine.h" "$inc/autograd"
check "install: make uninstall" make_uninstall
check "install: uninstall leaves no file" [ -z "$(find "$root" ! -type d)" ]
finish
