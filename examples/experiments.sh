#!/bin/sh
# Runs the lectures' experiments and prints a table in Markdown: the case, what the lecture printed, what
# these programs print (the median where there are several seeds), how many of the seeds are within the
# band, and the processor's seconds of one run, which other work on the machine does not lengthen as it
# does those of the clock. It ends with status 1 if a case missed its band.
# usage: examples/experiments.sh FOLDER-OF-PROGRAMS
#     SEEDS="1 2 3 4 5"   the seeds; C7, which is last, takes the first alone, for its time, and
#                         FAST=1 does so for all and leaves out what takes minutes
#     MNIST_DIR, FASHION_DIR, SHAKESPEARE   where these data are; cases without theirs are left out
#     CASES="C1 C7"   these cases alone
#     KEPT=FOLDER   keep there what the programs print, and do not run again what is there
set -u
bin=${1:?usage: examples/experiments.sh FOLDER-OF-PROGRAMS}
seeds=${SEEDS:-1 2 3 4 5}
[ -z "${FAST-}" ] || seeds=${seeds%% *}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kept=${KEPT:-$work}
mkdir -p "$kept" || exit 1
missed=0

# The last match of a pattern in a program's output, whose one group is a number.
number() { # pattern, file
    before='.*' after='.*'
    case $1 in ^*) before= ;; esac
    case $1 in *\$) after= ;; esac
    sed -n "s/$before$1$after/\1/p" "$2" | tail -n 1
}

# Runs a program, or finds what it printed when it ran in the same way before: $out. Adds what it took
# to $seconds.
run() { # option, program and arguments
    out=$kept/$(printf '%s' "$*" | tr -c 'A-Za-z0-9' _)
    if [ ! -s "$out.seconds" ]; then
        option=$1
        shift
        (
            # shellcheck disable=SC2086 # an option and its value
            "$bin/$@" $option >"$out" 2>"$work/err" || {
                sed 's/^/    /' "$work/err" >&2
                : >"$out" # what a program that failed has printed counts for nothing
            }
            times
        ) | tail -n 1 | tr 'ms' '  ' | awk '{ print 60 * $1 + $2 + 60 * $3 + $4 }' >"$out.seconds"
    fi
    seconds=$(awk -v sum="$seconds" '{ print sum + $1 }' "$out.seconds")
}

# One line of the table. A case holds if the share of seeds that is asked for is within the band; "median"
# asks it of the median alone. `once`: the program draws nothing, or begins with the lecture's weights.
row() { # case, what it is, lecture, low, high, each|median|once|COUNT, pattern, program and arguments
    name=$1 what=$2 lecture=$3 low=$4 high=$5 rule=$6 pattern=$7
    shift 7
    case " ${CASES:-$name} " in *" $name "*) ;; *) return ;; esac
    list=$seeds
    [ "$rule" != once ] || list=once
    : >"$work/values"
    seconds=0
    for seed in $list; do
        option="--seed $seed"
        [ "$seed" != once ] || option=
        run "$option" "$@"
        number "$pattern" "$out" >>"$work/values"
    done
    sort -g "$work/values" | awk -v name="$name" -v what="$what" -v lecture="$lecture" -v low="$low" \
        -v high="$high" -v rule="$rule" -v n="$(echo "$list" | wc -w)" -v seconds="$seconds" '
    { v[NR] = $1; in_band += $1 + 0 >= low + 0 && $1 + 0 <= high + 0 }
    END {
        middle = v[int((NR + 1) / 2)]
        least = rule == "each" || rule == "once" || rule + 0 > n ? n : rule + 0
        good = NR == n && in_band >= least
        if (rule == "median") good = NR == n && middle + 0 >= low + 0 && middle + 0 <= high + 0
        band = low == high ? "= " low : low " to " high
        printf "| %s | %s | %s | %s | %s | %d of %d | %.1f | %s |\n", name, what, lecture,
            NR ? middle : "none", band, in_band, n, seconds / n, good ? "yes" : "NO"
        exit !good
    }' || missed=$((missed + 1))
}

long() { [ -z "${FAST-}" ]; }

