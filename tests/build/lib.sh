# What the build tests share: sourced by tests/build/test_*.sh, which run in the top folder with
# BUILD, CC, CXX and MAKE set. Every check prints one line that summary.sh counts; `work` is a
# scratch folder that goes away. Must not know what is tested.
set -u
: "${BUILD:=build}" "${CC:=cc}" "${CXX:=c++}" "${MAKE:=make}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failures=0

pass() { echo "ok $1"; }
fail() {
    echo "not ok $1"
    failures=$((failures + 1))
}
skip() { echo "skip $1: $2"; }

# check NAME COMMAND...: the command must succeed; what it said is shown when it does not.
check() {
    name=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        pass "$name"
    else
        cat "$work/said"
        fail "$name"
    fi
}

# catches NAME COMMAND...: a fault was planted, so the command must fail.
catches() {
    name=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        fail "$name: the planted fault went unnoticed"
    else
        pass "$name"
    fi
}

# C headers as one line a declaration, without comments.
declarations() { # header...
    cat "$@" | awk '
        { line = line " " $0 }
        END {
            while ((i = index(line, "/*")) > 0) {
                rest = substr(line, i); j = index(rest, "*/")
                line = substr(line, 1, i - 1) substr(rest, j + 2)
            }
            print line }' | tr ';{}' '\n\n\n'
}
# python_with FOLDER IMPORTS PACKAGES...: prints a Python that has the modules: the one that is
# installed, or one in BUILD/FOLDER with packages from PyPI; nothing where neither works.
python_with() {
    folder=$BUILD/$1 imports=$2
    shift 2
    for p in "${PYTHON:-python3}" "$folder/bin/python"; do
        "$p" -c "import $imports" 2>/dev/null && { echo "$p"; return; }
    done
    if command -v python3 >/dev/null && python3 -m venv "$folder" >/dev/null 2>&1 &&
        timeout 180 "$folder/bin/pip" install -q "$@" >/dev/null 2>&1 &&
        "$folder/bin/python" -c "import $imports" 2>/dev/null; then
        echo "$folder/bin/python"
    fi
}
have() { command -v "$1" >/dev/null 2>&1; }
finish() { [ "$failures" = 0 ]; }
