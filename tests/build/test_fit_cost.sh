#!/bin/sh
# Proves that fit costs at most 2 hundredths more than a loop of one's own with the same steps:
# instructions, counted by valgrind, so that no clock decides. (The bar is drawn by the clock, so
# what it costs is a row of `make bench`.)
. tests/build/lib.sh

# Stripped, since valgrind cannot read what every compiler says to debuggers.
build() {
    $CC -std=c11 -O2 -s -D_POSIX_C_SOURCE=200809L -I"$BUILD/include" -o "$work/fit" \
        tests/bench/bench_fit.c "$BUILD/libautograd.a" ${LIBS:--lm}
}
count() { # way, epochs
    AUTOGRAD_THREADS=1 valgrind --tool=callgrind --callgrind-out-file="$work/callgrind" \
        "$work/fit" "$1" "$2" 2>&1 | sed -n 's/.*Collected : //p'
}
cost() { # way: instructions of six epochs, without what comes before and after
    few=$(count "$1" 2)
    many=$(count "$1" 8)
    echo $((many - few))
}
within() { # way, thousandths
    now=$(cost "$1")
    echo "$1: $now, a loop: $own"
    [ "$now" -gt 0 ] && [ $((now * 1000)) -le $((own * (1000 + $2))) ]
}

check "fit_cost: the program" build
if have valgrind; then
    own=$(cost loop)
    check "fit_cost: a loop is counted" [ "${own:-0}" -gt 1000000 ]
    check "fit_cost: fit within 20 thousandths of a loop" within fit 20
    catches "fit_cost: a callback that costs" within waste 20
else
    skip "fit_cost: instructions" "no valgrind"
fi
finish
