#!/bin/sh
# Draws a terminal in which the command `autograd` was called, as SVG: README's picture of it.
#     sh examples/terminal.sh build/autograd >examples/command.svg
set -eu
command=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

{
    echo "\$ autograd 'sqrt(x^2 + exp(x^2)) + cos(x^2 + exp(x^2))' x=2"
    "$command" 'sqrt(x^2 + exp(x^2)) + cos(x^2 + exp(x^2))' x=2
    echo
    echo "\$ autograd '1/2x' x=2"
    "$command" '1/2x' x=2 2>&1 || :
} >"$work/text"

# A character is counted by its first byte, whatever awk knows of UTF-8.
columns=$(LC_ALL=C tr -d '\200-\277' <"$work/text" | awk 'length > n { n = length } END { print n }')
sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g' "$work/text" |
    awk -v columns="$columns" -v lines="$(wc -l <"$work/text")" '
    BEGIN {
        width = int(columns*7.9 + 32); height = lines*18 + 28
        printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-labelledby=\"t d\">\n", width, height, width, height
        print "<title id=\"t\">The command autograd in a terminal</title>"
        print "<desc id=\"d\">The derivation of an expression at x = 2, forward and backward, and the message about an expression that could mean two things.</desc>"
        print "<style>@media (prefers-color-scheme: dark) { rect { fill: #16181C; stroke: #4A4F57 } text { fill: #E6E6E6 } .typed { fill: #56B4E9 } }</style>"
        printf "<rect x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#FFFFFF\" stroke=\"#B0B4BA\"/>\n", width - 1, height - 1
        print "<g font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"13\" xml:space=\"preserve\">"
    }
    $0 != "" {
        typed = /^\$ / ? " class=\"typed\" fill=\"#0072B2\" font-weight=\"bold\"" : " fill=\"#1F2328\""
        printf "<text x=\"16\" y=\"%d\"%s xml:space=\"preserve\">%s</text>\n", NR*18 + 9, typed, $0
    }
    END { print "</g>\n</svg>" }'
