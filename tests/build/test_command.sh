#!/bin/sh
# Proves what the command prints, by the numbers of the lectures (Deisenroth, Faisal and Ong 2020,
# section 5.6; lecture notes on neural networks, section 11.4 and on backpropagation, 8.4), by a
# program in C that records the same graph, and by what its own table of options says. Its exit
# codes, its files, and that hostile input ends in a message.
. tests/build/lib.sh
A=$BUILD/autograd

if [ ! -x "$A" ] || ! "$A" --version >/dev/null 2>&1; then
    skip "command" "there is none that runs here"
    exit 0
fi
says() { # text COMMAND...: the command succeeds and prints the text
    want=$1
    shift
    "$@" >"$work/out" 2>&1 || { cat "$work/out"; return 1; }
    [ -z "$want" ] || grep -qF -- "$want" "$work/out" || { echo "no '$want' in:"; cat "$work/out"; return 1; }
}
ends() { # code text COMMAND...: the command ends with this code and says the text on stderr
    code=$1 want=$2
    shift 2
    "$@" >"$work/out" 2>"$work/err"
    got=$?
    [ "$got" -eq "$code" ] || { echo "exit code $got"; cat "$work/err"; return 1; }
    [ -z "$want" ] || grep -qF -- "$want" "$work/err" || { echo "no '$want' in:"; cat "$work/err"; return 1; }
}

# --- the lectures ---------------------------------------------------------------------------------

f='sqrt(x^2 + exp(x^2)) + cos(x^2 + exp(x^2))'
check "command: f'(2) = -182.9" says '= -45.72 × 4 = -182.9' "$A" "$f" x=2
check "command: the derivation" says '∂v1/∂x = 2x = 4' "$A" "$f" x=2
check "command: A1, seven digits" says '-182.8698' "$A" -d 7 "$f" x=2
named='a = x^2; b = exp(a); c = a + b; d = sqrt(c); e = cos(c); d + e'
check "command: A1 in the lecture's names" says '∂f/∂c = ∂f/∂d·∂d/∂c + ∂f/∂e·∂e/∂c' "$A" -d 7 "$named" x=2
for number in 54.59815 58.59815 7.654943 0.4606132 7.194330 0.06531727 0.8222837 45.71745; do
    check "command: A1, $number" says "$number" "$A" -d 7 "$named" x=2
done

# A3, the movie network: z of the first layer, and A of the second.
cat >"$work/movie" <<'END'
W1 = [[-0.12, 0.34, -0.21, 0.07, 0.41, -0.18],   # the bias first
      [-0.14, -0.20, 0.15, 0.10, -0.05, 0.30],
      [0.06, 0.40, 0.25, -0.30, 0.21, 0.10],
      [0.04, -0.35, 0.16, 0.11, 0.10, 0.184]]
W2 = [[0.05, -0.30, 0.55, 0.22, -0.48],
      [0.657, -0.30, 0.10, 0.60, 0.20],
      [-0.10, 0.20, 0.35, -0.40, 0.15]]
beta = [1.50, 2.80, 3.10, 0.95]
x = [1, 1.5, 0.8, -0.3, 2.1, 0.5]
z1 = W1 @ x
z2 = W2 @ concat([1], relu(z1))
A2 = relu(z2)
y = dot(beta, concat([1], A2))
(y - 6.1)^2/2
END
for z in '[0]     0.972' '[1]    -0.305' '[2]     1.441' '[3]    -0.088'; do
    check "command: A3, z$z" says "$z" "$A" -d 4 --expand -p "$work/movie"
done
check "command: A3, A of the second" says 'A2[1]     1.23' "$A" -d 4 --expand -p "$work/movie"
check "command: A3, every gradient" says agrees "$A" --check -p "$work/movie"
catches "command: A3, one that differs" says DIFFERS "$A" --check -p "$work/movie"

# A6, a convolution: the gradients of the sum by the kernel are the sums of the windows.
conv='y = conv2d(reshape([[.9,0,.8],[0,.7,0],[.8,0,.9]], [1,1,3,3]), reshape([[a,b],[c,d]], [1,1,2,2]));'
check "command: A6, .9a + .7d" says 'f 2.96' "$A" --values "$conv y[0,0,0,0] + 0" a=1 b=1 c=1 d=2.942857142857143
windows='1.6000000000000001'
check "command: A6, by the kernel" says "d/da $windows" "$A" --values "$conv sum(y)" a=1 b=2 c=3 d=4