echo "$(date -u +%Y-%m-%d), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1), seeds $seeds"
echo
cat <<'END'
| case | what | lecture | here | band | seeds | seconds | holds |
|---|---|---|---|---|---|---|---|
END
row A1 "f at x = 2: derivative" -182.8698 -182.8698 -182.8698 once \
    "∂f.∂x.*= \(-[0-9.]*\)" lecture "$work"
row A4 "one step of 2-4-1: cost" .6933894 0.6933894 0.6933894 once "cost \([0-9.]*\)" circle_step
row B1 "linear unit, curve: right" "" 0.9 1 once "^ *100 .* \([0-9.]*\)$" points
row B2 "linear unit, circle: last beta0" .5800297 0.5800297 0.5800297 once "beta = (\([0-9.]*\)" points
row B3 "2-2-1, the lecture's weights: cost" .4343475 0.4343475 0.4343475 once \
    "step 50000   cost \(0.4[0-9]*\)" circle
row B3 "2-4-1, the lecture's weights: cost" .05542842 0.05542842 0.05542842 once \
    "step 50000   cost \(0.0[0-9]*\)" circle
row B3 "2-4-1, drawn weights: cost" "" 0 0.08 median "step 50000   cost \([0-9.]*\)" circle
row B3 "flower, 2-4-1: cost" .1962864 0 0.25 median "step 50000   cost \([0-9.]*\)" flower
row B4 "neuralnet 2-4-1: error" .41125 0 1 3 "error \([0-9.]*\)" neuralnet
row B5 "circles 2-8-6-1: loss of epoch 300" .001845 0.0005 0.01 each "epoch 300   loss \([0-9.]*\)" circles
row B5 "circles 2-8-6-1: test accuracy" "" 0.98 1 each \
    "test rows: accuracy \([0-9.]*\)" circles
row B6 "iris 4-3-2-3: runs of ten that collapsed" "4 of 10" 0 6 each "^\([0-9]*\) of 10 runs" iris
row B6 "iris, nested cross-validation of a search: accuracy" "" 0.9 1 each \
    "nested cross-validation, \([0-9.]*\)" search
row B7 "regression 1-80-20-1: half mean squared error" .04931940 0.04 0.055 each \
    "loss \([0-9.]*\) on training" regression
row B7 "regression, scikit-learn's weights, untrained outer layer" .98721445 0.9 1.1 once \
    "another last layer: loss \([0-9.]*\)" regression
row B7 "regression, alpha 0.1: loss with penalty" .060 0.05 0.07 each \
    "alpha 0.1 .*with penalty \([0-9.]*\)" regression_sweeps
row B7 "regression, alpha 1000: test R2" -.011 -0.05 0.05 each "alpha 1000 .*R2 \([0-9.-]*\)" regression_sweeps
row B8 "movies, logistic regression: AUC" .972 0.96 1 each "regression .* AUC \([0-9.]*\)" movies
row B8 "movies, network: accuracy" .916 0.88 1 median "network .* accuracy \([0-9.]*\)" movies
row B8 "movies, network: AUC" .981 0.96 1 median "network .* AUC \([0-9.]*\)" movies
row B9 "hitters, least squares" 254.669 254.669 254.669 each "absolute error \([0-9.]*\)" hitters
row B9 "hitters, lasso" 253.1 250 262 each "lasso: \([0-9.]*\)" hitters
row B9 "hitters, network, own validation rows" 280.5 200 330 median "fifth of the training rows: \([0-9.]*\)" hitters
row B10 "complaints, network: absolute error of log(1 + h)" .7459 0.5 0.75 each \
    "complaints: .*network \([0-9.]*\) after" city
row B10 "taxi, network: absolute error in dollars" 1.17 0.4 1.17 each "taxi: .*network \([0-9.]*\) after" city
row B12 "XOR by 2-2-1, best of ten starts: loss" 0 0 0.01 each "the best is \([0-9.]*\)" perceptron
row B13 "linear layers on circles: accuracy" "one half" 0.3 0.7 each \
    "without ReLU: accuracy \([0-9.]*\)" circles
row B14 "two spirals: test accuracy" "" 0.95 1 each "test \([0-9.]*\)$" playground
row B15 "line, single rows with a falling rate: off" 0 0 0.01 each "epoch 200.*off by \([0-9.]*\)" descent
row B16 "ravine, Adam: height after 1000 steps" 0 0 0.001 once \
    "ravine *Adam .* \([0-9.-]*\)   (" surfaces
