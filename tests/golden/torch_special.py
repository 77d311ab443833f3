"""What random samples seldom have: operands of which one element is NaN, infinite, zero, denormal or
huge, indices that count from the end, and options of exactly 0. Must not know how a file is written."""
import copy
import math
import random

import torch
import torch.nn.functional as F

from torch_call import Call, OWN, own

HUGE, F32_LEAST, F64_LEAST = 1e38, 2.0 ** -149, 5e-324
VALUES = {"nan": (math.nan,), "inf": (math.inf, -math.inf), "zero": (0.0, -0.0),
          "tiny": (F32_LEAST, -2.0 ** -133, F64_LEAST), "huge": (HUGE,)}
KINDS = ("nan", "inf", "zero", "inf", "tiny", "zero", "huge", "tiny")

# Operations, of which (name=value) means those calls alone, kinds of values, what is not compared (all,
# first: any derivative, second), and why.
DIFFERENT = """
cast: nan inf huge: all: C leaves open what these are as integers; here the nearest end, and 0
matrix_exp eigh eigvalsh eigh_pencil svd svdvals pinv lstsq cholesky: nan inf: all: a matrix that is not \
finite is an error here
eigh eigvalsh eigh_pencil svd svdvals pinv lstsq: huge: all: LAPACK loses what is small beside 1e38; \
twice that is infinite in f32
matrix_exp: huge: all: infinite elements, which PyTorch multiplies by 0
lu qr det slogdet: nan inf: all: which pivots are found among NaN is not defined
det: huge: second: PyTorch's second derivative divides by the determinant, and loses what is small beside 1e38
solve solve_triangular inverse: zero tiny: all: a singular matrix is an error here
lu qr: zero: all: a singular matrix, of which the factors are not unique
fft ifft rfft irfft: nan inf: all: which sums a NaN or an infinity spoils is the order of adding
conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d: nan inf: all: images are \
filled up with zeros, and 0 times an infinite weight is NaN
interpolate: inf: all: neighbors whose weight is 0 count here
grid_sample: nan inf: all: a place that is no number is in no pixel, and neighbors of an infinite one are not \
left out; PyTorch multiplies the gradient of a place beyond the border by 0
cdist: nan inf: all: in PyTorch the distance of order 0 from NaN is NaN, that of order inf is not, and \
gradients at infinity are inf/inf
fmod remainder: inf zero tiny: all: PyTorch's derivative is its rounded quotient also where the value is NaN; \
here the derivative of a remainder by an infinite divisor is NaN; by a denormal one PyTorch's value is
lerp lerp_scalar: inf: all: another formula: inf - inf at an infinite end in PyTorch, at an infinite weight here
addcdiv: tiny: all: PyTorch multiplies 0 by an infinite reciprocal
pow_scalar: inf zero: all: PyTorch takes the square root of -inf and -0, C's pow does not
quantile: inf: all: PyTorch multiplies infinity by 0
gaussian_nll_loss: nan: all: a variance that is NaN is an error here
multi_margin_loss multilabel_margin_loss: nan: all: PyTorch takes a NaN for no violation
multi_margin_loss: inf: all: PyTorch has inf - inf where a margin has a limit; here an infinite weight times 0
bce_with_logits: inf: all: PyTorch has inf - inf at an infinite logit; here at an infinite target with weights
focal_loss multilabel_soft_margin_loss kl_div: inf: all: PyTorch has inf - inf or 0 inf where the result has a limit
ctc_loss: nan inf huge: all: PyTorch's gradient holds for the result of log_softmax alone
layer_norm: inf: first: PyTorch multiplies an infinite weight by 0
batch_norm group_norm instance_norm: inf: all: PyTorch puts weight and mean into one constant, inf - inf
bce_with_logits batch_norm instance_norm: huge: first: in f32 a sum of terms of 1e38 leaves the range
layer_norm: huge: first: PyTorch loses the mean of equal numbers by rounding
rms_norm: inf: second: sums of infinities of both signs
triplet_margin_loss: nan inf huge: all: the difference of two distances that are no numbers, or \
equal but for rounding
i0 i1 polygamma: inf: all: PyTorch's is NaN where the function has a limit
i0 i1: huge: first: PyTorch's is NaN where the function has a limit
attention: inf: all: a row of which all scores are -inf counts as masked here
attention: nan: first: the row of a query with NaN is NaN here also where a mask hides it
amax amin: nan: first: PyTorch divides 0 by 0; here the NaN that was chosen gets the gradient
scatter_reduce(reduction=amax) scatter_reduce(reduction=amin) index_reduce(reduction=amax) \
index_reduce(reduction=amin): nan: first: PyTorch's are all NaN; here the NaN that was chosen gets the gradient
scatter_reduce(reduction=prod) index_reduce(reduction=prod): nan inf tiny: first: PyTorch divides the \
product by the element; right is the product of the others
logit: zero: second: -1/x^2 + 1/(1 - x)^2 is -inf at 0, which PyTorch computes as 0 inf
prod prod_over cumprod: nan inf tiny huge: first: PyTorch divides the product by the element
atan2 copysign: inf: first: PyTorch divides inf by inf
softsign silu gelu gelu_tanh mish erfcx log_ndtr logsumexp logcumsumexp: inf: first: PyTorch has inf - inf \
or 0 inf where the derivative has a limit
logcumsumexp: huge nan: first: PyTorch takes differences of running totals of the whole line, in which a huge \
number hides others, and a NaN spoils what is before it
addcmul addcdiv: inf: first: PyTorch multiplies inf by 0
addcdiv: zero: first: PyTorch multiplies 0 by an infinite reciprocal
mse_loss: inf: second: PyTorch multiplies inf by 0
cross_entropy nll_loss: inf tiny huge: first: a sum of weights of which the reciprocal is no number
norm: tiny: first: PyTorch squares
norm: inf: first: at 0 the derivative of orders below 1 is 0 here, and of negative ones 0 inf
cbrt: zero: first: PyTorch has no cube root; the samples' definition is 0 inf there
acosh: inf: first: outside of the domain the derivative is NaN here as the value is
logit: inf tiny huge: second: outside of the domain the derivative is NaN here as the value is, at its ends the limit
digamma: inf: second: PyTorch's is NaN where the function has a limit
rsqrt pow_scalar: zero: first: at -0 the sign of an infinite derivative
clamp clamp_min clamp_max: zero inf: first: on the bounds the derivative is 1 here, as in PyTorch 1.13
hinge_embedding_loss: zero: first: on the bound of max(0, margin - x), as for clamp
elu celu selu relu6 hardsigmoid hardswish hardtanh hardshrink softshrink clamp clamp_tensor prelu \
margin_ranking_loss hinge_embedding_loss multilabel_soft_margin_loss focal_loss poisson_nll_loss: nan: first: \
which derivative a NaN has in a formula of pieces
cosine_embedding_loss: nan inf: second: which derivative a NaN has in a formula of pieces
kl_div: zero: first: PyTorch multiplies log(0) by 0 for the target's derivative
kl_div: tiny: first: PyTorch multiplies by a denormal target, which rounds, before it divides by it
poisson_nll_loss: zero tiny inf: first: PyTorch multiplies the logarithm of a target that is not positive by 0
normalize: tiny: first: PyTorch divides 0 by 0; the square of a denormal norm is 0, by which is divided
elu celu selu prelu softplus_beta: zero: second: a kink: the second derivative of the other side
bce_loss: zero tiny: second: the first derivative is a line below 1e-12, of which PyTorch's second is not the slope
bce_loss: inf: second: PyTorch multiplies an infinite weight by 0
i0e i1e sinc: zero tiny: second: PyTorch's first derivative is written as a constant near 0
cosine_similarity: tiny: second: PyTorch differentiates the norm also where it is below eps
asinh logaddexp: inf: second: PyTorch has 0 inf where the derivative is 0
div: zero: second: PyTorch multiplies 0 by an infinite quotient
linear_relu: nan inf: second: 0 times NaN, where here nothing flows
pow: zero inf huge: second: PyTorch loses d/da d/db at an exponent of 0, and powers that overflow alone
"""


