#!/bin/sh
# Proves that replaying the seeds of a fuzz target (tests/fuzz/fuzz.h) finds a fault that only a
# changed seed, only a cut seed, or only memory behind the input shows; that a target without seeds
# is no success; and that each target has some.
. tests/build/lib.sh

mkdir -p "$work/seeds" "$work/empty"
printf 'abcdefgh' >"$work/seeds/letters"
# compile NAME SEEDS BODY...: a target with this body.
compile() {
    printf '#include "tests/fuzz/fuzz.h"\n%s\n%s\n' \
        'int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {' "$3" >"$work/$1.c"
    $CC -std=c11 -D_POSIX_C_SOURCE=200809L -I. -DFUZZ_SEEDS="\"$2\"" -o "$work/$1" "$work/$1.c"
}
# counts FOLDER: what summary.sh makes of its output.
counts() { # program
    { "$1" 2>&1; echo "exit $?"; } >"$work/log"
    sh tests/build/summary.sh "$work" "$work/log"
}
plant() { # what, body
    check "fuzz: a target builds" compile planted "$work/seeds" "$2"
    catches "fuzz: a fault that $1 shows" counts "$work/planted"
}
check "fuzz: a target builds" compile sound "$work/seeds" '(void)data; return n > 8; }'
check "fuzz: a target without a fault" counts "$work/sound"
plant "a changed byte" 'fuzz_require(n < 8 || data[0] != 0xFF); return 0; }'
plant "a byte in another place" 'fuzz_require(n < 3 || data[2] != 103); return 0; }'
plant "a cut seed" '(void)data; fuzz_require(n != 3); return 0; }'
check "fuzz: a target builds" compile sound "$work/empty" '(void)data; return n > 8; }'
catches "fuzz: a target without seeds" counts "$work/sound"
every_one() {
    for f in tests/fuzz/fuzz_*.c; do
        [ -n "$(ls "${f%.c}")" ] || { echo "$f has no seeds"; return 1; }
    done
}
check "fuzz: each target has seeds" every_one
finish
