"""Reductions, cumulative operations and the softmax family: which of PyTorch's is which of ours."""
import math

import torch

from torch_call import Call, Skip, own, torch_op


def axes(x, dim):
    """Attributes: a set of axes, none for all of them."""
    if dim is None or isinstance(dim, (list, tuple)) and len(dim) == 0:
        return {}
    dim = [dim] if isinstance(dim, int) else list(dim)
    return {"axes": dim}


def axis(x, dim):
    return {"axis": dim}


def _over(torch_name, ours):
    def translate(x, dim=None, keepdim=False, dtype=None):
        return Call(ours, [x], keepdim=bool(keepdim), **axes(x, dim))
    torch_op(torch_name)(translate)


for _torch, _ours in (("sum", "sum_over"), ("mean", "mean_over"), ("prod", "prod_over"),
                      ("amax", "amax"), ("amin", "amin"), ("logsumexp", "logsumexp"),
                      ("all", "all_over"), ("any", "any_over"), ("nansum", "nansum"),
                      ("nanmean", "nanmean"), ("count_nonzero", "count_nonzero")):
    _over(_torch, _ours)


def _extreme(name):
    @torch_op(name, variant="reduction_no_dim")
    def whole(x):
        return Call(name, [x])

    @torch_op(name, variant="reduction_with_dim")
    def along(x, dim, keepdim=False):
        return Call(name + "_along", [x], keepdim=bool(keepdim), **axis(x, dim))

    @torch_op(name, variant="binary")
    def binary(*_):
        raise Skip("of two tensors: see %simum" % name)

    @torch_op("arg" + name)
    def index(x, dim=None, keepdim=False):
        if dim is None:
            return Call("arg" + name, [x])
        return Call("arg%s_along" % name, [x], keepdim=bool(keepdim), **axis(x, dim))


_extreme("max")
_extreme("min")


@torch_op("median")
def _median(x, dim=None, keepdim=False):
    if dim is None:
        return Call("median", [x])
    return Call("median_along", [x], keepdim=bool(keepdim), **axis(x, dim))


@torch_op("diff")
def _diff(x, n=1, dim=-1, prepend=None, append=None):
    if prepend is not None or append is not None:
        raise Skip("more elements at an end: written with concat here")
    return Call("diff", [x], n=n, **axis(x, dim))


@torch_op("nn.functional.glu")
def _glu(x, dim=-1):
    return Call("glu", [x], **axis(x, dim))


def _spread(name):
    @torch_op(name)
    def translate(x, dim=None, unbiased=None, keepdim=False, correction=None):
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        if correction is None:
            correction = 1 if unbiased is None else int(unbiased)
        return Call(name, [x], correction=correction, keepdim=bool(keepdim), **axes(x, dim))


_spread("var")
_spread("std")


def _norm_call(x, p, dim, keepdim):
    if isinstance(p, str):
        raise Skip("a matrix norm by name: of the elements here")
    if torch.tensor(p, dtype=torch.float32).item() != p:
        raise Skip("a p that is not exact in f32, to which PyTorch rounds it in the forward pass")
    return Call("norm", [x], p=float(p), keepdim=bool(keepdim), **axes(x, dim))


@torch_op("norm")
def _norm(x, p="fro", dim=None, keepdim=False):
    return _norm_call(x, 2 if p == "fro" else p, dim, keepdim)


@torch_op("linalg.vector_norm")
def _vector_norm(x, ord=2, dim=None, keepdim=False):
    return _norm_call(x, ord, dim, keepdim)


@torch_op("linalg.norm")
def _linalg_norm(x, ord=None, dim=None, keepdim=False):
    if ord is not None and (x.dim() > 1 if dim is None else not isinstance(dim, int)):
        raise Skip("an operator norm of matrices: of the elements here")
    return _norm_call(x, 2 if ord is None else ord, dim, keepdim)


def _along(torch_name, ours):
    def translate(x, dim, dtype=None):
        return Call(ours, [x], **axis(x, dim))
    torch_op(torch_name)(translate)


for _name in "cumsum cumprod cummax cummin logcumsumexp softmax log_softmax".split():
    _along(_name, _name)
_along("nn.functional.softmin", "softmin")


@torch_op("nn.functional.normalize")
def _normalize(x, p=2.0, dim=1, eps=1e-12):
    return Call("normalize", [x], p=float(p), eps=eps, **axis(x, dim))


# --- samples of our own ---------------------------------------------------------------------------

@own("sum", "torch.sum(x), mean, prod, logsumexp, std")
def _everything(draw):
    for shape in ((), (7,), (3, 4), (2, 3, 4)):
        yield Call("sum", [draw.real(*shape)], torch.sum)
        yield Call("mean", [draw.real(*shape)], torch.mean)
        yield Call("prod", [draw.real(*shape, low=-2, high=2)], torch.prod)


@own("max", "torch.max, min, amax, amin with equal elements")
def _ties(draw):
    for shape in ((12,), (3, 6)):
        def whole():
            return draw.whole(0, 4, *shape).double().requires_grad_()
        yield Call("max", [whole()], torch.max)
        yield Call("min", [whole()], torch.min)
        yield Call("amax", [whole()], lambda x: torch.amax(x, -1), axes=[-1], keepdim=False)
        yield Call("amin", [whole()], lambda x: torch.amin(x, -1), axes=[-1], keepdim=False)
        yield Call("median", [whole()], torch.median)


@own("nansum", "torch.nansum, nanmean with NaN")
def _with_nan(draw):
    for shape in ((7,), (3, 5)):
        x = draw.real(*shape).detach()
        x[..., 1::3] = math.nan
        yield Call("nansum", [x.clone().requires_grad_()], lambda x: torch.nansum(x, -1),
                   axes=[-1], keepdim=False)
        yield Call("nanmean", [x.clone().requires_grad_()], lambda x: torch.nanmean(x, -1),
                   axes=[-1], keepdim=False)


@own("norm", "torch.norm(x, p, axis)")
def _norms(draw):
    for p in (0.75, 1.5, 2.0, 2.25, 4.0, -1.5):
        yield Call("norm", [draw.real(3, 4)], lambda x, p=p: torch.norm(x, p, 1), p=p, axes=[1],
                   keepdim=False)


@own("all_over", "torch.all, any, count_nonzero with zeros")
def _logic(draw):
    for f, ours in ((torch.all, "all_over"), (torch.any, "any_over"),
                    (torch.count_nonzero, "count_nonzero")):
        for _ in range(3):
            x = draw.whole(0, 2, 6, 3).double()
            yield Call(ours, [x], lambda x, f=f: f(x, 1), axes=[1], keepdim=False)


@own("cumprod", "torch.cumprod with zeros")
def _cumprod(draw):
    for n in (1, 2, 3):
        x = draw.real(3, 6).detach()
        x[1, 6 - 2 * n::2] = 0
        yield Call("cumprod", [x.requires_grad_()], lambda x: torch.cumprod(x, 1), axis=1)
