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
check "command: a path of one edge has no product" says ' 1  x → f                        4' "$A" --paths 3 'x^2' x=2
check "command: A7, all gradients" says agrees "$A" --check "$net" $given

# A8: of ½(y - v f(w x))² the gradient by w is -e v f'(w x) x.
rule='e = y - v*sigmoid(w*x); e^2/2'
"$A" --values "$rule" y=1 v=0.7 w=0.4 x=1.5 | awk '$1 == "d/dw" { w = $2 } END {
    s = 1/(1 + exp(-0.6)); want = -(1 - 0.7*s)*0.7*s*(1 - s)*1.5
    exit !(w - want < 1e-12 && want - w < 1e-12) }' >/dev/null 2>&1
check "command: A8, the rule of two layers" [ $? -eq 0 ]

# Infinite gradients: that of x^a at 0 grows as the step shrinks; 1/x has no value there.
for root in 'sqrt(x)' 'cbrt(x)' 'x^0.9' '-sqrt(x)' 'sqrt(x)*sqrt(y + 4)'; do
    check "command: an infinite gradient, $root" says 'agrees: infinite' "$A" -c "$root + 0*y" x=0 y=0
done
for pole in '1/x' 'log(x)'; do
    "$A" -c "$pole" x=0 >"$work/out"
    check "command: no value, no differences, $pole" [ $? -eq 1 ]
    check "command: and that is said, $pole" grep -q 'no check: the value is not finite' "$work/out"
done
check "command: pdf goes to a file" ends 2 'hint: -o fig.pdf' "$A" -f pdf -o - x^2 x=2
check "command: png goes to a file" ends 2 'hint: -o fig.png' "$A" -f png x^2 x=2
if have rsvg-convert || have dot; then
    check "command: which may be named twice" "$A" -f pdf -o "$work/twice.pdf" x^2 x=2
    check "command: and is one" grep -q '^%PDF' "$work/twice.pdf"
fi
printf '(1) 0,9093\n(2) six\n' >"$work/unread"
check "command: a decimal comma in an answer" says 'write 0.9093, with a point' "$A" diagnose --answers "$work/unread" 'a = sin(x); a^2' x=2
check "command: a word in an answer" says 'six is not read as a number; write one' "$A" diagnose --answers "$work/unread" 'a = sin(x); a^2' x=2
check "command: and both are counted" says '0 of 6 right; 2 not read; 4 not answered' "$A" diagnose --answers "$work/unread" 'a = sin(x); a^2' x=2

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

check "command: README's picture is what it prints" \
    sh -c "sh examples/terminal.sh '$A' | cmp - examples/command.svg"

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
only_gift() {
    "$A" --variants 2 -f gift 'x*y' x=2 y=3 >"$work/out" 2>/dev/null && [ -s "$work/out" ] && ! grep '^variant' "$work/out"
}
check "command: no line of ours in a file of another format" only_gift
check "command: --frames needs a file" ends 2 '--output' "$A" --frames 'x^2' x=2
own_files() { "$A" -w --variants 2 -o "$work/w.md" 'x*y' x=2 y=3 >"$work/out" &&
    [ -s "$work/w-01.md" ] && [ -s "$work/w-02.md" ] && [ ! -e "$work/w.md" ]; }
check "command: each variant has its file" own_files
check "command: a figure of a worksheet is refused" \
    ends 2 'would show its answers' "$A" -w -o "$work/w.svg" 'x*y' x=2 y=3
check "command: a rate of 0 is refused" \
    ends 2 'a number above 0' "$A" diff --rate 0 'x^2' x=2
check "command: diff moves what is named" says 'which moves x' "$A" diff -t x 'x*y' x=2 y=3
check "command: diff, the other one stays" sh -c "grep -q ' y  *3  *3  *0' '$work/out'"
check "command: diff --to" says 'Change of f: 25; predicted by the gradients before: 20' \
    "$A" diff 'x^2*y' x=2 y=5 --to x=3
check "command: diff --to several" says 'Change of f: 43' "$A" diff 'x^2*y' x=2 y=5 --to 'y = 7; x=3'
check "command: diff --to other shapes" ends 2 'give values of the same shapes' "$A" diff 'x^2' x=2 --to 'x=[1,2]'
check "command: diff --to what is not there" ends 2 'name variables' "$A" diff 'x^2*y' x=2 y=5 --to z=3
check "command: diff --to what is no value" ends 2 'a value is missing' "$A" diff 'x^2*y' x=2 y=5 --to x=
check "command: diff shows entries" says 'W[1,0]' "$A" diff 'sum((W@x - [1,2])^2)' 'W=[[1,2],[3,4]]' 'x=[1,1]'
check "command: diff, the change that was predicted" says 'before: -92.3 ' \
    "$A" diff 'sum((W@x - [1,2])^2)' 'W=[[1,2],[3,4]]' 'x=[1,1]' --rate 0.025
