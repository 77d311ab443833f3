#!/bin/sh
# Proves that the library and the examples build for Windows by MinGW-w64 without a warning and,
# where Wine is installed, print there what they print here.
. tests/build/lib.sh

cross=
for c in x86_64-w64-mingw32-gcc-posix x86_64-w64-mingw32-gcc; do
    have "$c" && { cross=$c; break; }
done
if [ -z "$cross" ]; then
    skip "windows" "no MinGW-w64"
    exit 0
fi
case $BUILD in /*) own=$BUILD ;; *) own=$PWD/$BUILD ;; esac
win=$own/windows
export WINEDEBUG=-all WINEPREFIX="$work/wine"
trap 'have wineserver && wineserver -k; wineserver -w 2>/dev/null; rm -rf "$work"' EXIT

builds() {
    "$MAKE" -s -j2 BUILD="$win" CC="$cross" HOSTCC=cc CFLAGS=-O2 WERROR=1 ONLY= all examples
}
native() { "$MAKE" -s examples; }
runs() { # example: the same text, however lines end
    (cd "$work" && timeout 300 wine "$win/examples/$1.exe" | tr -d '\r' >there &&
        "$own/examples/$1" >here) &&
        diff "$work/here" "$work/there"
}

check "windows: it builds without a warning" builds
check "windows: the library, its import library and the examples are there" \
    [ -e "$win/libautograd.dll.a" -a -e "$win/examples/lecture.exe" ]
if have wine && timeout 300 wine "$win/examples/movie.exe" >/dev/null 2>&1; then
    check "windows: the examples as they run here" native
    for example in movie movie_output quantile; do
        check "windows: $example prints what it prints here" runs "$example"
    done
else
    skip "windows: the examples" "Wine is not installed or does not start"
fi
finish
