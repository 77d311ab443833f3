"""Which operations of ONNX are which of ours: NODES maps a name of ONNX to a function of a node's
attributes and inputs that gives our operation, its operands and its attributes. Must not know where the
nodes come from, nor how a file is written."""
import math

import numpy


class Skip(Exception):
    """This node has no counterpart here; the text says why."""


NODES = {}


def node(*names):
    def note(function):
        for name in names:
            NODES[name] = function
        return function
    return note


def plain(ours):
    return lambda a, *x: (ours, x, {})


for _theirs, _ours in {
        "Abs": "abs", "Acos": "acos", "Acosh": "acosh", "Asin": "asin", "Asinh": "asinh", "Atan": "atan",
        "Atanh": "atanh", "Ceil": "ceil", "Cos": "cos", "Cosh": "cosh", "Erf": "erf", "Exp": "exp",
        "Floor": "floor", "IsNaN": "isnan", "Log": "log", "Mish": "mish", "Neg": "neg",
        "Reciprocal": "reciprocal", "Relu": "relu", "Round": "round", "Sigmoid": "sigmoid", "Sign": "sign",
        "Sin": "sin", "Sinh": "sinh", "Softplus": "softplus", "Softsign": "softsign", "Sqrt": "sqrt",
        "Tan": "tan", "Tanh": "tanh", "HardSwish": "hardswish", "Add": "add", "Sub": "sub", "Mul": "mul",
        "Less": "lt", "LessOrEqual": "le", "Greater": "gt", "GreaterOrEqual": "ge",
        "Equal": "eq", "Where": "where", "MatMul": "matmul", "Det": "det", "PRelu": "prelu"}.items():
    NODES[_theirs] = plain(_ours)


@node("Pow")
def _pow(a, x, y):
    if x.dtype.kind != "f" or y.dtype.kind != "f":
        raise Skip("powers of integers, or with integer exponents: pow_scalar")
    return "pow", [x, y], {}


@node("Div")
def _div(a, x, y):
    if x.dtype.kind != "f":
        raise Skip("a quotient of integers that is cut: floor_divide here")
    return "div", [x, y], {}


@node("Mod")
def _mod(a, x, y):
    if a.get("fmod", 0) and x.dtype.kind != "f":
        raise Skip("fmod of integers")
    return "fmod" if a.get("fmod", 0) else "remainder", [x, y], {}


def _extreme(ours):
    def translate(a, *x):
        if len(x) != 2:
            raise Skip("one or more than two operands: ag_maximum of each in turn")
        return ours, x, {}
    return translate


NODES["Max"], NODES["Min"] = _extreme("maximum"), _extreme("minimum")


@node("Clip")
def _clip(a, x, low=None, high=None):
    if low is None and high is None:
        raise Skip("no bound: nothing to do")
    low = -math.inf if low is None else float(low)
    return "clamp", [x], {"low": low, "high": math.inf if high is None else float(high)}


NODES["Elu"] = lambda a, x: ("elu", [x], {"alpha": float(a.get("alpha", 1.0))})
NODES["Celu"] = lambda a, x: ("celu", [x], {"alpha": float(a.get("alpha", 1.0))})
NODES["LeakyRelu"] = lambda a, x: ("leaky_relu", [x], {"slope": float(a.get("alpha", 0.01))})


@node("Selu")
def _selu(a, x):
    if a:
        raise Skip("other constants than Klambauer's")
    return "selu", [x], {}


@node("Gelu")
def _gelu(a, x):
    return "gelu_tanh" if a.get("approximate", b"none") == b"tanh" else "gelu", [x], {}


@node("Swish")
def _swish(a, x):
    if a.get("alpha", 1.0) != 1:
        raise Skip("a factor within: x sigmoid(c x)")
    return "silu", [x], {}


@node("IsInf")
def _isinf(a, x):
    if a:
        raise Skip("one sign of infinity alone")
    return "isinf", [x], {}


@node("Shrink")
def _shrink(a, x):
    lambd, bias = float(a.get("lambd", 0.5)), float(a.get("bias", 0.0))
    if bias not in (0.0, lambd):
        raise Skip("a bias other than 0 and the bound")
    return "softshrink" if bias else "hardshrink", [x], {"c": lambd}


# --- reductions ---------------------------------------------------------------------------------------

REDUCTIONS = {"ReduceSum": "sum_over", "ReduceMean": "mean_over", "ReduceProd": "prod_over",
              "ReduceMax": "amax", "ReduceMin": "amin", "ReduceLogSumExp": "logsumexp"}