# A7: the derivative by a weight of the first layer is the sum over six paths through the second.
net='h = tanh(w*x); a = u1*h; b = u2*h; c = u3*h; d = u4*h; e = u5*h; g = u6*h;'
net="$net v1*tanh(a) + v2*tanh(b) + v3*tanh(c) + v4*tanh(d) + v5*tanh(e) + v6*tanh(g)"
given='w=0.3 x=1.2 u1=.1 u2=.2 u3=.3 u4=.4 u5=.5 u6=.6 v1=1 v2=-1 v3=2 v4=-2 v5=.5 v6=3'
check "command: A7, six paths" says 'the sum of 6 paths' "$A" -t w --paths 6 "$net" $given
check "command: A7, all gradients" says agrees "$A" --check "$net" $given

# A8: of ½(y - v f(w x))² the gradient by w is -e v f'(w x) x.
rule='e = y - v*sigmoid(w*x); e^2/2'
"$A" --values "$rule" y=1 v=0.7 w=0.4 x=1.5 | awk '$1 == "d/dw" { w = $2 } END {
    s = 1/(1 + exp(-0.6)); want = -(1 - 0.7*s)*0.7*s*(1 - s)*1.5
    exit !(w - want < 1e-12 && want - w < 1e-12) }' >/dev/null 2>&1
check "command: A8, the rule of two layers" [ $? -eq 0 ]

# --- the same bits as C ---------------------------------------------------------------------------

cat >"$work/same.c" <<'END'
#include <autograd.h>
int main(void)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *x = ag_variable(g, 1.7), *y = ag_variable(g, -0.3);
    ag_tensor *a = ag_mul(ag_sin(x), ag_exp(y));
    ag_tensor *f = ag_add(ag_div(a, ag_add_scalar(ag_square(x), 1)), ag_tanh(ag_sub(x, y)));
    if (ag_backward(f) != AG_OK) {
        return 1;
    }
    printf("f %.17g\nd/dx %.17g\nd/dy %.17g\n", ag_item(f), ag_grad_item(x), ag_grad_item(y));
    return 0;
}
END
same() {
    $CC -std=c11 -I"$BUILD/include" "$work/same.c" "$BUILD/libautograd.a" ${LIBS:--lm} \
        -o "$work/same" && "$work/same" >"$work/by_c" &&
        "$A" --values 'sin(x)*exp(y)/(x^2 + 1) + tanh(x - y)' x=1.7 y=-0.3 >"$work/by_command" &&
        diff "$work/by_c" "$work/by_command"
}
check "command: the bits of a C program" same

# --- formats, options, files ----------------------------------------------------------------------

# The words of an option, as the completions have them.
words() { "$A" --completion fish | sed -nE "s/.* -l $1 .* -x -a '(.*)'$/\1/p"; }
check "command: there are formats" [ "$(words format | wc -w)" -ge 8 ]
for format in $(words format) text tikz beamer reveal mermaid markdown latex; do
    check "command: --format $format" says '' "$A" --format "$format" "$f" x=2
    check "command: --format $format writes something" [ -s "$work/out" ]
done
for format in $(words format); do
    check "command: -o f.$format" "$A" -o "$work/f.$format" "$f" x=2
    "$A" -f "$format" "$f" x=2 >"$work/printed"
    case $format in txt) continue ;; esac
    check "command: -o f.$format has what is printed" cmp -s "$work/f.$format" "$work/printed"
done
green=value=#1B5E20,gradient=#B71C1C
check "command: --colors" says 1B5E20 "$A" -f tex --colors $green "$f" x=2
check "command: --colors, the second" says '#B71C1C' "$A" -f svg --colors $green "$f" x=2
check "command: 2 for a color that is none" ends 2 'is none of' "$A" --colors value=green "$f" x=2
check "command: 2 for an unknown color" ends 2 'is none of' "$A" --colors hue=#1B5E20 "$f" x=2
for style in $(words style); do
    check "command: --style $style" says '<svg' "$A" -f svg --style "$style" "$f" x=2
