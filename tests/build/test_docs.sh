#!/bin/sh
# Proves that what the documentation names is there: every link between files leads to a file, the
# page on the engine names each file of its road once, the row that is explained is a row, and each
# statement about nn has a test.
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
# Prints every statement without a test, and every test named that is not there. A row is
# "| 7 | statement | [file](path): test_a test_b; [file](path) |"; a script is one test.
statements() { # page, folder of the tests, how many
    ! {
        awk -v most="$3" -F ' [|] ' '/^\| [0-9]+ / { sub(/^\| /, ""); seen[$1 + 0] = $3 ~ /\]\(/ }
            END { for (i = 1; i <= most; i++) if (!seen[i]) print "statement " i " has no test" }' "$1"
        sed -n 's/^| [0-9].* | \(\[.*\) |$/\1/p' "$1" | tr ';' '\n' |
            sed -E 's/^ *\[[^]]*\]\(([^)]*)\):?/\1/' | while read -r file names; do
            case $file:$names in *.c:) echo "no test is named for $file" ;; esac
            for name in $names; do
                grep -q "^START_TEST($name)" "$2/$file" 2>/dev/null || echo "there is no $name in $file"
            done
        done
    } | grep .
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
check "docs: each statement about nn has a test" statements tests/nn/README.md tests/nn 55
sed '/^| 34 /d' tests/nn/README.md >"$work/nn.md"
catches "docs: a statement that is gone" statements "$work/nn.md" tests/nn 55
sed 's/test_restore_best/test_restore_bets/' tests/nn/README.md >"$work/nn.md"
catches "docs: a test that is gone" statements "$work/nn.md" tests/nn 55
sed 's/SUB(K(1), SQ(Y))/SUB(K(1), Y)/' ops/elementwise/MAP.md >"$work/map.md"
catches "docs: a row that is none" explained "$work/map.md"
finish
