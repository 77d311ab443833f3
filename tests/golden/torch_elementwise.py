"""Elementwise operations: which of PyTorch's is which of ours."""
import math

import torch
import torch.nn.functional as F

from torch_call import Call, Skip, own, torch_op

SAME = """neg abs sign square sqrt rsqrt reciprocal exp expm1 log log1p sin cos tan sinh cosh tanh
sigmoid erf exp2 log2 log10 asin acos atan asinh acosh atanh erfc erfinv lgamma digamma floor ceil
trunc frac sinc isnan isinf isfinite mul pow maximum minimum atan2 hypot fmod remainder xlogy
logaddexp heaviside copysign fmax fmin lt le gt ge eq ne""".split()
IN_NN = "relu relu6 selu silu hardswish mish softsign tanhshrink logsigmoid".split()


def _plain(ours):
    return lambda *operands: Call(ours, operands)


for _name in SAME:
    torch_op(_name)(_plain(_name))
for _name in IN_NN:
    torch_op("nn.functional." + _name)(_plain(_name))


def _with_factor(ours):
    @torch_op(ours)
    def translate(a, b, alpha=1):
        if alpha != 1:
            raise Skip("a factor alpha: written with mul_scalar here")
        return Call(ours, [a, b])


_with_factor("add")
_with_factor("sub")


@torch_op("div", variant="no_rounding_mode")
def _div(a, b, rounding_mode=None):
    return Call("div", [a, b])


for _name in ("erfcx", "log_ndtr", "i0", "i1", "i0e", "i1e"):
    torch_op(_name if _name == "i0" else "special." + _name)(_plain(_name))


@torch_op("special.bessel_j0", "special.bessel_j1")
def _bessel(*_):
    raise Skip("PyTorch 2.15 has bessel_j0(6) right to six digits, and no derivative")


@torch_op("polygamma")
def _polygamma(x, n):
    return Call("polygamma", [x], n=n)


@torch_op("logit")
def _logit(x, eps=None):
    if eps is not None:
        raise Skip("a bound eps: written with clamp here")
    return Call("logit", [x])


@torch_op("nn.functional.softplus")
def _softplus(x, beta=1, threshold=20):
    if beta != 1 or threshold != 20:
        return Call("softplus_beta", [x], beta=float(beta), threshold=float(threshold))
    return Call("softplus", [x])


@torch_op("nn.functional.hardshrink")
def _hardshrink(x, lambd=0.5):
    return Call("hardshrink", [x], c=lambd)


@torch_op("nn.functional.softshrink")
def _softshrink(x, lambd=0.5):
    return Call("softshrink", [x], c=lambd)


@torch_op("nn.functional.gelu")
def _gelu(x, approximate="none"):
    return Call("gelu_tanh" if approximate == "tanh" else "gelu", [x])


@torch_op("nn.functional.elu")
def _elu(x, alpha=1.0):
    return Call("elu", [x], alpha=alpha)


@torch_op("nn.functional.celu")
def _celu(x, alpha=1.0):
    return Call("celu", [x], alpha=alpha)


@torch_op("nn.functional.leaky_relu")
def _leaky_relu(x, negative_slope=0.01, inplace=False):
    return Call("leaky_relu", [x], slope=negative_slope)


@torch_op("nn.functional.hardtanh")
def _hardtanh(x, min_val=-1.0, max_val=1.0):
    if min_val > max_val:
        raise Skip("bounds the wrong way round: an error here")
    return Call("hardtanh", [x], low=min_val, high=max_val)


@torch_op("round")
def _round(x, decimals=0):
    if decimals != 0:
        raise Skip("decimals: there is only round(x) here")
    return Call("round", [x])


@torch_op("nan_to_num")
def _nan_to_num(x):
    return Call("nan_to_num", [x], nan=0.0, posinf=torch.finfo(x.dtype).max,
                neginf=torch.finfo(x.dtype).min)


@torch_op("lerp")
def _lerp(a, b, weight):
    if isinstance(weight, torch.Tensor):
        return Call("lerp", [a, b, weight])
    return Call("lerp_scalar", [a, b], weight=weight)


@torch_op("addcmul")
def _addcmul(x, a, b, value=1.0):
    return Call("addcmul", [x, a, b], value=float(value))


@torch_op("addcdiv")
def _addcdiv(x, a, b, value=1.0):
    return Call("addcdiv", [x, a, b], value=float(value))


@torch_op("clamp")
def _clamp(x, low=None, high=None, min=None, max=None):
    bounds = [t for t in (low if low is not None else min, high if high is not None else max)]
    if not any(isinstance(t, torch.Tensor) for t in bounds):
        raise Skip("bounds are numbers: samples of our own")
    if any(t is not None and t.dtype != x.dtype for t in bounds):
        raise Skip("bounds of another dtype: an error here")
    return Call("clamp_tensor", [x] + [t for t in bounds if t is not None],
                low=bounds[0] is not None, high=bounds[1] is not None)