done
check "command: --frames" "$A" -o "$work/step.svg" --frames 'x^2' x=2
check "command: --frames writes each step" [ "$(ls "$work"/step-*.svg | wc -l)" -eq 5 ]
check "command: --order 2" says "∂f'/∂x = " "$A" --order 2 'x^3' x=2
check "command: --order 2, its number" says "d/dx 12" "$A" --values --order 2 'x^3' x=2
check "command: --order 3" says "d/dx 48" "$A" --values --order 3 'x^4' x=2
check "command: --worksheet" says '(1) ____' "$A" -w "$f" x=2
check "command: --key" says '(1) ' "$A" -k "$f" x=2
check "command: --variants" says 'variant 12:' "$A" -w --variants 12 'x*y' x=2 y=3
check "command: variants are not alike" \
    [ "$(grep '^variant' "$work/out" | sed 's/.*: //' | sort -u | wc -l)" -eq 12 ]
own_files() { "$A" -w --variants 2 -o "$work/w.md" 'x*y' x=2 y=3 >"$work/out" &&
    [ -s "$work/w-01.md" ] && [ -s "$work/w-02.md" ] && [ ! -e "$work/w.md" ]; }
check "command: each variant has its file" own_files
check "command: a figure of a worksheet is refused" \
    ends 1 'would show its answers' "$A" -w -o "$work/w.svg" 'x*y' x=2 y=3
check "command: a rate of 0 is refused" \
    ends 2 'a number above 0' "$A" diff --rate 0 'x^2' x=2
check "command: diff has no file to write" \
    ends 2 'not for this command' "$A" diff -o "$work/d.svg" 'x^2' x=2
check "command: --order 9 is refused" ends 2 '8 is the highest' "$A" --order 9 'exp(2*x)' x=0
check "command: --order 8 is right" says 256 "$A" --order 8 --values 'exp(2*x)' x=0
check "command: a table goes to no file" ends 2 'goes to no file' "$A" --values -o "$work/v" 'x^2' x=2
echo '1 + 1 = 2' >"$work/page"
check "command: check reads one file" ends 2 'a second argument' "$A" check "$work/page" "$work/none"
awk 'BEGIN { for (i = 0; i < 1200; i++) printf "word " }' >"$work/long"
check "command: what was not read is no success" ends 1 '' "$A" check "$work/long"
printf '\357\273\277x^2' >"$work/bom"
check "command: a program from an editor that marks UTF-8" says '= 6' "$A" -p "$work/bom" x=3
check "command: the same seed, the same variants" sh -c "
    '$A' --variants 3 --seed 4 'x*y' x=2 y=3 >'$work/one' &&
    '$A' --variants 3 --seed 4 'x*y' x=2 y=3 | cmp -s - '$work/one'"
check "command: a note" says 'log is the natural logarithm' "$A" 'log(x)' x=2
check "command: diff" says 'predicted by the gradients before: -1.6' "$A" diff '(x - 3)^2' x=1
check "command: the standard input" says '∂f/∂x' sh -c "echo 'x^2' | '$A' - x=3"
check "command: a program that begins with a minus" says 'd/dx -6' "$A" --values '-x^2' x=3
check "command: --list-ops" says '∂y/∂a = 1/(2 sqrt(a))' "$A" --list-ops

# Every operation of the public headers can be called.
"$A" --list-ops | grep '^[a-z]' | sed 's/(.*//' | sort -u >"$work/listed"
all_listed() { # of the families of ops
    for d in ops/*/; do
        d=${d%/}
        h=$BUILD/include/autograd/${d##*/}.h
        [ -e "$h" ] && declarations "$h" | grep -E 'AG_API ag_tensor \*ag_' |
            sed -nE 's/.*[ *]ag_([a-z0-9_]+)\(.*/\1/p'
    done | sort -u >"$work/families"
    [ -s "$work/families" ] && ! comm -23 "$work/families" "$work/listed" | grep .
}
check "command: every operation can be called" all_listed

# Help, manual page and completions name every option.
"$A" --completion fish | sed -nE 's/.* -l ([a-z-]+) .*/\1/p' >"$work/options"
check "command: there are options" [ "$(wc -l <"$work/options")" -gt 30 ]
told() {
    "$A" --help >"$work/help" && "$A" --manual | sed 's/\\-/-/g' >"$work/manual" &&
        "$A" --completion bash >"$work/bash" && "$A" --completion zsh >"$work/zsh" || return 1
    while read -r o; do
        for page in help manual bash zsh; do
            grep -qe "--$o" "$work/$page" || { echo "--$o is not in $page"; return 1; }
        done
    done <"$work/options"
}
check "command: each option is in help, manual page and completions" told
! have bash || check "command: bash reads its completions" bash -n "$work/bash"
! have zsh || check "command: zsh reads its completions" zsh -n "$work/zsh"
! have fish || check "command: fish reads its completions" sh -c "'$A' --completion fish | fish -n"

