#!/bin/sh
# Proves that every example builds as a user builds it, ends well and prints the lecture's numbers,
# and that it ends badly when a number is wrong; and that README.md tells the truth: its C compiles
# and prints what stands below it, its picture is of this example, its links lead somewhere.
. tests/build/lib.sh

# What each example must print: mostly the numbers of the lecture notes that it names.
numbers() {
    case $1 in
    activations) printf '%s\n' '0.00247  0.00247' '0.50000  0.25000' '0.69315  0.50000' ;;
    augment) printf '%s\n' 'as they are' 'distorted in each epoch' 'poll of 10 copies           test accuracy 0.' ;;
    char_transformer) printf '%s\n' 'val_loss' '--- temperature 0.0 ---' '--- temperature 0.8 ---' \
        '--- attention from the last place, in hundredths ---' 'head 4 ' ;;
    circle) printf '%s\n' 'step 10000   cost 0.4590469' 'step 10000   cost 0.138251' ;;
    circle_step) printf '%s\n' 'Z1     -0.4632792  0.001896368    0.3991996   0.05738323  -0.06177666' \
        0.5423115 -0.02336378 'A2      0.4996741    0.4981807    0.4941593    0.5003173    0.4988331' \
        'cost 0.6933894' '0.0002706173 3.478153e-05 -0.000109109 1.241427e-05 -0.0001524197 ' \
        '0.00136644 -5.919621e-05 -0.0005751186 0.0001765536' \
        '-0.04223389 -0.03869427 -0.04296879 -0.04469599' -0.08326909 \
        '0.1086085 0.3794707 -0.9294737 -0.7302108 0.3112008 0.6331078 0.8354074 0.1209822' \
        '-0.07825906 0.04762137 0.05132882 -0.02094039' 0.0008326909 ;;
    circles) printf '%s\n' 'epoch 300   loss 0.00' 'accuracy 1.0000' 'Trained: 85' 'test rows: accuracy 0.99' \
        'test rows without ReLU: accuracy 0.4' ;;
    city) printf '%s\n' '4163 rows, 41 inputs' '5288 rows, 7 inputs, 43265 parameters' \
        'least squares 0.6805   lasso 0.6806   network ' ;;
    descent) printf '%s\n' 'least squares' 'all rows' 'single rows, falling rate' 't0  3.620495   t1  3.220612   off by 0.000549' ;;
    explain) printf '%s\n' 'that of the mean film 0.' 'sum' 'by the last' 'least cost' 'demographic parity' ;;
    flower) printf '%s\n' 'step  2000   cost 0.' ;;
    hitters) printf '%s\n' 'least squares: mean absolute error 254.669' 'lasso: 252.9, with 13 of 20 weights' \
        1,344 2,080 'Trained: 3,649' 'network, validated by a fifth of the training rows: 2' ;;
    iris) printf '%s\n' 'seed  1    200 epochs   loss 1.0' 'of 10 runs collapsed' ;;
    lecture) printf '%s\n' 54.59815 58.59815 7.654943 -0.4606132 7.194330 0.06531727 -0.887601 \
        -0.8222837 -45.71745 -182.8698 'f(2) = 7.19433' 'lecture.svg' ;;
    mnist_adam) printf '%s\n' 'Parameters: 79,510' 'Parameters: 90,010' 'Trained: 89,810' \
        'normalization: test loss 0.' 'test accuracy 0.9' 'by hand: at most ' ;;
    mnist_cnn) printf '%s\n' 'Parameters: 3,149,394' 'accuracy 0.9' ;;
    mnist_dense) printf '%s\n' 'Parameters: 407,050' 'mistakes: row' 'accuracy 0.9' ;;
    mnist_logistic) printf '%s\n' 'Parameters: 7,850' 'regression: test loss 0.' ;;
    mnist_sigmoid) printf '%s\n' 'Parameters: 23,860' 'rate 0.5' 'accuracy 0.9' ;;
    movie) printf '%s\n' 0.972 0.725 0.075 5.523 5.52 0.168 -0.58 -0.0435 -0.7134 2.8004 3.107 \
        '43 gradients (24 + 15 + 4)' 'exactly 0' ;;
    movie_output) printf '%s\n' -1.148 2.123 0.037 0.963 0.038 -0.037 4.95 0.211 0.723 0.724 1.959 \
        -0.3196 'are 0 and 0, exactly' ;;
    movies) printf '%s\n' 'logistic regression  accuracy 0.916   AUC 0.971' 'Trained: 833' \
        'network              accuracy 0.9' ;;
    neuralnet) printf '%s\n' 'steps 300   error' '0.weight' '2.bias' ;;
    paths) printf '%s\n' 'by unit 5' 'the sum of the six is -0.139872206, backward has -0.139872206' ;;
    perceptron) printf '%s\n' 'AND  mistakes in epochs 1 to 12: 1 3 3 2 1 0 0 0 0 0 0 0   settled' \
        'OR   mistakes in epochs 1 to 12: 1 2 1 0 0 0 0 0 0 0 0 0   settled' '   never settles' \
        'the best is 0.000' ;;
    playground) printf '%s\n' '######' 'accuracy: training 0.99' 'test 0.99' ;;
    points) printf '%s\n' '0.922' 'mean of y 0.583' '(0.5800297, 0.005219149, 0.0009279234)' ;;
    quantile) printf '%s\n' 'passed' 'a share of 0.900' ;;
    regression) printf '%s\n' '274 epochs   loss 0.048' 'with another last layer: loss 0.98' \
        'nn_quadratic: the prediction is [10,1], the target [10]; at ' ;;
    regression_sweeps) printf '%s\n' 'alpha 1000    batch  200      3 epochs   loss' 'batch  800' \
        'momentum 0.9' ;;
    search) printf '%s\n' 'a grid' 'successive halving' 'best' 'by nested cross-validation, 0.' ;;
    spirals) printf '%s\n' 'step 400' 'of 300 new points' ;;
    surfaces) printf '%s\n' 'ravine  Nesterov     1.61324    0.00008    0.00000   (1.000, 1.000)' \
        'saddle  Adam         0.81107   -0.99985   -1.00000' ;;
    tables) printf '%s\n' 'tumors, 569 rows of 30 numbers: accuracy 0.97' 'films, 784 rows of 36 numbers: accuracy 0.7' \
        'houses, 4084 rows of 12 numbers: absolute_error 50' 'by the network after 3 epochs' ;;
    transfer) printf '%s\n' 'digits: accuracy 0.9' 'the new head alone: accuracy 0.' 'at a small rate' 'drawn weights' ;;
    xor) printf '%s\n' '1 xor 1 = 0' 'not one allocation in the last' ;;
    esac
}