@torch_op("clamp_min", "clamp_max")
def _clamp_one(*_):
    raise Skip("a bound that is a tensor: see clamp")


@torch_op("where")
def _where(a, condition, b):
    return Call("where", [condition, a, b])


@torch_op("nn.functional.hardsigmoid")
def _hardsigmoid(*_):
    raise Skip("PyTorch's gradient has 1/6 rounded to f32, and no derivative of its own")


@torch_op("to")
def _to(*_, **__):
    raise Skip("devices and memory formats: only a dtype here, see cast")


# --- samples of our own ---------------------------------------------------------------------------

SHAPES = ((), (7,), (3, 5), (2, 3, 4), (0, 3))


@own("add_scalar", "torch.add(x, number)")
def _add_scalar(draw):
    for shape, c in zip(SHAPES, (1.5, -2.0, 0.0, 1e3, 1.0)):
        yield Call("add_scalar", [draw.real(*shape)], lambda x, c=c: x + c, c=c)


@own("rsub_scalar", "torch.rsub(x, number)")
def _rsub_scalar(draw):
    for shape, c in zip(SHAPES, (1.5, -2.0, 0.0, 1e3, 1.0)):
        yield Call("rsub_scalar", [draw.real(*shape)], lambda x, c=c: torch.rsub(x, c), c=c)


@own("prelu", "torch.nn.functional.prelu(x, weight)")
def _prelu(draw):
    for shape, slopes in (((7,), 1), ((3, 5), 5), ((2, 3, 4), 3), ((2, 2, 2, 3), 2)):
        along = (slopes,) + (1,) * (len(shape) - 2)
        x, weight = draw.real(*shape), draw.real(*along)
        yield Call("prelu", [x, weight], lambda x, w: F.prelu(x, w.reshape(-1)))


@own("softplus_beta", "torch.nn.functional.softplus(x, beta, threshold), hardshrink, softshrink")
def _with_one(draw):
    for beta, threshold in ((0.5, 1.0), (2.0, 20.0), (3.0, 0.0)):
        yield Call("softplus_beta", [draw.real(3, 5)],
                   lambda x, b=beta, t=threshold: F.softplus(x, b, t), beta=beta, threshold=threshold)
    for c in (0.25, 1.0, 0.0):
        yield Call("hardshrink", [draw.real(3, 5)], lambda x, c=c: F.hardshrink(x, c), c=c)
        yield Call("softshrink", [draw.real(3, 5)], lambda x, c=c: F.softshrink(x, c), c=c)


@own("clamp_tensor", "torch.clamp(x, low, high) with tensors")
def _clamp_tensor(draw):
    for a, b, c in (((3, 4), (3, 4), (4,)), ((3, 4), (), (3, 1)), ((4,), (3, 1), (4,)), ((), (), ())):
        yield Call("clamp_tensor", [draw.real(*a), draw.real(*b), draw.real(*c)],
                   lambda x, low, high: torch.clamp(x, low, high), low=True, high=True)
        yield Call("clamp_tensor", [draw.real(*a), draw.real(*b)],
                   lambda x, low: torch.clamp(x, min=low), low=True, high=False)
        yield Call("clamp_tensor", [draw.real(*a), draw.real(*b)],
                   lambda x, high: torch.clamp(x, max=high), low=False, high=True)


@own("mul_scalar", "torch.mul(x, number)")
def _mul_scalar(draw):
    for shape, c in zip(SHAPES, (1.5, -2.0, 0.0, 1e3, 1.0)):
        yield Call("mul_scalar", [draw.real(*shape)], lambda x, c=c: x * c, c=c)


@own("pow_scalar", "torch.pow(x, number)")
def _pow_scalar(draw):
    for c in (2.0, 3.0, -1.0, -2.0, 0.0, 1.0):
        yield Call("pow_scalar", [draw.real(4, 3)], lambda x, c=c: torch.pow(x, c), c=c)
    for c in (0.5, -0.5, 2.5, 1 / 3):
        x = draw.real(4, 3, low=0.2)
        yield Call("pow_scalar", [x], lambda x, c=c: torch.pow(x, c), c=c)


@own("softplus", "torch.nn.functional.softplus(x)")
def _softplus_own(draw):
    for shape in SHAPES:
        yield Call("softplus", [draw.real(*shape, low=-9, high=9)], F.softplus)


@own("hardsigmoid", "torch.nn.functional.relu6(x + 3) / 6, its definition")
def _hardsigmoid_own(draw):
    for shape in SHAPES:
        yield Call("hardsigmoid", [draw.real(*shape, low=-5, high=5)],
                   lambda x: F.relu6(x + 3) / 6)