def _reduction(ours, more=None):
    def translate(a, x, axes=None):
        axes = a.get("axes", [] if axes is None else axes.reshape(-1).tolist())
        if not axes and a.get("noop_with_empty_axes", 0):
            raise Skip("no axes for none: the empty set names all here")
        if x.dtype.kind != "f":
            raise Skip("a sum of integers")
        if x.size == 0 and ours in ("amax", "amin"):
            raise Skip("nothing to choose from: max_over_initial")
        return ours, [x], dict(axes=list(axes), keepdim=bool(a.get("keepdims", 1)), **(more or {}))
    return translate


for _theirs, _ours in REDUCTIONS.items():
    NODES[_theirs] = _reduction(_ours)
NODES["ReduceL1"] = _reduction("norm", {"p": 1.0})
NODES["ReduceL2"] = _reduction("norm", {"p": 2.0})


def _arg_of(ours):
    def translate(a, x):
        if a.get("select_last_index", 0):
            raise Skip("the last of equal elements: the first here")
        return ours, [x], {"axis": a.get("axis", 0), "keepdim": bool(a.get("keepdims", 1))}
    return translate


NODES["ArgMax"], NODES["ArgMin"] = _arg_of("argmax_along"), _arg_of("argmin_along")


def _running(ours):
    def translate(a, x, axis):
        if a.get("exclusive", 0) or a.get("reverse", 0):
            raise Skip("exclusive or backwards: roll and flip")
        if x.dtype.kind != "f":
            raise Skip("a sum or product of integers")
        return ours, [x], {"axis": int(axis.reshape(-1)[0])}
    return translate


NODES["CumSum"], NODES["CumProd"] = _running("cumsum"), _running("cumprod")


def _softmax(ours):
    return lambda a, x: (ours, [x], {"axis": a.get("axis", -1)})


NODES["Softmax"], NODES["LogSoftmax"] = _softmax("softmax"), _softmax("log_softmax")


# --- shapes -------------------------------------------------------------------------------------------

@node("Transpose")
def _transpose(a, x):
    return "permute", [x], {"axes": list(a.get("perm", range(x.ndim)[::-1]))}


@node("Reshape")
def _reshape(a, x, shape):
    shape = [int(n) for n in shape]
    if not a.get("allowzero", 0):
        shape = [x.shape[i] if n == 0 else n for i, n in enumerate(shape)]
    return "reshape", [x], {"shape": shape}


@node("Expand")
def _expand(a, x, shape):
    return "expand", [x], {"shape": list(numpy.broadcast_shapes(x.shape, tuple(map(int, shape))))}


@node("Squeeze")
def _squeeze(a, x, axes=None):
    if axes is None or axes.size == 0:
        return "squeeze", [x], {}
    return "squeeze_axes", [x], {"axes": axes.tolist()}


@node("Unsqueeze")
def _unsqueeze(a, x, axes):
    if axes.size != 1:
        raise Skip("several new axes: one call each")
    return "unsqueeze", [x], {"axis": int(axes.reshape(-1)[0])}


