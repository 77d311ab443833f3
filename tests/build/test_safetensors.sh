#!/bin/sh
# Proves that Python's package safetensors reads what nn_save writes and that nn_load reads what the
# package writes (statement 43 of tests/nn/README.md); and that a network of PyTorch's gives the same numbers
# with our file, ours with PyTorch's. The package is taken where it is installed, or else put in
# BUILD/python by pip; where neither works, the tests are skipped and say so. PyTorch, which is large, is
# taken only where that Python has it.
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

/* save FILE, or load FILE: then the sum of all weights must be 45; prints the output for 1, 2. */
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
    if (good) {
        printf("%.9g\n", ag_item(nn_call(net, ag_leaf(g, AG_CONSTANT, AG_F32, AG_SHAPE(1, 2),
                                                      (const float[]){1, 2}))));
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
cat >"$work/network.py" <<'END_PY'
import sys
import torch
from safetensors.torch import load_file, save_file
what, path, number = sys.argv[1:]
L, R = torch.nn.Linear, torch.nn.ReLU
net = torch.nn.Sequential(L(2, 2), R(), L(2, 1))
if what == "read":
    net.load_state_dict(load_file(path), strict=True)
else:  # weights whose sum is 45
    torch.manual_seed(int(number))
    state = {k: torch.randint(1, 9, v.shape).float() for k, v in net.state_dict().items()}
    state["2.bias"] += 45 - sum(v.sum() for v in state.values())
    net.load_state_dict(state)
    save_file(net.state_dict(), path, metadata={"from": "\u00e9"})
y = net(torch.tensor([[1.0, 2.0]])).item()
if what == "read":
    assert abs(y - float(number)) <= 1e-6 * abs(y), (y, number)
else:
    print("%.9g" % y)
END_PY
# The output for PyTorch's file, by PyTorch and by us.
same_output() {
    [ -n "$want" ] && [ "$("$work/save" load "$work/torch")" = "$want" ]
}
check "safetensors: the program builds" $CC -std=c11 -I"$BUILD/include" -o "$work/save" "$work/save.c" \
    "$BUILD/libautograd.a" ${LIBS:--lm}
check "safetensors: ours is written" "$work/save" save "$work/ours"
check "safetensors: Python reads ours" "$python" "$work/read.py" "$work/ours"
check "safetensors: Python writes" "$python" "$work/write.py" "$work/theirs"
check "safetensors: we read Python's" "$work/save" load "$work/theirs"
if "$python" -c 'import torch' 2>/dev/null; then
    y=$("$work/save" save "$work/ours")
    check "safetensors: PyTorch computes the same with ours" "$python" "$work/network.py" read "$work/ours" "$y"
    catches "safetensors: another number" "$python" "$work/network.py" read "$work/ours" "1$y"
    want=$("$python" "$work/network.py" write "$work/torch" 7)
    check "safetensors: we compute the same with PyTorch's" same_output
    "$python" "$work/network.py" write "$work/torch" 8 >/dev/null
    catches "safetensors: other weights of PyTorch's" same_output
else
    skip "safetensors: PyTorch's networks" "that Python has no PyTorch"
fi
head -c 200 "$work/ours" >"$work/cut"
catches "safetensors: a file that is cut off, by Python" "$python" "$work/read.py" "$work/cut"
catches "safetensors: a file that is cut off, by us" "$work/save" load "$work/cut"
finish
