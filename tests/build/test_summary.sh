#!/bin/sh
# Proves that the line "N passed, N failed" counts faults of every kind: a failed check, a crash, an
# exit status alone, a program cut short, and a program that tests nothing.
. tests/build/lib.sh

log() { # name, text
    printf "$2" >"$work/$1.log"
}
counts() { # expected last line, log names...
    expected=$1
    shift
    files=
    for n in "$@"; do files="$files $work/$n.log"; done
    said=$(sh tests/build/summary.sh "$work" $files)
    status=$?
    last=$(echo "$said" | tail -n 1)
    echo "expected: $expected; last line: $last; exit status $status"
    [ "$last" = "$expected" ] || return 1
    case $expected in *" 0 failed") [ $status = 0 ] ;; *) [ $status != 0 ] ;; esac
}

log good '100%%: Checks: 7, Failures: 0, Errors: 0\nexit 0\n'
log bad '50%%: Checks: 4, Failures: 1, Errors: 1\na.c:3:F:x:y:0: no\nexit 1\n'
log crash 'Running suite(s): a\nexit 139\n'
log status '100%%: Checks: 3, Failures: 0, Errors: 0\nexit 9\n'
log cut '100%%: Checks: 3, Failures: 0, Errors: 0\n'
log nothing '100%%: Checks: 0, Failures: 0, Errors: 0\nexit 0\n'
log skipped 'skip all: no c++\nexit 0\n'
log gave_up 'skip all: no c++\nexit 3\n'
log script 'ok one\nnot ok two\nskip three: no c++\nexit 1\n'

check "summary: all passed" counts "7 passed, 0 failed" good
check "summary: failures and errors" counts "9 passed, 2 failed" good bad
check "summary: a crash is a failure" counts "7 passed, 1 failed" good crash
check "summary: so is an exit status alone" counts "3 passed, 1 failed" status
check "summary: so is a log cut short" counts "3 passed, 1 failed" cut
check "summary: so is a program without tests" counts "0 passed, 1 failed" nothing
check "summary: and no program at all" counts "0 passed, 1 failed"
check "summary: what is skipped whole is no failure" counts "7 passed, 0 failed" good skipped
check "summary: unless it ends as one" counts "7 passed, 1 failed" good gave_up
check "summary: scripts count, skips do not" counts "1 passed, 1 failed" script
finish
