#!/bin/sh
# Proves that what `make install` leaves is all a program needs: a short program is compiled
# against the installed copy alone, in C11 and C++17, linked statically, shared and through
# pkg-config, and run. And that DESTDIR stays out of the installed files, and uninstall leaves
# nothing.
. tests/build/lib.sh

version=$(sed -n 's/^.define AG_VERSION "\(.*\)"/\1/p' autograd/base.h)
case $version in 0.*) abi=${version%.*} ;; *) abi=${version%%.*} ;; esac
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
        "$lib/libautograd.so" "$lib/libautograd.so.$abi" "$lib/libautograd.so.$version" \
        "$lib/pkgconfig/autograd.pc" "$lib/cmake/autograd/autogradConfig.cmake" \
        "$root$prefix/bin/autograd" "$root$prefix/share/man/man1/autograd.1"; do
        [ -e "$f" ] || { echo "missing: $f"; return 1; }
    done
    [ ! -e "$inc/autograd/node.h" ] && [ -z "$(find "$inc" -type l)" ]
}
no_destdir() { ! grep -r "$root" "$inc" "$lib/pkgconfig" "$lib/cmake"; }

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
# What the static library needs beside itself, by what pkg-config says.
rest() { pkg --libs-only-other --libs-only-l --static | sed 's/-lautograd//'; }
if have pkg-config; then
    check "install: a program through pkg-config" \
        build_run "$c11 $(pkg --cflags)" user.c "$(pkg --libs)"
    check "install: the same, static" \
        build_run "$c11 $(pkg --cflags)" user.c \
            "-Wl,-Bstatic $(pkg --libs) -Wl,-Bdynamic $(rest)"
    check "install: pkg-config knows the version" [ "$(pkg --modversion)" = "$version" ]
else
    skip "install: a program through pkg-config" "no pkg-config"
fi


# The shared library says which interface it has, and its symbols which version.
soname() { objdump -p "$lib/libautograd.so" | grep -q "SONAME *libautograd.so.$abi$"; }
if have objdump && [ "$(uname -s)" = Linux ]; then
    check "install: the name of the shared library has the version" soname
    check "install: symbols have it, too" \
        sh -c "objdump -T '$lib/libautograd.so' | grep -q 'AUTOGRAD_$abi.* ag_graph_new$'"
fi

# A project with CMake, in C11 and C++20, static and shared. Before 1.0 an older version is no match
# for what is there.
mkdir -p "$work/cmake"
cat >"$work/cmake/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.16)
project(user LANGUAGES C CXX)
set(CMAKE_C_STANDARD 11)
set(CMAKE_CXX_STANDARD 20)
find_package(autograd ${WANTED} REQUIRED)
foreach(kind autograd static shared)
    add_executable(c_${kind} ../user.c)
    add_executable(cc_${kind} ../user.cc)
    target_link_libraries(c_${kind} autograd::${kind})
    target_link_libraries(cc_${kind} autograd::${kind})
endforeach()
END
configure() { # version wanted
    rm -rf "$work/cmake/build"
    cmake -S "$work/cmake" -B "$work/cmake/build" -DCMAKE_PREFIX_PATH="$root$prefix" \
        -DCMAKE_C_COMPILER="$CC" -DCMAKE_CXX_COMPILER="$CXX" -DWANTED="$1"
}
cmake_runs() {
    cmake --build "$work/cmake/build" || return 1
    for program in "$work"/cmake/build/c_* "$work"/cmake/build/cc_*; do
        LD_LIBRARY_PATH=$lib "$program" || { echo "$program fails"; return 1; }
    done
}
if have cmake && have "$CXX"; then
    check "install: CMake finds it" configure "$abi"
    check "install: C11 and C++20 programs built by CMake, static and shared" cmake_runs
    catches "install: CMake asked for another version" configure 0.0
else
    skip "install: CMake" "no cmake or no C++ compiler"
fi

mv "$inc/autograd/engine.h" "$work"
catches "install: a header left out" build_run "$c11 -I$inc" user.c \
    "$lib/libautograd.a ${LIBS:--lm}"
mv "$work/engine.h" "$inc/autograd"
check "install: make uninstall" make_uninstall
check "install: uninstall leaves no file" [ -z "$(find "$root" ! -type d)" ]
finish