check "command: diff has no file to write" \
    ends 2 'not for this command' "$A" diff -o "$work/d.svg" 'x^2' x=2
check "command: --order 9 is refused" ends 2 'a whole number from 1 to 8' "$A" --order 9 'exp(2*x)' x=0
check "command: --order 8 is right" says 256 "$A" --order 8 --values 'exp(2*x)' x=0
zero() { # N: the N-th derivative of x^2 is 0
    says "d/dx 0" "$A" --values --order "$1" 'x^2' x=2 && says 'does not depend on x' "$A" --order "$1" 'x^2' x=2
}
for n in 3 4 8; do
    check "command: --order $n where the derivative vanishes" zero $n
done
check "command: --order of several variables" ends 2 '-t x' "$A" --order 2 'x*y' x=2 y=3
check "command: --order of one of them" says 'd/dx 6' "$A" --values -t x --order 2 'x^2*y' x=2 y=3
check "command: -t x,y" says '∂f/∂y = ' "$A" -t x,y 'x^2*y + z' x=2 y=3 z=1
check "command: -t x,y leaves z out" sh -c "! grep -q '∂f/∂z' '$work/out'"
check "command: gradients of a few elements are shown" says '∂f/∂x[1] = 4' "$A" 'sum(x^2)' 'x=[1,2,3]'
check "command: a tensor of many elements" says 140420 "$A" 'sum((x*arange(1, 60))^2)' x=1
check "command: its elements are not shown" sh -c "! grep '^elements' '$work/out'"
check "command: -t, paths from each" [ "$("$A" --paths 2 -t x,y 'x^2*y + z' x=2 y=3 z=1 | grep -c '^paths')" -eq 2 ]
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
printf 'exp(4) = 54.60\n2x = 4\nx = 2\n| a | 3 | $4$ |\n|---|---|\n5 & 6 \\\\\n1 + 1 = 2\n' >"$work/table"
check "command: check, one number" says '1 number computed again, 0 wrong' "$A" check "$work/table"
check "command: check says what it did not judge" \
    grep -q '^6 numbers not judged.*: lines 1, 2, 4, 6$' "$work/out"
echo 'nothing to compute' >"$work/none_at_all"
check "command: a check of nothing is no success" ends 1 '' "$A" check "$work/none_at_all"
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
check "command: 2 for a number that is none" ends 2 'a whole number' "$A" -d x 'x' x=1
check "command: 2 without a program" ends 2 'no program' "$A"
check "command: 2 for a value that is missing" ends 2 'missing' "$A" x -o
check "command: 2 for a file that is not there" ends 2 'cannot read' "$A" -p "$work/none"
check "command: 2 for a target that is not there" ends 2 'does not depend on q' "$A" -t q x^2 x=1
check "command: and what there is" grep -q 'it depends on x' "$work/err"
check "command: 2 for digits" ends 2 'from 1 to 17' "$A" -d 99 x^2 x=1
check "command: 2 for a direction" ends 2 'LR|TB|RL|BT' "$A" --direction XX x^2 x=1
check "command: 2 for an ending" ends 2 'says no format' "$A" -o "$work/f.xyz" x^2 x=1
check "command: 1 where memory runs out" ends 1 '--memory 2 allows more' "$A" --memory 1 'sum(arange(0, 1e6)*x)' x=1
check "command: 2 for an option of another command" ends 2 'not for this' "$A" --epochs 3 x^2 x=1
check "command: 1 for a file that cannot be written" ends 1 'cannot be written' \
    "$A" -o "$work/none/f.svg" 'x^2' x=2
check "command: 1 for a gradient that is not the slope" ends 1 '' "$A" --check 'floor(x)*x' x=1
check "command: --check at a kink" says 'a kink, with the slope 0 from the left and 1 from the right' \
    "$A" --check 'relu(x)' x=0
