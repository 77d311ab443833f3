#!/bin/sh
# Proves that the page can be built, is small, runs no script but its own, and prints what the
# command prints, byte for byte; then opens it in Chromium (tests/viz/page/test_page.c). What is
# missing on a machine is said, and what needs it is skipped.
. tests/build/lib.sh

if ! sh viz/page/need_wasm.sh >"$work/needed" 2>&1; then
    skip "page" "$(head -n 1 "$work/needed" | sed 's/make page needs/there is no/')"
    exit 0
fi
page=$BUILD/autograd.html
check "page: it is built" $MAKE page BUILD="$BUILD"
[ -s "$page" ] || exit 1
is_small() { [ "$(wc -c <"$page")" -le 512000 ] || { wc -c "$page"; return 1; }; }
check "page: at most 500 KB" is_small
# Nothing leads elsewhere but names of XML.
leads_nowhere() { ! grep -v '^[0-9]*:' "$1" | grep -nE '(src|href|action)=|url\(|@import|<link|<iframe'; }
check "page: nothing leads elsewhere" leads_nowhere "$page"
sed 's|</body>|<img src="a.png"></body>|' "$page" >"$work/planted.html"
catches "page: something that does" leads_nowhere "$work/planted.html"

if have node && [ -x "$BUILD/autograd" ]; then
    check "page: the command's bytes" node tests/viz/page/same_bytes.mjs "$BUILD/page/engine.wasm" \
        viz/page/engine.js "$BUILD/autograd"
    check "page: the network's gradients are those of its samples" node \
        tests/viz/page/classifier.mjs "$BUILD/page/engine.wasm" viz/page/engine.js
else
    skip "page: the command's bytes" "there is no node, or no command"
fi
if have chromium || have chromium-browser || have google-chrome; then
    for test in test_page test_redrawn; do
        check "page: $test in Chromium" sh -c "$MAKE ONLY= BUILD=$BUILD $BUILD/tests/viz/page/$test &&
            AG_PAGE=\$(cd \$(dirname $page) && pwd)/autograd.html $BUILD/tests/viz/page/$test"
    done
else
    skip "page: in Chromium" "there is no Chromium"
fi
finish