build() { # source, program
    $CC -std=c11 -O2 -Wall -Wextra -Wpedantic -Werror -Iexamples -I"$BUILD/include" -o "$2" "$1" \
        "$BUILD/libautograd.a" ${LIBS:--lm}
}
# The arguments of a run: training is cut short.
arguments() {
    case $1 in
    char_transformer) echo --epochs 1 --generate 80 ;;
    circle) echo --epochs 10000 ;;
    flower) echo --epochs 2000 ;;
    city) echo --epochs 5 ;;
    iris) echo --epochs 200 ;;
    augment | mnist_* | transfer) echo --epochs 1 ;;
    neuralnet) echo --epochs 300 ;;
    search) echo --epochs 12 ;;
    regression_sweeps | tables) echo --epochs 3 ;;
    esac
}
# Examples that have figures draw them, with the numbers beside each.
files() { "$work/$1" --help | sed -n '/--figures/{n;s/,/ /g;p;}'; } # what --help says that it draws
drawing() { grep -q '\.draws = ' "examples/$1.c" && echo --figures "$work/figures"; }
draws() { # example
    for figure in $(files "$1" | grep -o '[^ ]*[a-z0-9]\.svg' | grep -v '^-'); do
        [ -s "$work/figures/$figure" ] || { echo "no $figure"; return 1; }
    done
    for figure in "$work"/figures/*.svg; do
        [ -s "$figure" ] && [ -s "${figure%.svg}.csv" ] || return 1
    done
    rm "$work"/figures/*
}
# shellcheck disable=SC2046 # no argument has a blank
runs() { "$work/$1" $(arguments "$1") $(drawing "$1") >"$work/$1.out"; }
shows() { # example
    while read -r word; do
        grep -qF -- "$word" "$work/$1.out" || { echo "not printed: $word"; return 1; }
    done <"$work/numbers"
}

# MNIST is not in the project: examples on it run where MNIST_DIR or the folder below has it. One pass of
# the convolutional network takes a minute, so it runs where it is asked for.
mnist=${MNIST_DIR:-../shared/data/mnist}
has_mnist() { # example
    if [ ! -e "$mnist" ]; then
        echo "    skipped: $1 needs MNIST in MNIST_DIR"
        return 1
    fi
    MNIST_DIR=$mnist
    export MNIST_DIR
    case $1 in
    mnist_cnn) [ -n "${SLOW-}" ] ;;
    transfer) [ -e "${FASHION_DIR:=/usr/share/datasets/fashion-mnist}" ] && export FASHION_DIR ;;
    esac
}
fetches() { # example
    ! MNIST_DIR='' "$work/$1" --data "$work/none" 2>"$work/$1.err" && grep -q get_mnist.sh "$work/$1.err"
}

mkdir "$work/figures"
for source in examples/*.c; do
    e=${source#examples/}
    e=${e%.c}
    check "examples: $e builds" build "$source" "$work/$e"
    numbers "$e" >"$work/numbers"
    check "examples: what $e must print is known here" [ -s "$work/numbers" ]
    ! grep -q example_options "$source" || {
        check "examples: $e --help" sh -c "'$work/$e' --help | grep -q '^usage:'"
        catches "examples: $e refuses an option" "$work/$e" --no-such-option 1
        catches "examples: $e without a value" "$work/$e" --seed
    }
    case $e in
    augment | mnist_* | transfer)
        check "examples: $e says where MNIST is to be had" fetches "$e"
        has_mnist "$e" || continue ;;
    esac
    check "examples: $e ends well" runs "$e"
    check "examples: $e prints its numbers" shows "$e"
    [ -z "$(drawing "$e")" ] || check "examples: $e draws" draws "$e"
done

in_gallery() {
    for figure in $(sh examples/gallery.sh --list); do
        [ -s "examples/gallery/$figure" ] && grep -q "\"$figure\"" examples/gallery/index.html ||
            { echo "$figure is not in the gallery"; return 1; }
    done
}
check "examples: the gallery has every figure of its list" in_gallery

mkdir "$work/elsewhere"
plant() { # example, what to change in it
    sed "$2" "examples/$1.c" >"$work/planted.c"
    catches "examples: $1 changed by $2" cmp -s "examples/$1.c" "$work/planted.c"
    check "examples: $1 so changed builds" build "$work/planted.c" "$work/planted"
    catches "examples: $1 so changed is wrong" "$work/planted" --figures "$work/elsewhere"
}
plant lecture 's/(g, 2.0)/(g, 2.0001)/'
plant movie 's/0.34, /0.35, /'
plant movie_output 's/1.10, 0.20}/1.11, 0.20}/'
plant quantile 's/t - 1)/t - 1.1)/'
plant spirals 's/.rate = 0.01/.rate = 0/'
plant spirals 's/2.0944 \* c/0.2 * c/'
plant xor 's/descend(m, 0.5)/descend(m, 0)/'
plant xor 's/ag_graph_rewind(g, mark) != AG_OK/mark.graph == NULL/'
check "examples: quantile has 60 lines at most" [ "$(wc -l <examples/quantile.c)" -le 60 ]

# The figure needs no other program.
bare() { mkdir "$work/bare" && PATH=/nonexistent "$work/lecture" --figures "$work/bare"; }
drawn() { (bare) && [ -s "$work/bare/lecture.svg" -a -s "$work/bare/lecture.tex" ]; }
check "examples: lecture without Graphviz" drawn

block() { # language, which one: the fenced block of README.md
    awk -v open="\`\`\`$1" -v want="$2" '
        /^```/ { inside = !inside; take = inside && $0 == open && ++n == want; next }
        take' README.md
}
same() { # program, which text block
    block text "$2" >"$work/told" && [ -s "$work/told" ] || return 1
    (cd "$work" && "./$1" >"$1.out") && diff "$work/told" "$work/$1.out"
}
block c 1 >"$work/taste.c"
{
    printf '#include <autograd.h>\nint main(void)\n{\nag_graph *g = ag_graph_new();\n'
    echo '#line 39 "mlp.c"'
    block c 3
    printf 'ag_graph_free(g);\nreturn 0;\n}\n'
} >"$work/wrong.c"
cat >"$work/loop.c" <<'C'
#include <autograd.h>
#include <math.h>
int main(void)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_from_values(g, AG_CONSTANT, AG_SHAPE(4, 1), (double[]){0, 1, 2, 3});
    ag_tensor *y = ag_from_values(g, AG_CONSTANT, AG_SHAPE(4, 1), (double[]){1, 3, 5, 7});
    ag_tensor *w = ag_full(g, AG_PARAMETER, AG_SHAPE(1, 1), 0);
    ag_tensor *b = ag_full(g, AG_PARAMETER, AG_SHAPE(1), 0);
C
{
    block c 2
    echo 'bool good = fabs(ag_item(w) - 2) < 1e-6 && fabs(ag_item(b) - 1) < 1e-6;'
    printf 'ag_graph_free(g);\nreturn good ? 0 : 1;\n}\n'
} >>"$work/loop.c"
check "readme: the training loop compiles" build "$work/loop.c" "$work/loop"
check "readme: and finds the line" "$work/loop"
check "readme: the first program compiles as it is" build "$work/taste.c" "$work/taste"
check "readme: and prints the trace shown" same taste 1
check "readme: and writes f.svg" [ -s "$work/f.svg" ]
check "readme: the wrong program compiles" build "$work/wrong.c" "$work/wrong"
check "readme: and gives the message shown" same wrong 2

# The worksheet: the graph of the first program, and a sheet in which three blanks are wrong.
{
    sed '/if (ag_backward/,$d' "$work/taste.c"
    printf '%s\n' 'static const char text[] = "(9) 0.1807\n(11) 0.8876\n(17) 1.068\n";'
    echo 'size_t bytes = sizeof text - 1;'
    echo 'if (ag_backward(f) != AG_OK) return 1;'
    block c 4
    printf 'ag_graph_free(g);\nreturn 0;\n}\n'
} >"$work/sheet.c"
check "readme: the worksheet's program compiles" build "$work/sheet.c" "$work/sheet"
check "readme: and says where the wrong numbers come from" same sheet 4
check "readme: and writes a sheet, its key and questions" \
    [ -s "$work/7.md" -a -s "$work/7.key.md" -a -s "$work/7.xml" ]

# From CSV to a network that was saved and loaded: what it shows on stderr, then what it prints.
block c 5 >"$work/network.c"
cp examples/data/iris.csv "$work"
trains() {
    block text 5 >"$work/told" && [ -s "$work/told" ] || return 1
    (cd "$work" && ./network >network.out 2>network.err && cat network.err network.out) |
        diff "$work/told" -
}
check "readme: the network's program has 40 lines at most" [ "$(wc -l <"$work/network.c")" -le 40 ]
check "readme: it compiles as it is" build "$work/network.c" "$work/network"
check "readme: it trains, saves and loads as shown" trains
check "readme: and writes iris.safetensors" [ -s "$work/iris.safetensors" ]

links() {
    found=0
    for to in $(grep -o ']([^)]*)' README.md | sed 's/^](//; s/)$//'); do
        found=$((found + 1))
        [ -e "$to" ] || { echo "no $to"; return 1; }
    done
    [ "$found" -gt 5 ]
}
check "readme: its links lead somewhere" links

# The figure in README is the one that the example draws, byte for byte.
pictured() { [ -s "$work/bare/lecture.svg" ] && cmp "$work/bare/lecture.svg" "$1"; }
check "readme: the picture is of lecture.c as it is" pictured examples/lecture.svg
sed 's/182.8698/182.8697/' examples/lecture.svg >"$work/old.svg"
catches "readme: an old picture" pictured "$work/old.svg"
finish