def _differences():
    table = {}
    for line in DIFFERENT.strip().split("\n"):
        ops, kinds, what, why = line.split(": ", 3)
        for op in ops.split():
            name, _, attribute = op.rstrip(")").partition("(")
            for kind in kinds.split():
                table.setdefault((name, kind), []).append((attribute, what, why))
    return table


DIFFERENCES = _differences()


def _changed(call, which, at, value):
    """The call with one element of an operand that is another number."""
    new = copy.copy(call)
    new.operands = list(call.operands)
    t = call.operands[which].detach().clone()
    t.view(-1)[at] = value
    new.operands[which] = t.requires_grad_(call.operands[which].requires_grad)
    new.f32 = call.f32 and value != F64_LEAST
    new.source = "%s, operand %d with %g" % (call.source, which, value)
    return new


def _differences_of(op, kind, call):
    """What is not compared and why, of the table's lines that say so for calls with such attributes."""
    own = ["%s=%s" % pair for pair in call.attributes.items()]
    return [(what, why) for attribute, what, why in DIFFERENCES.get((op, kind), [])
            if attribute == "" or attribute in own]


def _without_derivatives(call):
    call.operands = [t.detach() for t in call.operands]


def with_special_operands(op, calls, n, seed, skip):
    """n variants of the calls; those that differ from PyTorch are skipped, wholly or in part."""
    chooser = random.Random("%s %d" % (op, seed))
    places = [(c, i) for c in calls for i, t in enumerate(c.operands)
              if t.is_floating_point() and t.numel() > 0]
    for k in range(n if places else 0):
        call, which = chooser.choice(places)
        kind = KINDS[k % len(KINDS)]
        new = _changed(call, which, chooser.randrange(call.operands[which].numel()),
                       chooser.choice(VALUES[kind]))
        whats = _differences_of(op, kind, call)
        for what, why in whats:
            skip(op, kind, why if what == "all" else "%s derivatives: %s" % (
                "all" if what == "first" else "second", why))
        if any(what == "first" for what, _ in whats):
            _without_derivatives(new)
        if any(what == "second" for what, _ in whats):
            new.second = False
        if not any(what == "all" for what, _ in whats):
            yield new


