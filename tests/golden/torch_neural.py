"""Neural-network operations: which of PyTorch's is which of ours."""
import math

import torch
import torch.nn.functional as F

from torch_call import Call, Skip, own, torch_op


def _all(n, value):
    return [value] * n if isinstance(value, int) else (list(value) * n)[:n]


def _sizes(x, n, size):
    """The number of adaptive windows in each dimension; None keeps a size."""
    given = [size] * n if isinstance(size, (int, type(None))) else size
    return [s if s is not None else x.shape[x.dim() - n + i] for i, s in enumerate(given)]


def _operands(*tensors):
    return [t for t in tensors if t is not None]


@torch_op("nn.functional.linear")
def _linear(x, w, b=None):
    return Call("linear", _operands(x, w, b))


def _activated(name):
    @torch_op("nn.functional.linear")
    def linear(x, w, b=None):
        return Call("linear_%s" % name, _operands(x, w, b),
                    lambda *operands: getattr(torch, name)(F.linear(*operands)))


for _name in ("relu", "sigmoid", "tanh"):
    _activated(_name)


def _conv(n):
    @torch_op("nn.functional.conv%dd" % n)
    def convolve(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
        where = {"same": 1} if padding == "same" else \
            {"padding": _all(n, 0 if padding == "valid" else padding)}
        return Call("conv%dd" % n, _operands(x, w, b), stride=_all(n, stride),
                    dilation=_all(n, dilation), groups=groups, **where)

    @torch_op("nn.functional.conv_transpose%dd" % n)
    def transposed(x, w, b=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
        return Call("conv_transpose%dd" % n, _operands(x, w, b), stride=_all(n, stride),
                    padding=_all(n, padding), output_padding=_all(n, output_padding),
                    dilation=_all(n, dilation), groups=groups)


def _pool(n):
    @torch_op("nn.functional.max_pool%dd" % n)
    def largest(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False,
                return_indices=False):
        kernel = _all(n, kernel_size)
        return Call("max_pool%dd" % n, [x], kernel=kernel, indices=return_indices,
                    stride=kernel if stride is None else _all(n, stride),
                    padding=_all(n, padding), dilation=_all(n, dilation), ceil=ceil_mode)

    @torch_op("nn.functional.avg_pool%dd" % n)
    def average(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,
                divisor_override=None):
        if divisor_override is not None and divisor_override < 0:
            raise Skip("a negative divisor")
        kernel = _all(n, kernel_size)
        return Call("avg_pool%dd" % n, [x], kernel=kernel,
                    stride=_all(n, stride) if stride else kernel, padding=_all(n, padding),
                    ceil=ceil_mode, include_pad=count_include_pad, divisor=divisor_override or 0)

    @torch_op("nn.functional.adaptive_max_pool%dd" % n)
    def largest_of_each(x, size, return_indices=False):
        return Call("adaptive_max_pool%dd" % n, [x], size=_sizes(x, n, size),
                    indices=return_indices)

    @torch_op("nn.functional.adaptive_avg_pool%dd" % n)
    def adaptive(x, size):
        return Call("adaptive_avg_pool%dd" % n, [x], size=_sizes(x, n, size))


for _n in (1, 2, 3):
    _conv(_n)
for _n in (1, 2, 3):
    _pool(_n)


def _positive_eps(eps):
    if eps <= 0:
        raise Skip("an eps below 0")
    return eps


@torch_op("nn.functional.layer_norm")
def _layer_norm(x, shape, weight=None, bias=None, eps=1e-5):
    return Call("layer_norm", _operands(x, weight, bias), axes_n=len(shape),
                eps=_positive_eps(eps), weight=weight is not None, bias=bias is not None)


@torch_op("nn.functional.group_norm")
def _group_norm(x, groups, weight=None, bias=None, eps=1e-5):
    return Call("group_norm", _operands(x, weight, bias), groups=groups, eps=_positive_eps(eps),
                weight=weight is not None, bias=bias is not None)


@torch_op("nn.functional.batch_norm")
def _batch_norm(*_, **__):
    raise Skip("samples of our own instead: the running statistics are results too")


@torch_op("nn.functional.embedding")
def _embedding(table, index, padding_idx=None, max_norm=None, norm_type=2.0,
               scale_grad_by_freq=False, sparse=False):
    if max_norm is not None or scale_grad_by_freq:
        raise Skip("rows rescaled in place, or gradients divided by frequency")
    pad = {} if padding_idx is None else {"padding_idx": padding_idx % table.shape[0]}
    return Call("embedding", [table, index], **pad)


@torch_op("nn.functional.dropout")
def _dropout(x, p=0.5, training=True, inplace=False):
    if training and 0 < p < 1:
        raise Skip("random: PyTorch's generator is not ours")
    return Call("dropout", [x], p=p, training=training)


@torch_op("nn.functional._scaled_dot_product_attention")
def _attention(q, k, v, attn_mask=None, dropout_p=0.0, need_attn_weights=False, is_causal=False):
    if dropout_p > 0:
        raise Skip("random: PyTorch's generator is not ours")
    if attn_mask is not None:
        raise Skip("samples of our own have masks")
    return Call("attention", [q, k, v], pick=lambda result: result[0], causal=is_causal)


# --- samples of our own ---------------------------------------------------------------------------

@own("batch_norm", "torch.nn.functional.batch_norm, with the running statistics after it")
def _batch_norm_own(draw):
    def norm(n_given, training, momentum, eps):
        def run(x, mean, var, *affine):
            weight, bias = affine if affine else (None, None)
            return [F.batch_norm(x, mean, var, weight, bias, training, momentum, eps), mean, var]
        return run
    for shape, affine, training, momentum, eps in (
            ((6, 3), True, True, 0.1, 1e-5), ((3, 2, 4), True, True, 0.5, 0.6),
            ((2, 2, 2, 3), True, True, 0.25, 1e-3), ((5, 2), False, True, 0.1, 1e-5),
            ((3, 2, 4), True, False, 0.1, 1e-5), ((4, 3), False, False, 0.1, 1e-2),
            ((2, 3, 2, 2), True, False, 0.1, 1e-5)):
        c = shape[1]
        given = [draw.real(c), draw.real(c)] if affine else []
        yield Call("batch_norm", [draw.real(*shape), draw.real(c, wants=False),
                                  draw.real(c, low=0.5, wants=False), *given],
                   norm(len(given), training, momentum, eps), training=training,
                   momentum=momentum, eps=eps, weight=affine, bias=affine)


@own("rms_norm", "x / torch.sqrt(mean(x^2) + eps) * weight")
def _rms_norm(draw):
    for shape, affine, eps in (((5,), True, 1e-5), ((3, 4), True, 1e-2), ((2, 3, 4), False, 1e-5)):
        def norm(x, *w, eps=eps):
            y = x / torch.sqrt((x * x).mean(-1, keepdim=True) + eps)
            return y * w[0] if w else y
        weight = [draw.real(shape[-1])] if affine else []
        yield Call("rms_norm", [draw.real(*shape), *weight], norm, axes_n=1, eps=eps,
                   weight=affine)


@own("layer_norm", "torch.nn.functional.layer_norm, group_norm of small tensors")
def _norms(draw):
    for shape, n, affine in (((4, 6), 1, True), ((2, 3, 4), 2, True), ((2, 3, 4), 1, False)):
        inner = shape[len(shape) - n:]
        extra = [draw.real(*inner), draw.real(*inner)] if affine else []
        yield Call("layer_norm", [draw.real(*shape), *extra],
                   lambda x, *wb, s=inner: F.layer_norm(x, s, *wb), axes_n=n, eps=1e-5,
                   weight=affine, bias=affine)
    for shape, groups, affine in (((2, 6, 3), 3, True), ((2, 4, 2, 2), 2, True),
                                  ((3, 4), 1, False)):
        extra = [draw.real(shape[1]), draw.real(shape[1])] if affine else []
        yield Call("group_norm", [draw.real(*shape), *extra],
                   lambda x, *wb, g=groups: F.group_norm(x, g, *wb), groups=groups, eps=1e-5,
                   weight=affine, bias=affine)


def _conv_samples(draw, n):
    base = {"stride": [1] * n, "padding": [0] * n, "dilation": [1] * n, "groups": 1}
    for change, channels, out in (({}, 2, 2), ({"stride": [2] * n, "padding": [1] * n}, 1, 2),
                                  ({"dilation": [2] * n, "padding": [2] * n}, 1, 1),
                                  ({"groups": 2, "padding": [1] * n}, 2, 4)):
        o = dict(base, **change)
        size = (4,) * n
        x = draw.real(1 if n == 3 else 2, channels, *size)
        w = draw.real(out, channels // o["groups"], *((2,) * n))
        yield Call("conv%dd" % n, [x, w, draw.real(out)],
                   lambda x, w, b, o=o: getattr(F, "conv%dd" % n)(x, w, b, **o), **o)
        y = draw.real(1, out, *((3,) * n))
        v = draw.real(out, channels // o["groups"], *((2,) * n))
        yield Call("conv_transpose%dd" % n, [y, v],
                   lambda x, w, o=o: getattr(F, "conv_transpose%dd" % n)(x, w, **o),
                   output_padding=[0] * n, **o)


@own("conv", "torch.nn.functional.conv1d, conv2d, conv3d and their transposes on small images")
def _convs(draw):
    for n in (1, 2, 3):
        yield from _conv_samples(draw, n)


@own("pool", "torch.nn.functional.max_pool1d, max_pool2d, avg_pool1d, avg_pool2d and adaptive")
def _pools(draw):
    for n, shape in ((1, (2, 2, 7)), (2, (1, 2, 5, 6))):
        for k, s, p, up in ((2, 2, 0, False), (3, 2, 1, False), (3, 1, 1, False), (2, 2, 0, True)):
            o = {"kernel": [k] * n, "stride": [s] * n, "padding": [p] * n, "ceil": up}
            yield Call("max_pool%dd" % n, [draw.real(*shape)],
                       lambda x, f=getattr(F, "max_pool%dd" % n), k=k, s=s, p=p, up=up:
                       f(x, k, s, p, ceil_mode=up), dilation=[1] * n, indices=False, **o)
            for include in (False, True):
                yield Call("avg_pool%dd" % n, [draw.real(*shape)],
                           lambda x, f=getattr(F, "avg_pool%dd" % n), k=k, s=s, p=p, up=up,
                           i=include: f(x, k, s, p, up, i), include_pad=include, divisor=0, **o)
        for size in (1, 2, 3, 4):
            yield Call("adaptive_avg_pool%dd" % n, [draw.real(*shape)],
                       lambda x, f=getattr(F, "adaptive_avg_pool%dd" % n), s=size: f(x, s),
                       size=[size] * n)


@own("attention", "softmax(q k^T / sqrt(d) + mask) v")
def _attention_own(draw):
    for lead, m, n, d, masked, causal in (
            ((), 3, 4, 2, False, False), ((2,), 3, 3, 4, False, True),
            ((2, 2), 2, 3, 2, True, False), ((), 4, 4, 3, True, False)):
        def attend(q, k, v, *mask, causal=causal):
            scores = q @ k.mT / math.sqrt(q.shape[-1])
            if causal:
                scores = scores.masked_fill(torch.ones(scores.shape[-2:]).tril() == 0, -math.inf)
            return torch.softmax(scores + mask[0] if mask else scores, -1) @ v
        mask = [draw.real(m, n, wants=False)] if masked else []
        yield Call("attention", [draw.real(*lead, m, d), draw.real(*lead, n, d),
                                 draw.real(*lead, n, d), *mask], attend, causal=causal)


def _unpool(n):
    @torch_op("nn.functional.max_unpool%dd" % n)
    def back(x, indices, kernel_size, stride=None, padding=0, output_size=None):
        places = indices.reshape(-1, indices[0, 0].numel() if x.dim() == n + 2
                                 else indices[0].numel())
        if any(len(set(row)) < len(row) for row in places.tolist()):
            raise Skip("elements with one index: which stays is not defined")
        kernel = _all(n, kernel_size)
        size = {} if output_size is None else {"size": list(output_size)[-n:]}
        return Call("max_unpool%dd" % n, [x, indices], kernel=kernel,
                    stride=_all(n, stride if stride else kernel_size), padding=_all(n, padding),
                    **size)


for _n in (1, 2, 3):
    _unpool(_n)


@own("max_unpool", "torch.nn.functional.max_unpool1d, 2d, 3d of what max_pool gave")
def _unpooled(draw):
    for n, shape in ((1, (2, 2, 7)), (2, (2, 5, 4)), (3, (1, 1, 2, 4, 3))):
        kernel, size = [2] * n, list(shape[-n:])
        y, index = getattr(F, "max_pool%dd" % n)(draw.real(*shape), 2, return_indices=True)
        yield Call("max_unpool%dd" % n, [draw.real(*y.shape), index],
                   lambda x, i, n=n, s=size: getattr(F, "max_unpool%dd" % n)(
                       x, i, 2, output_size=s), kernel=kernel, stride=kernel, padding=[0] * n,
                   size=size)
        yield Call("max_unpool%dd" % n, [draw.real(1, 2, *[2] * n), torch.stack(
            [torch.arange(2 ** n)] * 2).reshape(1, 2, *[2] * n)],
            lambda x, i, n=n: getattr(F, "max_unpool%dd" % n)(x, i, 3, 2, 1),
            kernel=[3] * n, stride=[2] * n, padding=[1] * n)


@own("instance_norm", "torch.nn.functional.instance_norm")
def _instance_norm(draw):
    for shape in ((2, 3, 4), (2, 2, 2, 3), (1, 2, 2, 1, 3)):
        for affine in (True, False):
            extra = [draw.real(shape[1]), draw.real(shape[1])] if affine else []
            yield Call("instance_norm", [draw.real(*shape), *extra],
                       lambda x, *wb: F.instance_norm(x, None, None, *wb, eps=1e-5), eps=1e-5)


def _each_row(step, x, u, *state):
    """PyTorch's cells have products, and biases that all rows share: so row by row, the two parts of
    the gates are the biases and the products are zeros."""
    lead = torch.broadcast_shapes(*(t.shape[:-1] for t in (x, u, *state)))
    rows = [t.expand(*lead, t.shape[-1]).reshape(-1, t.shape[-1]) for t in (x, u, *state)]
    width, n = x.shape[-1], state[0].shape[-1]
    nothing = torch.zeros(1, 1, dtype=x.dtype), torch.zeros(1, n, dtype=x.dtype)
    weights = torch.zeros(width, 1, dtype=x.dtype), torch.zeros(width, n, dtype=x.dtype)
    results = [step(*nothing, *weights, *r) for r in zip(*rows)]
    return tuple(torch.cat(part).reshape(*lead, n) for part in zip(*results))


@own("lstm_cell", "torch.lstm_cell and gru_cell of gates in two parts")
def _cells(draw):
    for lead, other, of_state in (((3,), (3,), (3,)), ((), (), ()), ((2, 2), (), (2, 2)),
                                  ((2, 1), (3,), (1, 3)), ((2,), (2,), ())):
        def lstm(x, u, c):
            return _each_row(lambda i, h, w, v, x, u, c: torch.lstm_cell(
                i, (h, c[None]), w, v, x, u), x, u, c)

        def gru(x, u, h):
            """A state of 0 and, added, the gate z times h: the products would make an infinite h NaN."""
            return _each_row(lambda i, o, w, v, x, u, h: [torch.gru_cell(i, o, w, v, x, u)
                             + torch.sigmoid(x + u).chunk(3)[1] * h], x, u, h)[0]

        for name, gates, ref in (("lstm_cell", 4, lstm), ("gru_cell", 3, gru)):
            for n in (1, 3):
                yield Call(name, [draw.real(*lead, gates * n), draw.real(*other, gates * n),
                                  draw.real(*of_state, n)], ref)
