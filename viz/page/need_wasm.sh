#!/bin/sh
# Says what is missing for a build for WebAssembly, and how to install it.
missing=
for tool in clang wasm-ld llvm-ar; do
    command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
if [ -z "$missing" ]; then
    echo '#include <stdio.h>' | clang --target=wasm32-wasi -x c -fsyntax-only - 2>/dev/null ||
        missing=" the C library for WebAssembly (wasi-libc)"
fi
# What clang calls for operations that the processor lacks is in a library of its own.
if [ -z "$missing" ]; then
    linked=$(mktemp)
    echo 'int main(void) { return 0; }' |
        clang --target=wasm32-wasi -x c -o "$linked" - 2>/dev/null ||
        missing=" clang's own library for WebAssembly (libclang_rt.builtins-wasm32)"
    rm -f "$linked"
fi
[ -z "$missing" ] && exit 0
echo "make page needs$missing" >&2
echo "  Debian, Ubuntu: apt-get install clang lld llvm wasi-libc libclang-rt-dev-wasm32" >&2
echo "  Fedora: dnf install clang lld llvm wasi-libc-devel" >&2
echo "  macOS: brew install llvm lld wasi-libc wasi-runtimes, with llvm's programs first in PATH" >&2
exit 1