row B17 "learning curve, regression from 20 rows: test R2" "" 0.7 0.91 median "^ *20 rows.*R2 \([0-9.]*\)" regression_sweeps
row B17 "learning curve, regression from 800 rows: test R2" "" 0.91 1 each "800 rows.*R2 \([0-9.]*\)" regression_sweeps
row B19 "real films, the lasso's logistic regression: accuracy" "" 0.75 1 median "films.* \([0-9.]*\) by the linear" tables
row B19 "the same, network: accuracy" "" 0.7 1 median "films.* \([0-9.]*\) by the network" tables
row B20 "tumors, logistic regression: accuracy" "" 0.95 1 median "tumors.* \([0-9.]*\) by the linear" tables
row B20 "the same, network: accuracy" "" 0.95 1 median "tumors.* \([0-9.]*\) by the network" tables
row B20 "houses of California, lasso: absolute error in dollars" "" 45000 55000 median "houses.* \([0-9.]*\) by the linear" tables
row B20 "the same, network: absolute error in dollars" "" 30000 45000 median "houses.* \([0-9.]*\) by the network" tables
if [ -e "${MNIST_DIR:-examples/data/mnist}" ]; then
    if long; then
        row C1 "784-512-10: test accuracy" .9827 0.98 1 each "10: test .*accuracy \([0-9.]*\)" mnist_dense
        row C3 "784-30-10, sigmoids, rate 3: test accuracy" "" 0.94 1 each \
            "rate 3: test .*accuracy \([0-9.]*\)" mnist_sigmoid
        row C5 "784-100-10, dropout: test accuracy" .9797 0.977 1 median \
            "^784-100-10: test .*accuracy \([0-9.]*\)" mnist_adam
        row C5 "784-100-100-10, batch normalization: test accuracy" "" 0.97 1 each \
            "normalization: test .*accuracy \([0-9.]*\)" mnist_adam
        row C2 "convolutional network, pixels 0 to 255, 5 epochs: test accuracy" .9829 0.985 1 median \
            "to 255, rate 0.001: test .*accuracy \([0-9.]*\)" mnist_cnn
        row C2 "the same, pixels 0 to 1, a tenth of the rate: test accuracy" "" 0.985 1 median \
            "to 1, rate 0.0001: test .*accuracy \([0-9.]*\)" mnist_cnn
        row C2 "the same, pixels 0 to 1, ReLU for softplus: test accuracy" "" 0.985 1 median \
            "to 1, ReLU, rate 0.001: test .*accuracy \([0-9.]*\)" mnist_cnn
        row C6 "digits distorted: test accuracy" "" 0.95 1 each "distorted in .*test accuracy \([0-9.]*\)" augment
    fi
    fashion=${FASHION_DIR:-examples/data/fashion}
    if [ -e "$fashion" ] && long; then
        row B20 "clothes, logistic regression: test accuracy" "" 0.82 1 each \
            "regression: test .*accuracy \([0-9.]*\)" mnist_logistic --data "$fashion"
        row B20 "clothes, 784-512-10: test accuracy" "" 0.87 1 each \
            "10: test .*accuracy \([0-9.]*\)" mnist_dense --data "$fashion"
        row C8 "digits to clothes, the new head alone: accuracy" "" 0.5 1 each \
            "head alone: accuracy \([0-9.]*\)" transfer
        row C8 "the same, the last hidden layer thawed: accuracy" "" 0.6 1 each \
            "small rate: accuracy \([0-9.]*\)" transfer
    fi
    row C4 "logistic regression: test accuracy" .9282 0.92 1 each \
        "regression: test .*accuracy \([0-9.]*\)" mnist_logistic
fi
if [ -n "${SHAKESPEARE-}" ] && long; then
    seeds=${seeds%% *}
    row C7 "character transformer, six epochs: nats a character" "" 0 1.75 each \
        "^ *6 *[0-9.]* *\([0-9.]*\)" char_transformer --data "$SHAKESPEARE"
fi
[ "$missed" = 0 ] || { echo "cases that missed their band: $missed" >&2; exit 1; }
