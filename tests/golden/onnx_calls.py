"""Which operations of ONNX are which of ours: NODES maps a name of ONNX to a function of a node's
attributes and inputs that gives our operation, its operands and its attributes, and, where our results have
another form or are fewer, a function of the expected ones. Must not know where the nodes come from, nor how
a file is written."""
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


def first(results):
    return results[:1]


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


@node("Dropout")
def _dropout(a, x, ratio=None, training=None):
    if training is not None and training:
        raise Skip("random")
    return "dropout", [x], {"p": 0.5 if ratio is None else float(ratio), "training": False}, first


@node("BatchNormalization")
def _batch_norm(a, x, scale, bias, mean, var):
    if a.get("training_mode", 0):
        raise Skip("the running variance is that of all, not an estimate: unbiased here")
    return "batch_norm", [x, mean, var, scale, bias], {"training": False, "momentum": 0.1, "eps": float(
        a.get("epsilon", 1e-5))}, lambda y: [y[0], mean, var]


def _heads(x, n):
    """(batch, length, heads times width) as (batch, heads, length, width)."""
    return x.reshape(x.shape[0], x.shape[1], n, -1).transpose(0, 2, 1, 3).copy()


@node("Attention")
def _attention(a, q, k, v, mask=None, past_k=None, past_v=None, lengths=None):
    flat, causal = q.ndim == 3, bool(a.get("is_causal", 0))
    known = ("is_causal", "scale", "q_num_heads", "kv_num_heads", "qk_matmul_output_mode", "softmax_precision")
    if a.get("softcap", 0) or lengths is not None or any(n not in known for n in a if n != "softcap"):
        raise Skip("attention with a bound of the scores, lengths, or a window")
    if flat:
        q, k, v = _heads(q, a["q_num_heads"]), _heads(k, a["kv_num_heads"]), _heads(v, a["kv_num_heads"])
    if past_k is not None:
        k, v = numpy.concatenate([past_k, k], 2), numpy.concatenate([past_v, v], 2)
    if causal and q.shape[2] != k.shape[2]:
        raise Skip("causal attention to more or fewer places than there are queries")
    k, v = (numpy.repeat(x, q.shape[1] // x.shape[1], 1) for x in (k, v))
    if mask is not None and mask.dtype == bool:
        mask = numpy.where(mask, 0, -numpy.inf).astype(q.dtype)
    if causal and mask is not None:
        raise Skip("causal attention with a mask: written into the mask here")
    words = {"causal": causal}
    if "scale" in a:
        words["scale"] = float(a["scale"])
    return "attention", [q, k, v] + ([] if mask is None else [mask]), words, lambda y: [
        _heads(y[0], q.shape[1]) if flat else y[0]]


@node("Range")
def _range(a, start, limit, delta):
    if start.dtype.kind != "f":
        raise Skip("a range of integers")
    return "arange", [], {"start": float(start), "stop": float(limit), "step": float(delta)}


# --- losses, sampling, images -------------------------------------------------------------------------

def _class_loss(ours, **more):
    def translate(a, x, labels, weight=None):
        words = dict(reduction=a.get("reduction", b"mean").decode(), **more)
        if "ignore_index" in a:
            words["ignore"] = a["ignore_index"]
        return ours, [x, labels] + ([] if weight is None else [weight]), words, first
    return translate


NODES["SoftmaxCrossEntropyLoss"] = _class_loss("cross_entropy", smoothing=0.0)
NODES["NegativeLogLikelihoodLoss"] = _class_loss("nll_loss")
MODES = {"linear": "linear", "bilinear": "linear", "nearest": "nearest", "cubic": "cubic", "bicubic": "cubic"}


@node("GridSample")
def _grid_sample(a, x, grid):
    return "grid_sample", [x, grid], {
        "mode": MODES[a.get("mode", b"linear").decode()], "align": bool(a.get("align_corners", 0)),
        "padding": a.get("padding_mode", b"zeros").decode()}


@node("Resize")
def _resize(a, x, roi=None, scales=None, sizes=None):
    mode, places = a.get("mode", b"nearest").decode(), a.get("coordinate_transformation_mode",
                                                            b"half_pixel").decode()
    align = places == "align_corners"
    if mode == "nearest" and (places != "asymmetric" or a.get("nearest_mode") != b"floor"):
        raise Skip("the nearest by another rule than floor(i in/out)")
    if mode != "nearest" and not align and places != "half_pixel":
        raise Skip("places by another rule than half pixels or aligned corners")
    if a.get("antialias", 0) or a.get("exclude_outside", 0) or abs(a.get("cubic_coeff_a", -0.75) + 0.75) > 0:
        raise Skip("antialiasing, or other weights of a cubic")
    if "axes" in a or a.get("keep_aspect_ratio_policy", b"stretch") != b"stretch":
        raise Skip("chosen axes, or a size that keeps the proportions")
    words = {"mode": MODES[mode], "align": align}
    if sizes is not None:
        if tuple(sizes[:2]) != x.shape[:2]:
            raise Skip("another number of channels")
        return "interpolate", [x], dict(words, size=sizes[2:].tolist())
    parts = [float(1024 * s) for s in scales[2:]]
    if any(s != 1 for s in scales[:2]) or any(p != round(p) for p in parts):
        raise Skip("factors of channels, or no multiples of 1/1024, in which this file writes them")
    return "interpolate", [x], dict(words, scale=[int(p) for p in parts])


@node("Col2Im")
def _col2im(a, x, image, block):
    if len(image) != 2:
        raise Skip("one or more than two dimensions")
    pads = a.get("pads", [0] * 4)
    if pads[:2] != pads[2:]:
        raise Skip("another padding before than after")
    return "fold2d", [x], {"size": image.tolist(), "kernel": block.tolist(), "dilation": a.get("dilations", [1, 1]),
                           "padding": pads[:2], "stride": a.get("strides", [1, 1])}


@node("Einsum")
def _einsum(a, *x):
    return "einsum", x, {"equation": a["equation"].decode().replace(" ", "")}


@node("Cast")
def _cast(a, x):
    to = {1: "f32", 7: "i64", 11: "f64"}.get(a["to"])
    if to is None or x.dtype.kind not in "fi":
        raise Skip("Cast from or to a dtype that is not here")
    return "cast", [x], {"to": to}


@node("LpNormalization")
def _lp_normalization(a, x):
    return "normalize", [x], {"p": float(a.get("p", 2)), "eps": 1e-12, "axis": a.get("axis", -1)}


@node("NonZero")
def _nonzero(a, x):
    return "nonzero", [x], {}, lambda y: [y[0].T.copy()]


NODES["ReduceSumSquare"] = _reduction("sum_square_over")
NODES["ReduceLogSum"] = _reduction("log_sum_over")