# --- indices that count from the end ----------------------------------------------------------------

FROM_THE_END = "indices that count from the end"


def _counted(op, operands, place, size, ref, **attributes):
    """PyTorch's answer for indices from 0 on; ours for some of them from the end."""
    operands = list(operands)
    index = operands[place]
    flip = torch.arange(index.numel()).reshape(index.shape) % 2 == 0
    operands[place] = torch.where(flip, index - size, index)

    def shifted(*given):
        given = list(given)
        given[place] = given[place] % size
        return ref(*given)
    return Call(op, operands, shifted, **attributes)


@own("gather", FROM_THE_END)
def _from_the_end(draw):
    for dim, size in ((0, 4), (-1, 3)):
        x, src, index = draw.real(4, 3), draw.real(4, 3), draw.whole(0, size, 4, 3)
        o = {"axis": dim}
        yield _counted("gather", [x, index], 1, size, lambda x, i, d=dim: torch.gather(x, d, i), **o)
        yield _counted("take_along", [x, index], 1, size,
                       lambda x, i, d=dim: torch.take_along_dim(x, i, d), **o)
        yield _counted("scatter_add", [x, index, src], 1, size,
                       lambda x, i, s, d=dim: torch.scatter_add(x, d, i, s), **o)
        once = torch.stack([torch.randperm(4, generator=draw.generator) for _ in range(3)], 1) \
            if dim == 0 else torch.stack([torch.randperm(3, generator=draw.generator)] * 4)
        yield _counted("scatter", [x, once, src], 1, size,
                       lambda x, i, s, d=dim: torch.scatter(x, d, i, s), **o)
        for how in ("sum", "mean", "amax", "amin", "prod"):
            yield _counted("scatter_reduce", [x, index, src], 1, size,
                           lambda x, i, s, d=dim, h=how: torch.scatter_reduce(x, d, i, s, h),
                           reduction=how, exclude_self=False, **o)
        few = draw.whole(0, size, 2)
        part = draw.real(*((2, 3) if dim == 0 else (4, 2)))
        yield _counted("index_select", [x, few], 1, size,
                       lambda x, i, d=dim: torch.index_select(x, d, i), **o)
        yield _counted("index_add", [x, few, part], 1, size,
                       lambda x, i, s, d=dim: torch.index_add(x, d, i, s), **o)
        yield _counted("index_reduce", [x, few, part], 1, size,
                       lambda x, i, s, d=dim: torch.index_reduce(x, d, i, s, "mean"),
                       reduction="mean", exclude_self=False, **o)
    yield Call("index_put", [draw.real(4, 3), draw.whole(-4, 4, 5), draw.whole(-3, 3, 5), draw.real(5)],
               lambda x, i, j, v: x.index_put((i, j), v, True), accumulate=True)


