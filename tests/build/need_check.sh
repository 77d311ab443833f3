#!/bin/sh
# Makes sure that Check, the unit test framework, can be linked: finds it, or installs it with the
# system's package manager, or says what to install.
#   need_check.sh <prefix>     writes <prefix>.cflags and <prefix>.libs
# CC in the environment is the compiler. Does not trust pkg-config alone: it may be missing, or give
# flags that do not link.
set -u
prefix=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

cat >"$work/try.c" <<'END'
#include <check.h>
#include <stdlib.h>
int main(void)
{
    SRunner *runner = srunner_create(suite_create("try"));
    srunner_free(runner);
    return EXIT_SUCCESS;
}
END

has() { command -v "$1" >/dev/null; }

try() { # cflags, libs
    ${CC:-cc} $1 -o "$work/try" "$work/try.c" $2 >"$work/errors" 2>&1 && "$work/try" || return 1
    printf '%s\n' "$1" >"$prefix.cflags"
    printf '%s\n' "$2" >"$prefix.libs"
}

find_check() {
    if pkg-config --exists check 2>/dev/null; then
        try "$(pkg-config --cflags check)" "$(pkg-config --libs check)" && return 0
    fi
    for place in "" "-I/usr/local/include -L/usr/local/lib" \
        "-I/opt/homebrew/include -L/opt/homebrew/lib"; do
        for libs in "-lcheck -lsubunit -lm -lrt -lpthread" "-lcheck -lm -lrt -lpthread" \
            "-lcheck_pic -lsubunit -lm -lrt -lpthread" "-lcheck -lm -lpthread" "-lcheck"; do
            try "$place" "$libs" && return 0
        done
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif has sudo; then
        if [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
    else
        echo "neither root nor sudo: cannot run: $*" >&2
        return 1
    fi
}

install_check() {
    if has apt-get; then
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends check
    elif has dnf; then
        as_root dnf install -y check-devel
    elif has apk; then
        as_root apk add check-dev
    elif has pacman; then
        as_root pacman -S --noconfirm check
    elif has zypper; then
        as_root zypper --non-interactive install check-devel
    elif has brew; then
        brew install check
    else
        echo "no package manager known here" >&2
        return 1
    fi
}

find_check && exit 0
echo "Check, which the tests need, is not installed; installing it with the package manager ..."
install_check </dev/null >"$work/install" 2>&1 || tail -n 5 "$work/install"
if find_check; then
    echo "Check is installed."
    exit 0
fi
cat <<'END'
The tests need Check (https://libcheck.github.io/check) and it could not be installed. Install
    check        Debian, Ubuntu, Arch, Homebrew
    check-devel  Fedora, openSUSE
    check-dev    Alpine
and run make again. The library and the examples do not need it: make all, make run.
END
exit 1
