"""Shape and index operations: which of PyTorch's is which of ours."""
import torch
import torch.nn.functional as F

from torch_call import Call, Skip, own, torch_op
from torch_reduce import axes, axis


def _numbers(sizes):
    if len(sizes) == 1 and isinstance(sizes[0], (list, tuple)):
        sizes = sizes[0]
    return list(sizes)


# --- shapes ---------------------------------------------------------------------------------------

@torch_op("reshape")
def _reshape(x, *shape):
    return Call("reshape", [x], shape=_numbers(shape))


@torch_op("transpose")
def _transpose(x, a, b):
    if x.dim() < 2:
        raise Skip("PyTorch takes fewer than two dimensions: an AXIS error here")
    return Call("transpose_axes", [x], axes=[a, b])


@torch_op("permute")
def _permute(x, *order):
    order = _numbers(order)
    if not order:
        raise Skip("no axes to permute: the empty set names all here")
    return Call("permute", [x], axes=order)


@torch_op("expand", "broadcast_to")
def _expand(x, *shape):
    shape = _numbers(shape)
    if -1 in shape:
        raise Skip("a size -1: sizes are written out here")
    return Call("expand", [x], shape=shape)


@torch_op("squeeze")
def _squeeze(x, dim=None):
    if isinstance(dim, (tuple, list)):
        if not dim:
            raise Skip("no axes to squeeze: the empty set names all here")
        return Call("squeeze_axes", [x], axes=list(dim))
    return Call("squeeze", [x]) if dim is None else Call("squeeze_axis", [x], **axis(x, dim))


@torch_op("unsqueeze")
def _unsqueeze(x, dim):
    return Call("unsqueeze", [x], axis=dim)


@torch_op("flatten")
def _flatten(x, start_dim=0, end_dim=-1):
    return Call("flatten", [x], start=start_dim, end=end_dim)


@torch_op("movedim")
def _movedim(x, source, destination):
    return Call("movedim", [x], source=list(source), to=list(destination))


# --- joining and splitting ------------------------------------------------------------------------

@torch_op("cat")
def _cat(tensors, dim=0):
    if len({t.dim() for t in tensors}) > 1:
        raise Skip("tensors of different numbers of dimensions")
    return Call("concat", tensors, axis=dim)


@torch_op("stack")
def _stack(tensors, dim=0):
    return Call("stack", tensors, axis=dim)


@torch_op("split", "split_with_sizes")
def _split(x, size, dim=0):
    if isinstance(size, int):
        return Call("split", [x], size=size, axis=dim)
    return Call("split_sizes", [x], sizes=list(size), axis=dim)


@torch_op("chunk")
def _chunk(x, n, dim=0):
    return Call("chunk", [x], n=n, axis=dim)


@torch_op("unbind")
def _unbind(x, dim=0):
    return Call("unbind", [x], axis=dim)


@torch_op("meshgrid")
def _meshgrid(first, *rest, indexing):
    tensors = list(first) if isinstance(first, (list, tuple)) else [first, *rest]
    if indexing != "ij":
        raise Skip("indexing xy: written with transpose here")
    return Call("meshgrid", tensors)


# --- repeating and moving -------------------------------------------------------------------------

@torch_op("nn.functional.pad")
def _pad(x, widths, mode="constant", value=None):
    n = len(widths) // 2
    before, after = [0] * x.dim(), [0] * x.dim()
    for i in range(n):
        before[x.dim() - 1 - i], after[x.dim() - 1 - i] = widths[2 * i], widths[2 * i + 1]
    return Call("pad", [x], mode=mode, before=before, after=after, value=float(value or 0))


@torch_op("flip")
def _flip(x, dims):
    if not dims:
        raise Skip("no axes to flip: the empty set names all here")
    return Call("flip", [x], **axes(x, dims))


@torch_op("roll")
def _roll(x, shifts, dims=None):
    if not isinstance(shifts, int) or not isinstance(dims, int):
        raise Skip("of the flattened tensor or of several axes: one axis here")
    return Call("roll", [x], shift=shifts, axis=dims)