# --- options of exactly 0 ---------------------------------------------------------------------------

ZERO = "options of exactly 0"


@own("triplet_margin_loss", ZERO)
def _zero_of_losses(draw):
    def pair(*shape):
        return [draw.real(*shape), draw.real(*shape)]
    r = {"reduction": "mean"}
    for o in ({"margin": 0.0, "eps": 1e-6}, {"margin": 1.0, "eps": 0.0}, {"margin": 0.0, "eps": 0.0}):
        yield Call("triplet_margin_loss", [*pair(4, 3), draw.real(4, 3)],
                   lambda a, p, n, o=o: F.triplet_margin_loss(a, p, n, **o), p=2.0, swap=False, **o, **r)
    sign = (draw.whole(0, 2, 4) * 2 - 1).double()
    zero = {"margin": 0.0}
    yield Call("margin_ranking_loss", [*pair(4), sign], F.margin_ranking_loss, **zero, **r)
    yield Call("hinge_embedding_loss", [draw.real(4), sign],
               lambda x, y: F.hinge_embedding_loss(x, y, 0.0), **zero, **r)
    yield Call("cosine_embedding_loss", [*pair(4, 3), sign], F.cosine_embedding_loss, **zero, **r)
    yield Call("cosine_similarity", pair(4, 3), lambda a, b: F.cosine_similarity(a, b, 1, 0.0),
               axis=1, eps=0.0)
    for p in (1, 2):
        yield Call("multi_margin_loss", [draw.real(3, 4), draw.whole(0, 4, 3)],
                   lambda x, t, p=p: F.multi_margin_loss(x, t, p, 0.0), second=False, p=p, **zero, **r)
    for log_input in (True, False):
        yield Call("poisson_nll_loss", [draw.real(4, low=0.2), draw.real(4, low=0, wants=False)],
                   lambda x, t, g=log_input: F.poisson_nll_loss(x, t, g, eps=0.0), log_input=log_input,
                   full=False, eps=0.0, **r)
    yield Call("gaussian_nll_loss", [*pair(4), draw.real(4, low=0.2)],
               lambda y, t, v: F.gaussian_nll_loss(y, t, v, eps=0.0), full=False, eps=0.0, **r)
    yield Call("smooth_l1_loss", pair(4), lambda y, t: F.smooth_l1_loss(y, t, beta=0.0), beta=0.0, **r)
    yield Call("cross_entropy", [draw.real(4, 3), draw.whole(0, 3, 4)],
               lambda x, t: F.cross_entropy(x, t, ignore_index=0), ignore=0, smoothing=0.0, **r)
    yield Call("nll_loss", [draw.real(4, 3), draw.whole(0, 3, 4)],
               lambda x, t: F.nll_loss(x, t, ignore_index=0), ignore=0, **r)

    def focal(x, t, alpha, gamma):
        p = torch.sigmoid(x)
        right = p * t + (1 - p) * (1 - t)
        each = F.binary_cross_entropy_with_logits(x, t, reduction="none") * (1 - right) ** gamma
        return (each * (alpha * t + (1 - alpha) * (1 - t))).mean()
    for o in ({"alpha": 0.0, "gamma": 2.0}, {"alpha": 0.25, "gamma": 0.0}, {"alpha": 0.0, "gamma": 0.0}):
        yield Call("focal_loss", [draw.real(3, 4), draw.whole(0, 2, 3, 4).double()],
                   lambda x, t, o=o: focal(x, t, **o), **o, **r)