@node("Flatten")
def _flatten(a, x):
    axis = a.get("axis", 1)
    axis = axis + x.ndim if axis < 0 else axis
    first = math.prod(x.shape[:axis])
    return "reshape", [x], {"shape": [first, x.size // max(first, 1)]}


@node("Concat")
def _concat(a, *x):
    return "concat", x, {"axis": a["axis"]}


@node("Slice")
def _slice(a, x, start, stop, axes=None, steps=None):
    if start.size != 1:
        raise Skip("several axes: one call each")
    axis = 0 if axes is None else int(axes[0])
    return "slice", [x], {"axis": axis, "start": int(start[0]), "stop": int(stop[0]),
                          "step": 1 if steps is None else int(steps[0])}


@node("Tile")
def _tile(a, x, counts):
    return "tile", [x], {"counts": counts.tolist()}


@node("Split")
def _split(a, x, sizes=None):
    if sizes is None:
        raise Skip("as many parts as results")
    return "split_sizes", [x], {"axis": a.get("axis", 0), "sizes": sizes.tolist()}


@node("Pad")
def _pad(a, x, pads, value=None, axes=None):
    if axes is not None or (pads < 0).any():
        raise Skip("some axes, or elements taken away")
    mode = {b"constant": "constant", b"reflect": "reflect", b"edge": "replicate",
            b"wrap": "circular"}[a.get("mode", b"constant")]
    n = len(pads) // 2
    return "pad", [x], {"mode": mode, "before": pads[:n].tolist(), "after": pads[n:].tolist(),
                        "value": 0.0 if value is None or value.size == 0 else float(value)}


@node("Trilu")
def _trilu(a, x, k=None):
    return "triu" if a.get("upper", 1) else "tril", [x], {"k": 0 if k is None else int(k)}


# --- index --------------------------------------------------------------------------------------------

@node("Gather")
def _gather(a, x, index):
    if index.ndim != 1:
        raise Skip("indices that are no vector")
    return "index_select", [x, index], {"axis": a.get("axis", 0)}


@node("GatherElements")
def _gather_elements(a, x, index):
    return "gather", [x, index], {"axis": a.get("axis", 0)}


@node("ScatterElements")
def _scatter(a, x, index, src):
    how = a.get("reduction", b"none").decode()
    if how == "none":
        return "scatter", [x, index, src], {"axis": a.get("axis", 0)}
    word = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin"}[how]
    return "scatter_reduce", [x, index, src], {"axis": a.get("axis", 0), "reduction": word,
                                               "exclude_self": False}


@node("TopK")
def _topk(a, x, k):
    return "topk", [x], {"axis": a.get("axis", -1), "k": int(k.reshape(-1)[0]), "largest": bool(a.get("largest", 1))}


@node("Gemm")
def _gemm(a, x, w, b=None):
    if a.get("alpha", 1.0) != 1 or a.get("beta", 1.0) != 1 or a.get("transA", 0) or b is None or \
            b.shape != (w.shape[0 if a.get("transB", 0) else 1],):
        raise Skip("a product with factors, turned, or plus a matrix: written out here")
    return "linear", [x, w if a.get("transB", 0) else w.T.copy(), b], {}


# --- layers -------------------------------------------------------------------------------------------

def _window(a, x):
    n = x.ndim - 2
    if a.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
        raise Skip("auto_pad")
    pads = list(a.get("pads", [0] * 2 * n))
    if pads[:n] != pads[n:]:
        raise Skip("another padding before than after")
    if n > 3:
        raise Skip("four dimensions")
    return n, {"stride": list(a.get("strides", [1] * n)), "padding": pads[:n],
               "dilation": list(a.get("dilations", [1] * n))}


@node("Conv")
def _conv(a, x, w, b=None):
    n, words = _window(a, x)
    return "conv%dd" % n, [x, w] + ([] if b is None else [b]), dict(words, groups=a.get("group", 1))


@node("ConvTranspose")
def _conv_transpose(a, x, w, b=None):
    n, words = _window(a, x)
    if "output_shape" in a:
        raise Skip("output_shape")
    words.update(groups=a.get("group", 1), output_padding=list(a.get("output_padding", [0] * n)))
    return "conv_transpose%dd" % n, [x, w] + ([] if b is None else [b]), words


def _pool(a, x):
    n, words = _window(a, x)
    words.update(kernel=list(a["kernel_shape"]), ceil=bool(a.get("ceil_mode", 0)))
    if any(2 * p > k for p, k in zip(words["padding"], words["kernel"])):
        raise Skip("padding of more than half of the window: an error here, as in PyTorch")
    return n, words


@node("MaxPool")
def _max_pool(a, x):
    n, words = _pool(a, x)
    if x.dtype.kind != "f" or a.get("storage_order", 0):
        raise Skip("integers, or indices by columns")
    return "max_pool%dd" % n, [x], words


@node("AveragePool")
def _avg_pool(a, x):
    n, words = _pool(a, x)
    if any(d != 1 for d in words["dilation"]):
        raise Skip("means of windows with gaps")
    return "avg_pool%dd" % n, [x], dict(words, include_pad=bool(a.get("count_include_pad", 0)))


@node("GlobalAveragePool")
def _global(a, x):
    return "mean_over", [x], {"axes": list(range(2, x.ndim)), "keepdim": True}


@node("GlobalMaxPool")
def _global_max(a, x):
    return "amax", [x], {"axes": list(range(2, x.ndim)), "keepdim": True}


@node("LayerNormalization")
def _layer_norm(a, x, w, b=None):
    n = x.ndim - a.get("axis", -1) % x.ndim
    return "layer_norm", [x, w] + ([] if b is None else [b]), {"axes_n": n, "eps": float(a.get("epsilon", 1e-5))}


@node("RMSNormalization")
def _rms_norm(a, x, w):
    n = x.ndim - a.get("axis", -1) % x.ndim
    return "rms_norm", [x, w], {"axes_n": n, "eps": float(a.get("epsilon", 1e-5))}


@node("InstanceNormalization")
def _instance_norm(a, x, w, b):
    return "instance_norm", [x, w, b], {"eps": float(a.get("epsilon", 1e-5))}


@node("GroupNormalization")
def _group_norm(a, x, w, b):
    return "group_norm", [x, w, b], {"groups": a["num_groups"], "eps": float(a.get("epsilon", 1e-5))}
