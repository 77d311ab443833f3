#!/bin/sh
# Proves that a machine without Check gets it through its package manager, and is told what to
# install where that fails. The compiler and the package manager are stand-ins: the one cannot
# compile against Check until the other has been asked to install it.
. tests/build/lib.sh

mkdir "$work/bin"
cat >"$work/bin/standin-cc" <<END
#!/bin/sh
[ -e "$work/installed" ] || exit 1
while [ "\$1" != -o ]; do shift; done
cp "$work/bin/true" "\$2"
END
printf '#!/bin/sh\nexit 0\n' >"$work/bin/true"
printf '#!/bin/sh\n[ "$1" != -n ] || shift\nexec "$@"\n' >"$work/bin/sudo"
manager() { # what `apt-get install` does here
    printf '#!/bin/sh\necho "$*" >>"%s"\ncase $* in install*) %s ;; esac\n' "$work/asked" "$1" \
        >"$work/bin/apt-get"
    chmod +x "$work"/bin/*
    rm -f "$work/installed" "$work/asked" "$work/check.libs"
}
need_check() {
    PATH="$work/bin:$PATH" CC=standin-cc sh tests/build/need_check.sh "$work/check"
}

installs() {
    said=$(need_check) || return 1
    echo "$said"
    grep '^install.* check$' "$work/asked" && [ -s "$work/check.libs" ] &&
        echo "$said" | grep -q 'installing it'
}
explains() {
    said=$(need_check) && return 1
    echo "$said"
    echo "$said" | grep -q 'check-devel' && [ ! -e "$work/check.libs" ]
}
leaves_alone() {
    touch "$work/installed"
    need_check && [ ! -e "$work/asked" ] && [ -s "$work/check.libs" ]
}

manager "touch '$work/installed'"
check "need_check: installs what is missing" installs
manager "exit 100"
check "need_check: says what to install when that fails" explains
manager "exit 100"
check "need_check: installs nothing where Check is there" leaves_alone
finish