@own("batch_norm", ZERO)
def _zero_of_layers(draw):
    for momentum, eps in ((0.0, 1e-5), (0.1, 0.0)):
        def norm(x, mean, var, m=momentum, e=eps):
            return [F.batch_norm(x, mean, var, None, None, True, m, e), mean, var]
        yield Call("batch_norm", [draw.real(5, 2), draw.real(2, wants=False),
                                  draw.real(2, low=0.5, wants=False)], norm, training=True,
                   momentum=momentum, eps=eps, weight=False, bias=False)
    yield Call("layer_norm", [draw.real(3, 5)], lambda x: F.layer_norm(x, (5,), eps=0.0), axes_n=1, eps=0.0,
               weight=False, bias=False)
    yield Call("rms_norm", [draw.real(3, 5)], lambda x: x / (x * x).mean(-1, keepdim=True).sqrt(), axes_n=1,
               eps=0.0, weight=False)
    yield Call("group_norm", [draw.real(2, 4, 3)], lambda x: F.group_norm(x, 2, eps=0.0), groups=2, eps=0.0,
               weight=False, bias=False)
    yield Call("instance_norm", [draw.real(2, 3, 4)], lambda x: F.instance_norm(x, eps=0.0), eps=0.0)
    yield Call("normalize", [draw.real(3, 4)], lambda x: F.normalize(x, eps=0.0), p=2.0, eps=0.0, axis=1)
    for training in (True, False):
        yield Call("dropout", [draw.real(6)], lambda x, t=training: F.dropout(x, 0.0, t), p=0.0,
                   training=training)
    yield Call("embedding", [draw.real(4, 3), draw.whole(0, 4, 6)],
               lambda w, i: F.embedding(i, w, padding_idx=0), padding_idx=0)


@own("elu", ZERO)
def _zero_of_functions(draw):
    for name, f, key in (("elu", F.elu, "alpha"), ("leaky_relu", F.leaky_relu, "slope"),
                         ("hardshrink", F.hardshrink, "c"), ("softshrink", F.softshrink, "c"),
                         ("clamp_min", torch.clamp_min, "c"), ("clamp_max", torch.clamp_max, "c"),
                         ("pow_scalar", torch.pow, "c"), ("mul_scalar", torch.mul, "c"),
                         ("add_scalar", torch.add, "c"), ("rsub_scalar", torch.rsub, "c")):
        yield Call(name, [draw.real(3, 4)], lambda x, f=f: f(x, 0.0), **{key: 0.0})
    yield Call("softplus_beta", [draw.real(6)], lambda x: F.softplus(x, 2.0, 0.0), beta=2.0, threshold=0.0)
    yield Call("clamp", [draw.real(6)], lambda x: torch.clamp(x, 0.0, 0.0), low=0.0, high=0.0)
    yield Call("hardtanh", [draw.real(6)], lambda x: F.hardtanh(x, -1.0, 0.0), low=-1.0, high=0.0)
    yield Call("lerp_scalar", [draw.real(6), draw.real(6)], lambda a, b: torch.lerp(a, b, 0.0), weight=0.0)
    for f in (torch.addcmul, torch.addcdiv):
        yield Call(f.__name__, [draw.real(6), draw.real(6), draw.real(6, low=0.2)],
                   lambda x, a, b, f=f: f(x, a, b, value=0), value=0.0)
    yield Call("norm", [draw.real(3, 4)], lambda x: torch.linalg.vector_norm(x, 0, 1), p=0.0, axes=[1],
               keepdim=False)
    for name, f in (("var", torch.var), ("std", torch.std)):
        for correction in (0, -1, -2):
            yield Call(name, [draw.real(3, 4)], lambda x, f=f, c=correction: f(x, 1, correction=c),
                       axes=[1], correction=correction, keepdim=False)
    yield Call("topk", [draw.real(3, 4)], lambda x: torch.topk(x, 0), k=0, axis=-1, largest=True)
    yield Call("diff", [draw.real(5)], lambda x: torch.diff(x, 0), n=0, axis=0)
    yield Call("quantile", [draw.real(5)], lambda x: torch.quantile(x, 0.0, 0), q=0.0, axes=[0], method=0)
    yield Call("masked_fill", [draw.real(6), draw.whole(0, 2, 6)],
               lambda x, m: x.masked_fill(m.bool(), 0.0), value=0.0)


def is_special(call):
    return call.source in (FROM_THE_END, ZERO)


assert {source for _, source, _ in OWN} >= {FROM_THE_END, ZERO}