check "command: --check of one side of a kink" says 'agrees: a kink' "$A" --check 'x + abs(x)' x=0
check "command: --check at a jump" sh -c "! '$A' --check 'floor(x)*x' x=1 >'$work/out' && grep -q 'a jump' '$work/out'"
check "command: 0 for one that is" ends 0 '' "$A" --check 'relu(x)' x=1
[ ! -e /dev/full ] || check "command: 1 for a full disk" ends 1 'autograd:' sh -c "'$A' '$f' x=2 >/dev/full"

# --- files that are there -------------------------------------------------------------------------

echo 'x^2' >"$work/own.txt"
keeps() { ends 2 'would be overwritten' "$@" && [ "$(cat "$work/own.txt")" = 'x^2' ]; }
check "command: -p x -o x is refused" keeps "$A" -p "$work/own.txt" x=2 -o "$work/own.txt"
mkdir "$work/folder"
ln "$work/own.txt" "$work/folder/link.txt"
check "command: so is the same file by another name" keeps "$A" -p "$work/own.txt" x=2 -o "$work/folder/link.txt"
cp "$work/own.txt" "$work/own-02.txt"
check "command: so is a variant's file" ends 2 'would be overwritten' \
    "$A" -p "$work/own-02.txt" x=2 --variants 3 -o "$work/own.txt"
check "command: the standard input is read once" \
    [ "$(echo 'x*y' | "$A" -p - --variants 3 --values x=2 y=3 | grep -c '^variant')" -eq 3 ]
echo old >"$work/whole.svg"
cut_off() { # a file that cannot grow: the old one stays, and no part of the new one
    (ulimit -f 1; trap '' XFSZ; "$A" --style full -o "$work/whole.svg" "$f" x=2) >"$work/out" 2>"$work/err"
    [ $? -eq 1 ] && [ "$(cat "$work/whole.svg")" = old ] && [ ! -e "$work/whole.svg.part" ] &&
        grep -q 'cannot be written' "$work/err"
}
check "command: a disk that is full leaves the old file" cut_off
check "command: and a new one takes its place" "$A" -o "$work/whole.svg" "$f" x=2
check "command: which is whole" grep -q '</svg>' "$work/whole.svg"
ln -s "$work/whole.svg" "$work/linked.svg"
check "command: a link is followed" "$A" -o "$work/linked.svg" x^2 x=2
check "command: and stays one" [ -L "$work/linked.svg" ]
# Who may replace the system's gets one of the test's own.
device=/dev/null
[ ! -w /dev ] || { device=$work/null && mknod "$device" c 1 3; } 2>/dev/null
if [ -c "$device" ] && { : >"$device"; } 2>/dev/null; then
    check "command: a device stays one" sh -c "'$A' -f svg -o '$device' x^2 x=2 && [ -c '$device' ]"
fi

# --- words ----------------------------------------------------------------------------------------

# Nobody who uses the command knows the functions, constants and fields of C.
foreign='\bag_|\bnn_|\bviz_|\bAG_|\bNN_|\bVIZ_|options\.|[ (]\.[a-z_]+( =|\))|\.(when_|missing|without|decimal|like|target|strat)|NULL|viz\.h'
speaks() { # COMMAND...: it fails, and names nothing of C
    ! "$@" >"$work/out" 2>&1 || { echo "no error"; return 1; }
    ! grep -E "$foreign" "$work/out"
}
catches "command: words of C" speaks sh -c 'echo "nn_fit: options.epochs is 0"; exit 1'
printf 'a;b\n1,5;2\n' >"$work/semicolon.csv"
printf 'a,b,c\n1,2,\n3,,5\n4,5,6\n' >"$work/missing.csv"
printf 'a,b\n1,x\n2,y\n3,x\n' >"$work/once.csv"
printf 'a,b\n1,2\nq,3\n' >"$work/word.csv"
printf 'a,b\n1.000.000,2\n2,5\n' >"$work/thousands.csv"
printf 'a\tb\n1\t2\n' >"$work/tab.csv"
for table in semicolon missing once word thousands tab; do
    check "command: fit $table.csv in its own words" speaks "$A" fit "$work/$table.csv" --target b
done
check "command: fit names the option for missing values" ends 2 '--missing drop' "$A" fit "$work/missing.csv" --target a
while read -r line; do
    check "command: in its own words: $line" sh -c "! '$A' $line >'$work/out' 2>&1 && ! grep -E '$foreign' '$work/out'"