@own("cbrt", "torch.sign(x) * torch.abs(x)**(1/3)")
def _cbrt(draw):
    for shape in SHAPES:
        yield Call("cbrt", [draw.real(*shape)], lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3))


@own("clamp", "torch.clamp(x, min, max)")
def _clamp_own(draw):
    for shape, low, high in zip(SHAPES, (-1.0, -0.5, -math.inf, 0.0, 0.0),
                                (1.0, 2.0, 0.75, math.inf, 1.0)):
        yield Call("clamp", [draw.real(*shape)], lambda x, a=low, b=high: torch.clamp(x, a, b),
                   low=low, high=high)


@own("clamp_min", "torch.clamp_min(x, number)")
def _clamp_min(draw):
    for shape, c in zip(SHAPES, (-1.0, 0.5, 0.0, -0.25, 1.0)):
        yield Call("clamp_min", [draw.real(*shape)], lambda x, c=c: torch.clamp_min(x, c), c=c)


@own("clamp_max", "torch.clamp_max(x, number)")
def _clamp_max(draw):
    for shape, c in zip(SHAPES, (-1.0, 0.5, 0.0, -0.25, 1.0)):
        yield Call("clamp_max", [draw.real(*shape)], lambda x, c=c: torch.clamp_max(x, c), c=c)


@own("nan_to_num", "torch.nan_to_num(x, nan, posinf, neginf)")
def _nan_to_num_own(draw):
    x = torch.tensor([0.5, math.nan, math.inf, -math.inf, -2.0], dtype=torch.float64)
    for nan, high, low in ((0.0, 9.0, -9.0), (1.5, 2.5, -0.5)):
        yield Call("nan_to_num", [x.clone().requires_grad_()],
                   lambda x, a=nan, b=high, c=low: torch.nan_to_num(x, a, b, c),
                   nan=nan, posinf=high, neginf=low)


@own("isnan", "torch.isnan, isinf, isfinite")
def _is(draw):
    x = torch.tensor([0.5, math.nan, math.inf, -math.inf, -2.0], dtype=torch.float64)
    for f in (torch.isnan, torch.isinf, torch.isfinite):
        yield Call(f.__name__, [x.clone().requires_grad_()], f)


@own("hardtanh", "torch.nn.functional.hardtanh(x, low, high)")
def _hardtanh_own(draw):
    for low, high in ((-1.0, 1.0), (-0.5, 2.0)):
        yield Call("hardtanh", [draw.real(3, 5)],
                   lambda x, a=low, b=high: F.hardtanh(x, a, b), low=low, high=high)


@own("elu", "torch.nn.functional.elu(x, alpha), celu, leaky_relu(x, slope)")
def _with_alpha(draw):
    for alpha in (0.5, 2.0):
        yield Call("elu", [draw.real(3, 5)], lambda x, a=alpha: F.elu(x, a), alpha=alpha)
        yield Call("celu", [draw.real(3, 5)], lambda x, a=alpha: F.celu(x, a), alpha=alpha)
        yield Call("leaky_relu", [draw.real(3, 5)], lambda x, a=alpha: F.leaky_relu(x, a),
                   slope=alpha)


@own("cast", "torch.Tensor.to(torch.int64)")
def _cast(draw):
    for shape in SHAPES:
        yield Call("cast", [draw.real(*shape)], lambda x: x.to(torch.int64), to="i64")


@own("where", "torch.where(condition, a, b)")
def _where_own(draw):
    for a, b, c in (((3, 4), (3, 4), (3, 4)), ((4,), (3, 1), (3, 4)), ((3, 1), (1, 4), ())):
        condition = draw.whole(0, 2, *a)
        yield Call("where", [condition, draw.real(*b), draw.real(*c)],
                   lambda m, x, y: torch.where(m.bool(), x, y))


def _ties(draw, n):
    return draw.whole(-2, 3, n).double().requires_grad_()


@own("eq", "torch.lt, le, gt, ge, eq, ne, maximum, minimum, fmax, fmin with equal elements")
def _equal_elements(draw):
    for f in (torch.lt, torch.le, torch.gt, torch.ge, torch.eq, torch.ne, torch.maximum,
              torch.minimum, torch.fmax, torch.fmin):
        yield Call(f.__name__, [_ties(draw, 12), _ties(draw, 12)], f)


@torch_op("floor_divide")
def _floor_divide(a, b):
    return Call("floor_divide", [a, b], second=False)


@own("floor_divide", "torch.floor_divide, remainder, add, sub, mul of int64")
def _integers(draw):
    for a, b in (((6,), (6,)), ((2, 1), (3,)), ((), (4,))):
        for name in ("floor_divide", "remainder", "add", "sub", "mul"):
            divisor = draw.whole(1, 5, *b) * (draw.whole(0, 2, *b) * 2 - 1)
            yield Call(name, [draw.whole(-9, 10, *a), divisor], getattr(torch, name))
