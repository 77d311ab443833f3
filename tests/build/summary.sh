#!/bin/sh
# Adds up the logs of `make test` and ends with "N passed, N failed"; exit 0 only when none failed.
#   summary.sh <folder of the logs> <log>...
# A log holds a Check program's "50%: Checks: 2, Failures: 1, Errors: 0", or a script's lines
# "ok name" and "not ok name", and ends with "exit N". A program that died, tells of a fault in its
# exit status alone or ran no test counts as one failure: silence is not success. One that says what
# it skips, "skip name: what is missing", and skips all is none.
folder=$1
shift
[ $# -gt 0 ] || { echo "no tests match"; echo "0 passed, 1 failed"; exit 1; }

awk -v folder="$folder" '
    function close_log(    lost) {
        if (name == "") {
            return
        }
        lost = (status != 0 && bad == 0) || status == "" || (good + bad == 0 && skips == "")
        printf "%-6s %-28s %4d passed, %d failed\n",
            bad + lost ? "FAILED" : good ? "ok" : "skip", name, good, bad + lost
        if (lost) {
            printf "    exit status %s after %d tests\n", status == "" ? "unknown" : status,
                good + bad
        }
        if (bad + lost) {
            printf "%s", text
        }
        printf "%s", skips
        passed += good
        failed += bad + lost
    }
    FNR == 1 {
        close_log()
        name = substr(FILENAME, length(folder) + 2)
        sub(/\.log$/, "", name)
        good = bad = 0
        status = text = skips = ""
    }
    /^exit [0-9]+$/ { status = $2; next }
    /^[0-9]+%: Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+$/ {
        gsub(/,/, "")
        good += $3 - $5 - $7
        bad += $5 + $7
        next
    }
    /^ok / { good++; next }
    /^not ok / { bad++ }
    /^skip / { skips = skips "    " $0 "\n"; next }
    { text = text "    " $0 "\n" }
    END {
        close_log()
        printf "%d passed, %d failed\n", passed, failed
        exit failed > 0
    }' "$@"