# --- teaching -------------------------------------------------------------------------------------

echo '2 × 3 = 6, and 1 + 1 = 3' >"$work/notes"
check "command: check finds what does not hold" ends 1 '' "$A" check "$work/notes"
check "command: check says how many" grep -q '2 numbers computed again, 1 wrong' "$work/out"
"$A" "$f" x=2 >"$work/trace"
check "command: check, a trace of our own" ends 0 '' "$A" check "$work/trace"
check "command: check, its numbers" grep -q ', 0 wrong' "$work/out"
printf '(1) 4\n(2) 4\n(3) 54.60\n(4) 54.60\n' >"$work/filled"
check "command: diagnose" says '(1)' "$A" diagnose "$f" x=2 --answers "$work/filled"
check "command: diagnose without answers" ends 2 '--answers' "$A" diagnose "$f" x=2

# --- exit codes -----------------------------------------------------------------------------------

check "command: 2 for a program that is none" ends 2 'write (1/2)*x or 1/(2*x)' "$A" '1/2x' x=1
check "command: 2 for a name without a value" ends 2 'give x=...' "$A" 'x^2'
check "command: 2 for an unknown option" ends 2 'no such option' "$A" --bogus 'x' x=1
check "command: 2 for an unknown format" ends 2 'is none of' "$A" -f bogus 'x' x=1
check "command: 2 for an unknown style" ends 2 'is none of' "$A" --style bogus 'x' x=1
check "command: 2 for a number that is none" ends 2 'a number' "$A" -d x 'x' x=1
check "command: 2 without a program" ends 2 'no program' "$A"
check "command: 2 for a value that is missing" ends 2 'missing' "$A" x -o
check "command: 2 for a file that is not there" ends 2 'cannot read' "$A" -p "$work/none"
check "command: 2 for a target that is not there" ends 2 'does not depend on q' "$A" -t q x^2 x=1
check "command: 2 for an option of another command" ends 2 'not for this' "$A" --epochs 3 x^2 x=1
check "command: 1 for a file that cannot be written" ends 1 'cannot be written' \
    "$A" -o "$work/none/f.svg" 'x^2' x=2
check "command: 1 for a gradient that is not the slope" ends 1 '' "$A" --check 'relu(x)' x=0
check "command: 0 for one that is" ends 0 '' "$A" --check 'relu(x)' x=1
[ ! -e /dev/full ] || check "command: 1 for a full disk" ends 1 'autograd:' sh -c "'$A' '$f' x=2 >/dev/full"

# --- hostile input --------------------------------------------------------------------------------

check "command: an endless program" ends 2 'longer than' sh -c "
    awk 'BEGIN { for (;;) print \"+1+1+1+1+1+1+1+1\" }' 2>/dev/null | '$A' -"
check "command: a million parentheses" ends 2 'a value is missing' sh -c "
    awk 'BEGIN { for (i = 0; i < 1000000; i++) printf \"(\" }' | '$A' -"
check "command: a tensor of 10^9 elements" ends 2 'out of memory' "$A" 'arange(0, 1e9)'
check "command: bytes that are no text" ends 2 'UTF-8' sh -c "printf 'x\\377' | '$A' - x=1"

# --- training -------------------------------------------------------------------------------------

check "command: fit" says 'wrote ' "$A" fit examples/data/iris.csv --target species --layers 8 \
    --epochs 30 --rate 0.02 -q -o "$work/iris"
check "command: fit learns" sh -c "awk '/^test / { exit !(\$NF > 0.85) }' '$work/out'"
check "command: fit writes figure, numbers and network" \
    [ -s "$work/iris.curves.svg" -a -s "$work/iris.network.svg" -a -s "$work/iris.safetensors" ]
check "command: fit, no such column" ends 2 'color' "$A" fit examples/data/iris.csv --target color
check "command: fit, layers" ends 2 '--layers' "$A" fit examples/data/iris.csv --target species \
    --layers 8,x
check "command: fit, no target" ends 2 '--target' "$A" fit examples/data/iris.csv
finish
