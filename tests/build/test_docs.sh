#!/bin/sh
# Proves that what the documentation names is there: every link between files leads to a file, the
# page on the engine names each file of its road once, and the row that is explained is a row.
. tests/build/lib.sh

pages() { find . -name '*.md' -not -path './build*' -not -path './.git/*' | sed 's|^\./||' | sort; }
# Prints every link that leads nowhere.
links() { # root
    ! (cd "$1" && for page in $(pages); do
        case $page in */*) dir=${page%/*} ;; *) dir=. ;; esac
        for to in $(grep -oE '\]\([^)#]+' "$page" | sed 's/^](//' | grep -v '^[a-z]*:'); do
            [ -e "$dir/$to" ] || echo "$page links to $to, which is not there"
        done
    done) | grep .
}
once() { # page: link targets named more than once
    ! grep -oE '\]\([^)#]+\.[ch]\)' "$1" | sort | uniq -d | grep .
}
# The row that the map of the tables explains is one of them.
squeezed() { tr -s ' ' <"$1"; }
explained() { # map
    row=$(squeezed "$1" | grep -m 1 '^UNARY(')
    [ -n "$row" ] && squeezed ops/elementwise/unary.def | grep -Fxq "$row"
}
check "docs: every link leads to a file" links .
sed -n '/^## Forward/,$p' autograd/README.md >"$work/road.md"
check "docs: the road of a call names each file once" once "$work/road.md"
mkdir -p "$work/tree"
cp -R README.md autograd "$work/tree"
rm "$work/tree/autograd/graph/record.c"
catches "docs: a link to a file that is gone" links "$work/tree"
cat "$work/road.md" "$work/road.md" >"$work/twice.md"
catches "docs: a file named twice" once "$work/twice.md"
check "docs: the map explains a row of the table" explained ops/elementwise/MAP.md
sed 's/SUB(K(1), SQ(Y))/SUB(K(1), Y)/' ops/elementwise/MAP.md >"$work/map.md"
catches "docs: a row that is none" explained "$work/map.md"
finish
