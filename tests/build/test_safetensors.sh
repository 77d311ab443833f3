#!/bin/sh
# Proves that Python's package safetensors reads what nn_save writes and that nn_load reads what the
# package writes. The package is taken where it is installed, or else put in BUILD/python by pip;
# where neither works, the tests are skipped and say so.
. tests/build/lib.sh

python=$(python_with python numpy,safetensors.numpy numpy safetensors)
if [ -z "$python" ]; then
    skip "safetensors" "no Python with numpy and safetensors, and pip cannot install them"
    exit 0
fi

cat >"$work/save.c" <<'END_C'
#include <autograd.h>
#include <stdio.h>
#include <string.h>

/* save FILE, or load FILE: then the sum of all weights must be 45. */
int main(int argc, char **argv)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32});
    nn_module *net = nn_sequential(g, nn_linear(g, 2, NULL), nn_relu(g), nn_linear(g, 1, NULL));
    float w[9] = {0};
    double wide[9] = {0}, sum = 0;
    int good = argc == 3 && nn_build(net, AG_F32, AG_SHAPE(2)) == AG_OK;
    for (int i = 0; i < 9; i++) {
        wide[i] = (double)(w[i] = (float)(i + 1) / 8);
    }
    if (good && strcmp(argv[1], "save") == 0) {
        good = nn_set_weights(net, wide, 9) == AG_OK &&
               nn_set_classes(net, (const char *const[]){"n\303\251e"}, 1) == AG_OK &&
               nn_save(net, argv[2]) == AG_OK;
    } else if (good) {
        good = nn_load(net, argv[2], NULL) == AG_OK && nn_get_weights(net, wide, 9) == AG_OK;
        for (int i = 0; i < 9; i++) {
            sum += wide[i];
        }
        good = good && sum == 45 && strcmp(nn_get_note(net, "from"), "\303\251") == 0;
    }
    fputs(ag_error_message(g), stderr);
    ag_graph_free(g);
    return good ? 0 : 1;
}
END_C
cat >"$work/read.py" <<'END_PY'
import sys
import numpy
from safetensors import safe_open
from safetensors.numpy import load_file
t = load_file(sys.argv[1])
assert sorted(t) == ["0.bias", "0.weight", "2.bias", "2.weight"], sorted(t)
assert t["0.weight"].dtype == numpy.float32 and t["0.weight"].shape == (2, 2)
assert (t["0.weight"] == numpy.array([[1, 2], [3, 4]]) / 8).all(), t["0.weight"]
assert t["2.weight"].shape == (1, 2) and t["2.bias"][0] == 9 / 8
with safe_open(sys.argv[1], "np") as f:
    assert f.metadata()["class.0"] == "n\u00e9e" and f.metadata()["nn.input"] == "f32 [1,2]"
END_PY
cat >"$work/write.py" <<'END_PY'
import sys
import numpy
from safetensors.numpy import save_file
a = lambda *v: numpy.array(v, dtype=numpy.float32)
save_file({"2.bias": a(9), "0.bias": a(5, 6), "2.weight": a(7, 8).reshape(1, 2),
           "0.weight": a(1, 2, 3, 4).reshape(2, 2)}, sys.argv[1], metadata={"from": "\u00e9"})
END_PY
check "safetensors: the program builds" $CC -std=c11 -I"$BUILD/include" -o "$work/save" "$work/save.c" \
    "$BUILD/libautograd.a" ${LIBS:--lm}
check "safetensors: ours is written" "$work/save" save "$work/ours"
check "safetensors: Python reads ours" "$python" "$work/read.py" "$work/ours"
check "safetensors: Python writes" "$python" "$work/write.py" "$work/theirs"
check "safetensors: we read Python's" "$work/save" load "$work/theirs"
head -c 200 "$work/ours" >"$work/cut"
catches "safetensors: a file that is cut off, by Python" "$python" "$work/read.py" "$work/cut"
catches "safetensors: a file that is cut off, by us" "$work/save" load "$work/cut"
finish
