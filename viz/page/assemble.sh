#!/bin/sh
# Puts the page together: copies it, and where a line is "@include FILE" the file, at "@absent" the names
# of the operations that the engine leaves out, at "@engine" the compiled engine, packed by gzip, and at
# "@script-hash" the SHA-256 of the script, by which the page allows it and no other. Needs what every
# system has; prints the page.
#
# Usage: assemble.sh page.html engine.wasm HEADER..., of operations that are left out
set -eu
page=$1 engine=$2
shift 2
folder=${page%/*}
absent=$(sed -n 's/^AG_API ag_tensor \*ag_\([a-z0-9_]*\)(.*/\1/p' "$@" | sed 's/[123]d$//' | sort -u | tr '\n' ' ')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The bytes of a digest in hexadecimal, from whichever program there is, in base64.
digest() {
    { sha256sum 2>/dev/null || shasum -a 256 2>/dev/null || openssl dgst -sha256 -r; } <"$1" |
        awk 'function digit(i) { return index("0123456789abcdef", substr($1, i, 1)) - 1 }
            { for (i = 1; i < 64; i += 2) printf "\\%03o", 16 * digit(i) + digit(i + 1) }' >"$work/octal"
    printf "$(cat "$work/octal")" | base64
}

# Comments, indentation and most spaces around signs stay in the sources: those of scripts in lines
# without a text or a pattern.
awk -v folder="$folder" -v absent="$absent" '
    function tight(line) {
        while (match(line, / (=|=>|===|!==|[?]|:|&&|[|][|]|<|>|<=|>=|[*]|[{]) /))
            line = substr(line, 1, RSTART - 1) substr(line, RSTART + 1, RLENGTH - 2) \
                substr(line, RSTART + RLENGTH)
        gsub(/, /, ",", line); gsub(/; /, ";", line); gsub(/\) [{]/, "){", line)
        return line
    }
    function put(line) {
        sub(/^ +/, "", line)
        sub(/[ ]+[/][*][^*]*[*][/]$/, "", line)
        comment = comment || line ~ /^\/\*/
        if (coded && line !~ /["\047`\/]/) line = tight(line)
        if (styled) {
            gsub(/: /, ":", line); gsub(/; /, ";", line); gsub(/, /, ",", line)
            gsub(/ *[{] */, "{", line); gsub(/;? [}]/, "}", line)
        }
        if (!comment && line != "") print line
        if (line ~ /\*\/$/) comment = 0
    }
    /^@absent/ { print "const ABSENT = \047 " absent "\047;"; next }
    { styled = /^@include .*css/; coded = /^@include .*js$/ }
    /^@include / { file = folder "/" $2; while ((getline line <file) > 0) put(line); next }
    { print }' "$page" >"$work/page"
# All between the tags is what a browser hashes, with the first and the last end of a line.
awk '/^<\/script>/ { on = 0 } on { print } /^<script>/ { on = 1; printf "\n" }' "$work/page" >"$work/script"
# Bytes as text: their number and a colon, then five characters for each four bytes, the digits of
# their number to the base 85 from # on, z for <. Of base64 there would be a fifteenth more.
gzip -9 -n -c "$engine" >"$work/packed"
{ wc -c <"$work/packed" && od -An -v -tu1 "$work/packed"; } | awk '
    NR == 1 { printf "%d:", $1; next }
    function put(  i) {
        for (i = 4; i >= 0; i--) { digit[i] = value % 85; value = int(value / 85) }
        for (i = 0; i < 5; i++) printf "%c", digit[i] == 25 ? 122 : 35 + digit[i]
        n = 0
    }
    { for (k = 1; k <= NF; k++) { value = 256 * value + $k; if (++n == 4) put() } }
    END { if (n > 0) { for (; n < 4; n++) value *= 256; put() } }' >"$work/engine"
hash=$(digest "$work/script")
awk -v engine="$work/engine" -v hash="$hash" '
    /@script-hash/ { sub(/@script-hash/, "sha256-" hash) }
    /^@engine/ { getline line <engine; print line; next }
    { print }' "$work/page"