@torch_op("repeat")
def _repeat(x, *counts):
    return Call("repeat", [x], counts=_numbers(counts))


@torch_op("tile")
def _tile(x, *counts):
    return Call("tile", [x], counts=_numbers(counts))


@torch_op("repeat_interleave")
def _repeat_interleave(x, repeats, dim=None):
    if dim is None or not isinstance(repeats, int):
        raise Skip("of the flattened tensor or a count for each element")
    return Call("repeat_interleave", [x], n=repeats, axis=dim)


@torch_op("unfold")
def _unfold(x, dim, size, step):
    return Call("unfold", [x], size=size, step=step, **axis(x, dim))


def _pair(value):
    return [value, value] if isinstance(value, int) else list(value)


@torch_op("nn.functional.unfold")
def _unfold2d(x, kernel_size, dilation=1, padding=0, stride=1):
    return Call("unfold2d", [x], kernel=_pair(kernel_size), dilation=_pair(dilation),
                padding=_pair(padding), stride=_pair(stride))


@torch_op("nn.functional.fold")
def _fold2d(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    return Call("fold2d", [x], size=_pair(output_size), kernel=_pair(kernel_size),
                dilation=_pair(dilation), padding=_pair(padding), stride=_pair(stride))


@own("fold2d", "torch.nn.functional.fold")
def _folded(draw):
    for columns, size, kernel, rest in (
            ((2, 8, 6), (3, 4), (2, 2), {}), ((4, 4), (3, 3), (2, 2), {}),
            ((1, 6, 8), (4, 5), (2, 3), {"stride": (1, 2), "padding": (0, 1), "dilation": (2, 1)}),
            ((1, 9, 4), (3, 3), (3, 3), {"stride": (2, 2), "padding": (1, 1)})):
        full = {"dilation": (1, 1), "padding": (0, 0), "stride": (1, 1), **rest}
        yield Call("fold2d", [draw.real(*columns)],
                   lambda x, s=size, k=kernel, r=full: F.fold(x, s, k, **r), size=size,
                   kernel=kernel, **full)


# --- choosing -------------------------------------------------------------------------------------

@torch_op("select")
def _select(x, dim, index):
    return Call("select", [x], index=index, **axis(x, dim))


@torch_op("narrow")
def _narrow(x, dim, start, length):
    if isinstance(start, torch.Tensor):
        raise Skip("a tensor argument that is not an operand here")
    return Call("narrow", [x], start=start, length=length, **axis(x, dim))


@torch_op("slice")
def _slice(x, dim=0, start=None, end=None, step=1):
    return Call("slice", [x], axis=dim, start=0 if start is None else start,
                stop=2 ** 63 - 1 if end is None else end, step=step)


def _indexed(torch_name, ours):
    def translate(x, dim, index, *source, **rest):
        if rest or not all(isinstance(s, torch.Tensor) for s in source):
            raise Skip("a number for the source, or a reduction")
        if index.dtype != torch.int64:
            raise Skip("indices of 8 bits: i64 here")
        return Call(ours, [x, index, *source], **axis(x, dim))
    torch_op(torch_name)(translate)


for _name in ("index_select", "gather", "scatter", "scatter_add"):
    _indexed(_name, _name)


def _reduced(torch_name, ours):
    def translate(x, dim, index, source, reduce, include_self=True):
        if index.dtype != torch.int64:
            raise Skip("indices of 32 bits: i64 here")
        return Call(ours, [x, index, source], reduction=reduce, exclude_self=not include_self,
                    **axis(x, dim))
    torch_op(torch_name)(translate)


_reduced("scatter_reduce", "scatter_reduce")
_reduced("index_reduce", "index_reduce")


@torch_op("index_add")
def _index_add(x, dim, index, source, alpha=1):
    if alpha != 1:
        raise Skip("a factor of the source: written with mul_scalar here")
    return Call("index_add", [x, index, source], **axis(x, dim))


@torch_op("index_put")
def _index_put(x, indices, values, accumulate=False):
    if any(i.dtype != torch.int64 for i in indices):
        raise Skip("a mask among the indices: masked_fill and where here")
    return Call("index_put", [x, *indices, values], accumulate=accumulate)


@torch_op("take_along_dim")
def _take_along(x, index, dim=None):
    if dim is None:
        raise Skip("of the flattened tensor")
    return Call("take_along", [x, index], axis=dim)


@torch_op("masked_fill")
def _masked_fill(x, mask, value):
    if isinstance(value, torch.Tensor):
        raise Skip("the value is a tensor: written with where here")
    return Call("masked_fill", [x, mask], value=float(value))


@torch_op("masked_select")
def _masked_select(x, mask):
    return Call("masked_select", [x, mask])


@torch_op("nonzero")
def _nonzero(x, as_tuple=False):
    if as_tuple:
        raise Skip("as a list of vectors: a matrix here")
    return Call("nonzero", [x])


@torch_op("sort")
def _sort(x, dim=-1, descending=False, stable=False):
    return Call("sort", [x], descending=descending, **axis(x, dim))


@torch_op("argsort")
def _argsort(x, dim=-1, descending=False):
    return Call("argsort", [x], descending=descending, **axis(x, dim))


@torch_op("topk")
def _topk(x, k, dim=-1, largest=True, sorted=True):
    return Call("topk", [x], k=k, largest=largest, **axis(x, dim))


@torch_op("searchsorted")
def _searchsorted(x, values, out_int32=False, right=False, side=None, sorter=None):
    if sorter is not None or out_int32:
        raise Skip("a sorter, or indices of 32 bits")
    return Call("searchsorted", [x, values], right=bool(right or side == "right"))


@torch_op("arange", "linspace")
def _made(*_, **__):
    raise Skip("samples of our own instead: there is no operand to take a graph from")


@torch_op("nn.functional.one_hot")
def _one_hot(*_, **__):
    raise Skip("samples of our own instead: labels are i64")


# --- samples of our own ---------------------------------------------------------------------------

@own("arange", "torch.arange, linspace")
def _ranges(draw):
    for start, stop, step in ((0, 5, 1), (1, 2, 0.25), (5, 0, -2), (2, 2, 1), (-1, 2, 2)):
        yield Call("arange", [], lambda a=start, b=stop, c=step: torch.arange(
            a, b, c, dtype=torch.float64), start=start, stop=stop, step=step)
    for start, stop, n in ((0, 1, 5), (-3, 4, 8), (2, -2, 3), (1, 9, 1), (0, 1, 0)):
        yield Call("linspace", [], lambda a=start, b=stop, n=n: torch.linspace(
            a, b, n, dtype=torch.float64), start=start, stop=stop, n=n)


@own("one_hot", "torch.nn.functional.one_hot(labels, classes)")
def _one_hot_own(draw):
    for shape in ((), (4,), (2, 3), (0,)):
        yield Call("one_hot", [draw.whole(0, 5, *shape)],
                   lambda t: torch.nn.functional.one_hot(t, 5), classes=5)


@own("masked_sum", "torch.where(mask, x, 0).sum(axis), divided by mask.sum(axis)")
def _masked(draw):
    for shape in ((6,), (3, 5)):
        mask = draw.whole(0, 2, *shape)
        mask[..., 0] = 1
        for over in ({}, {"axes": [-1]}):
            dim = over.get("axes", tuple(range(len(shape))))
            yield Call("masked_sum", [draw.real(*shape), mask],
                       lambda x, m, d=dim: torch.where(m.bool(), x, torch.zeros_like(x)).sum(d),
                       keepdim=False, **over)
            yield Call("masked_mean", [draw.real(*shape), mask],
                       lambda x, m, d=dim: torch.where(m.bool(), x, torch.zeros_like(x)).sum(d) /
                       m.sum(d), keepdim=False, **over)


@own("reshape", "torch.Tensor.reshape(shape) of the transpose")
def _reshape_copy(draw):
    for shape, to in (((2, 3), (6,)), ((2, 3, 4), (2, 2, 6)), ((4, 1), (2, 2))):
        yield Call("reshape", [draw.real(*shape)], lambda x, s=to: x.mT.reshape(s), shape=to,
                   turned=True)


@own("movedim", "torch.movedim(x, from, to)")
def _movedim_own(draw):
    for a, b in ((0, 2), (2, 0), (-1, 0), (1, 1), (0, -2)):
        yield Call("movedim", [draw.real(2, 3, 4)], lambda x, a=a, b=b: torch.movedim(x, a, b),
                   source=[a], to=[b])


@own("gather", "torch.gather, scatter_add, index_select with repeated indices")
def _repeated(draw):
    for dim in (0, 1, -1):
        index = draw.whole(0, 3, 4, 3)
        x = draw.real(3 if dim == 0 else 4, 3)
        yield Call("gather", [x, index],
                   lambda x, i, d=dim: torch.gather(x, d, i), axis=dim)
        yield Call("scatter_add", [draw.real(4, 3), index, draw.real(4, 3)],
                   lambda x, i, s, d=dim: torch.scatter_add(x, d, i, s), axis=dim)
        yield Call("index_select", [draw.real(3, 3), draw.whole(0, 3, 7)],
                   lambda x, i, d=dim: torch.index_select(x, d, i), axis=dim)


@own("meshgrid", "torch.meshgrid(vectors, indexing='ij')")
def _meshgrid_own(draw):
    for sizes in ((2, 3), (3, 1), (2, 3, 2), (4, 0)):
        yield Call("meshgrid", [draw.real(n) for n in sizes],
                   lambda *vectors: torch.meshgrid(*vectors, indexing="ij"))


@own("sort", "torch.sort, topk along an axis of small tensors")
def _sorted(draw):
    for dim, down in ((0, False), (1, True), (-1, False)):
        yield Call("sort", [draw.real(4, 5)],
                   lambda x, d=dim, r=down: torch.sort(x, d, r), axis=dim, descending=down)
        yield Call("argsort", [draw.real(4, 5)],
                   lambda x, d=dim, r=down: torch.argsort(x, d, r), axis=dim, descending=down)
        yield Call("topk", [draw.real(4, 5)],
                   lambda x, d=dim, r=down: torch.topk(x, 2, d, r), k=2, axis=dim, largest=down)


@own("slice", "x[start:stop:step] of small tensors; flip; roll; repeat_interleave; unfold; chunk")
def _small(draw):
    for start, stop, step in ((0, 4, 1), (1, -1, 2), (-3, 9, 1), (2, 2, 1), (0, 5, 3)):
        yield Call("slice", [draw.real(5, 3)],
                   lambda x, a=start, b=stop, c=step: x[a:b:c], axis=0, start=start, stop=stop,
                   step=step)
    for shift, dim in ((1, 0), (-2, 1), (7, -1), (0, 0)):
        yield Call("roll", [draw.real(4, 3)], lambda x, s=shift, d=dim: torch.roll(x, s, d),
                   shift=shift, axis=dim)
    for n, dim in ((2, 0), (3, 1), (0, 0)):
        yield Call("repeat_interleave", [draw.real(2, 3)],
                   lambda x, n=n, d=dim: torch.repeat_interleave(x, n, d), n=n, axis=dim)
    for n, dim in ((2, 0), (3, 0), (4, 1), (1, 1)):
        yield Call("chunk", [draw.real(5, 7)], lambda x, n=n, d=dim: torch.chunk(x, n, d), n=n,
                   axis=dim)


@own("expand", "torch.Tensor.expand(shape)")
def _expand_own(draw):
    for a, b in (((3, 1), (3, 4)), ((1, 1, 2), (2, 3, 2)), ((2,), (3, 2)), ((), (2, 2))):
        yield Call("expand", [draw.real(*a)], lambda x, s=b: x.expand(s), shape=b)


@own("transpose", "torch.Tensor.mT")
def _transposed(draw):
    for shape in ((2, 3), (2, 3, 4), (3, 0)):
        yield Call("transpose", [draw.real(*shape)], lambda x: x.mT)


@own("scatter_reduce", "torch.scatter_reduce with ties and zeros, integers, a 0-d tensor")
def _scatter_reduced(draw):
    for reduce in ("sum", "mean", "amax", "amin", "prod"):
        for shape, places, dim, self in (((4, 3), (5, 3), 0, True), ((2, 3), (2, 5), 1, False),
                                         ((4,), (6,), 0, True)):
            x, src = (torch.randint(-2, 3, s, generator=draw.generator).double().requires_grad_()
                      if self else draw.real(*s) for s in (shape, places))
            yield Call("scatter_reduce", [x, draw.whole(0, shape[dim], *places), src],
                       lambda x, i, s, d=dim, r=reduce, w=self: torch.scatter_reduce(
                           x, d, i, s, r, include_self=w), axis=dim, reduction=reduce,
                       exclude_self=not self, second=False)


@own("index_add", "torch.index_add with repeated indices")
def _index_add_own(draw):
    for dim, n in ((0, 5), (1, 2), (-1, 0)):
        places = [3, 4]
        places[dim] = n
        yield Call("index_add", [draw.real(3, 4), draw.whole(0, 3, n), draw.real(*places)],
                   lambda x, i, s, d=dim: torch.index_add(x, d, i, s), axis=dim)


@own("index_put", "torch.Tensor.index_put with indices that broadcast and repeat")
def _index_put_own(draw):
    for first, second, values, accumulate in (
            (draw.whole(0, 3, 4), draw.whole(0, 4, 4), (4, 2), True),
            (draw.whole(0, 3, 2, 1), draw.whole(0, 4, 3), (2, 3, 2), True),
            (torch.tensor([[2], [0]]), torch.tensor([1, 3]), (2, 1, 2), False),
            (draw.whole(0, 3, 5), None, (4, 2), True)):
        indices = [first] if second is None else [first, second]
        yield Call("index_put", [draw.real(3, 4, 2), *indices, draw.real(*values)],
                   lambda x, *rest, a=accumulate: x.index_put(rest[:-1], rest[-1], a),
                   accumulate=accumulate)


# --- places in the order --------------------------------------------------------------------------

METHODS = ("linear", "lower", "higher", "nearest", "midpoint")


@torch_op("kthvalue")
def _kthvalue(x, k, dim=-1, keepdim=False):
    return Call("kthvalue", [x], k=k, keepdim=bool(keepdim), **axis(x, dim))


@own("quantile", "torch.quantile(x, q, dim, keepdim, interpolation), kthvalue")
def _quantile(draw):
    for i, method in enumerate(METHODS):
        for q in (0.0, 0.3, 0.5, 0.9, 1.0):
            o = {"q": q, "keepdim": i % 2 == 0, "method": i}
            yield Call("quantile", [draw.real(3, 5)],
                       lambda x, o=o, m=method: torch.quantile(x, o["q"], 0, o["keepdim"], interpolation=m),
                       axes=[0], **o)
        yield Call("quantile", [draw.real(2, 3, 2)],
                   lambda x, m=method: torch.quantile(x, 0.4, interpolation=m), q=0.4, method=i)
    x = draw.real(2, 4).detach()
    x[0, 1] = float("nan")
    yield Call("quantile", [x.requires_grad_()], lambda x: torch.quantile(x, 0.25, -1), q=0.25, axes=[-1])
    for k in (1, 3):
        yield Call("kthvalue", [draw.real(4, 3)], lambda x, k=k: torch.kthvalue(x, k, 0, True),
                   k=k, axis=0, keepdim=True)
