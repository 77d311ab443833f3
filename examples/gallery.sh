#!/bin/sh
# Makes examples/gallery/: figures of the examples, and a page with the command that made each.
#     sh examples/gallery.sh FOLDER_OF_PROGRAMS FOLDER
# Figures of MNIST stay as they are where MNIST_DIR does not have it. `--list` prints the figures.
set -eu
formula='sqrt(x^2 + exp(x^2)) + cos(x^2 + exp(x^2))'

# Figure, program with its arguments, what it shows.
figures() {
    cat <<'END'
lecture.svg|lecture|f = sqrt(x² + exp(x²)) + cos(x² + exp(x²)) at x = 2: values, gradients, local partials
lecture-circuit.svg|autograd --style circuit|The same in another style: on each wire the value above, the gradient below
lecture-compact.svg|autograd --style compact|Names, values and gradients alone
movie-tensors.svg|movie|A network 5-4-3-1 as tensors: types, shapes, norms
xor-graph.svg|xor|The graph of a network for exclusive or, on all four rows at once
paths.svg|paths|All ways from one weight to the loss, in bold
char-transformer-network.svg|char_transformer --epochs 1|A transformer: its modules as frames, four equal blocks drawn once, their parts as one box
char-transformer-attention.svg|char_transformer --epochs 1|Where each of its heads looks
activations.svg|activations|Activation functions, and their derivatives by the backward pass
points-circle.svg|points|Predicted class at chosen steps: a single linear unit cannot do it
circles.svg|circles|Decision regions of a network 2-8-6-1, with the test rows
circles-curves.svg|circles|Loss and accuracy of its training
spirals.svg|spirals|Three classes: the region of each, with points the network has not seen
playground.svg|playground|Two spirals from x1 and x2 alone
flower.svg|flower --epochs 5000|Petals of a flower by four sigmoids
surfaces-ravine.svg|surfaces|Ways of four optimizers through a ravine
surfaces-saddle.svg|surfaces|The same at a saddle, which plain descent does not leave
surfaces-saddle-gradients.svg|surfaces|Gradients on that surface, by one backward pass
neuralnet.svg|neuralnet --epochs 20000|Weights on the edges, as R's neuralnet draws them
paths-network.svg|paths|Weights by color, dashes and width, without their numbers
iris-network.svg|iris --epochs 1500|A network 4-3-2-3 for irises
iris-confusion.svg|iris --epochs 1500|Its confusion matrix on the test rows
hitters-fit.svg|hitters|Fitted and observed salaries, and the histogram of the errors
quantile.svg|quantile|A histogram, and a quantile that descent has found
regression-sweeps.svg|regression_sweeps --epochs 20|Several plots in a row, logarithmic axes
search.svg|search|A search over rates, widths and dropout, by cross-validation
explain-film.svg|explain|What speaks for a prediction, by three methods
movies-roc.svg|movies|Two models, and the line of chance
movies-curves.svg|movies|Training and validation; the end is where the validation's AUC is best
mnist-digits.svg|mnist_dense --epochs 3|25 digits
mnist-mistakes.svg|mnist_dense --epochs 3|12 digits that the network mistakes
mnist-confusion.svg|mnist_dense --epochs 3|Its confusion matrix
END
}
if [ "$1" = --list ]; then
    figures | sed 's/|.*//'
    exit
fi

programs=$1 gallery=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$gallery"

# Runs each command once; one that fails ends the script.
figures | cut -d '|' -f 2 | sort -u | while read -r program arguments; do
    case $program in
    mnist_*) [ -e "${MNIST_DIR-examples/data/mnist}" ] || continue ;;
    esac
    # shellcheck disable=SC2086 # arguments are words
    case $program in
    autograd) "$programs/../autograd" "$formula" x=2 $arguments -o "$work/lecture-${arguments##* }.svg" ;;
    *) "$programs/$program" $arguments --figures "$work" ;;
    esac
done >"$work/said"
figures | cut -d '|' -f 1 | while read -r figure; do
    [ ! -e "$work/$figure" ] || cp "$work/$figure" "$gallery/"
done
cp "$work/lecture.stepper.html" "$gallery/"

entry() { # figure, command, caption
    case $2 in
    autograd*) command="autograd '$formula' x=2 ${2#autograd } -o $1" ;;
    *) command="build/examples/$2 --figures ." ;;
    esac
    printf '<figure>\n<a href="%s"><img src="%s" alt="%s"></a>\n<figcaption>%s<br><code>%s</code></figcaption>\n' \
        "$1" "$1" "$3" "$3" "$command"
    [ "$1" != lecture.svg ] ||
        printf '<p><a href="lecture.stepper.html">The same, step by step</a></p>\n'
    printf '</figure>\n'
}
{
    cat <<'END'
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Figures of libautograd's examples</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 Helvetica, Arial, sans-serif; margin: 0 auto; padding: 1rem;
  max-width: 90rem; }
main { columns: 34rem; column-gap: 2rem; }
figure { break-inside: avoid; margin: 0 0 2rem; }
img { max-width: 100%; height: auto; }
code { font-size: .9rem; }
@media (prefers-color-scheme: dark) { body { background: #16181C; color: #EDEDED; } }
</style>
</head>
<body>
<h1>Figures of libautograd's examples</h1>
<p><code>make gallery</code> makes this page. Each program also writes the numbers of its figures as
CSV. A figure opens alone where one clicks on it.</p>
<main>
END
    cat <<'END'
<figure>
<img src="page.png" alt="The page of make page: a formula, a slider, the graph, the step of a fork">
<figcaption>The playground, one file for a browser: this is step 11 of 14, the sum at a fork<br><code>make page</code></figcaption>
</figure>
END
    figures | while IFS='|' read -r figure command caption; do
        entry "$figure" "$command" "$caption"
    done
    printf '</main>\n</body>\n</html>\n'
} >"$gallery/index.html"