done <<'END'
'concat(x, y)' 'x=2' 'y=3'
'norm(x)' 'x=[1,2]' --worksheet -o f.svg
'embedding(x, x)' 'x=[[1,2]]'
'batch_norm(x)' 'x=[[1,2]]'
'gather(x, 0, x)' 'x=[1,2]'
'mse_loss(x, y, reduction=avg)' 'x=[1]' 'y=[2]'
'outer(x, x)' 'x=[[1,2]]'
'fft(x)' 'x=1'
'x.T' 'x=[1,2]'
'quantile(x, 2, axis=0)' 'x=[1,2]'
--variants 3 '1e9*x' x=5
--frames -o f.pdf x^2 x=2
-t q x^2 x=2
--order 2 '[x,x]' x=2
--check '[x,x]' x=2
END

# --- hostile input --------------------------------------------------------------------------------

check "command: an endless program" ends 2 'longer than' sh -c "
    awk 'BEGIN { for (;;) print \"+1+1+1+1+1+1+1+1\" }' 2>/dev/null | '$A' -"
check "command: a million parentheses" ends 2 'a value is missing' sh -c "
    awk 'BEGIN { for (i = 0; i < 1000000; i++) printf \"(\" }' | '$A' -"
check "command: a tensor of 10^9 elements" ends 1 'out of memory' "$A" 'arange(0, 1e9)'
check "command: bytes that are no text" ends 2 'UTF-8' sh -c "printf 'x\\377' | '$A' - x=1"

# --- training -------------------------------------------------------------------------------------

check "command: fit" says 'wrote ' "$A" fit examples/data/iris.csv --target species --layers 8 \
    --epochs 30 --rate 0.02 -q -o "$work/iris"
check "command: fit learns" sh -c "awk '/^test / { good = \$NF > 0.85 } END { exit !good }' '$work/out'"
check "command: fit, three parts" sh -c "awk '/^(training|validation|test) / { n += \$2 } END { exit n != 150 }' '$work/out'"
check "command: fit writes figure, numbers and network" \
    [ -s "$work/iris.curves.svg" -a -s "$work/iris.network.svg" -a -s "$work/iris.safetensors" ]
check "command: fit, no such column" ends 2 'color' "$A" fit examples/data/iris.csv --target color
check "command: fit, layers" ends 2 '--layers' "$A" fit examples/data/iris.csv --target species \
    --layers 8,x
table() { # rows of x1, x2, mark, y, of which every fourth is marked
    awk 'BEGIN { print "x1,id,test,y"; for (i = 0; i < 80; i++) print i/40 "," 1000 - i "," (i % 4 == 0) "," i/20 + 1 }'
}
table >"$work/marked.csv"
fits() { says "$1" "$A" fit "$work/marked.csv" --target y -q --epochs 60 -o "$work/m" $2; }
check "command: fit, every column is an input" fits 'y from 3 inputs: x1, id, test' ''
check "command: fit says that test is one of them" grep -q 'with --test test it marks' "$work/out"
check "command: fit, some are not" fits 'y from 1 input: x1' '--without id,test'
check "command: fit, the column that marks the test" fits '48 to train, 12 for validation, 20 for the test' '--test test'
check "command: fit, and is no input" grep -q 'y from 2 inputs: x1, id$' "$work/out"
check "command: fit learns a line by itself" sh -c "'$A' fit '$work/marked.csv' --target y -q -o '$work/m' --without id,test |
    awk '/^test / { good = \$NF > 0.95 } END { exit !good }'"
check "command: fit says that it could go on" fits 'still falling' '--epochs 20 --rate 0.01'
awk 'BEGIN { print "x,y"; for (i = 0; i < 80; i++) print i "," i % 2 }' >"$work/noise.csv"
check "command: fit keeps the best weights" fits 'weights are those of epoch' ''
check "command: fit says that nothing was learned" says 'hardly learned' \
    "$A" fit "$work/noise.csv" --target y -q -o "$work/m"
check "command: fit in little memory" ends 1 '--memory' "$A" fit "$work/marked.csv" --target y -q --memory 1 --layers 2000,2000 -o "$work/m"
cp "$work/marked.csv" "$work/m.curves.csv"
check "command: fit spares its table" ends 2 'would be overwritten' "$A" fit "$work/m.curves.csv" --target y -o "$work/m"
check "command: fit, a share that is none" ends 2 'above 0' "$A" fit "$work/marked.csv" --target y --test 1.5
check "command: fit, no target" ends 2 '--target' "$A" fit examples/data/iris.csv
finish
