"""One sample of an operation: how PyTorch is called, what it answers and its derivatives. Must not
know any operation by name, nor how a file is written."""
import random
import sys
import types
import unittest

import torch


class Skip(Exception):
    """This sample has no counterpart here; the text says why."""


class Call:
    """Our operation `op` on `operands`, with attributes; `ref(*operands)` is PyTorch's answer.
    Without ref it is the sample's own call; `pick` then chooses from its results."""

    def __init__(self, op, operands, ref=None, pick=None, second=True, f32=True, **attributes):
        self.op, self.operands, self.ref, self.pick = op, list(operands), ref, pick
        self.second, self.f32, self.attributes = second, f32, attributes
        self.source = ""


TORCH = {}  # (name, variant or None) -> functions of the sample's arguments that give a Call each
OWN = []    # (our name, PyTorch's function in words, generator of Calls)


def torch_op(*names, variant=None):
    def note(function):
        for name in names:
            TORCH.setdefault((name, variant), []).append(function)
        return function
    return note


def own(ours, source):
    def note(function):
        OWN.append((ours, source, function))
        return function
    return note


class Draw:
    """Operands of samples of our own."""

    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)

    def real(self, *shape, low=-3.0, high=3.0, wants=True):
        x = torch.rand(shape, generator=self.generator, dtype=torch.float64) * (high - low) + low
        return x.requires_grad_(wants)

    def whole(self, low, high, *shape):
        return torch.randint(low, high, shape, generator=self.generator)


def op_database(elements):
    """PyTorch's OpInfo table, with the sizes its samples are made of cut down to fit."""
    try:
        import expecttest  # noqa: F401
    except ImportError:  # only imported for a base class of PyTorch's own tests
        stub = types.ModuleType("expecttest")
        stub.TestCase, stub.ACCEPT = unittest.TestCase, False
        sys.modules["expecttest"] = stub
    from torch.testing._internal import common_methods_invocations as table
    draw = random.sample  # which took sets before Python 3.11, as PyTorch's generators do
    random.sample = lambda of, k: draw(sorted(of) if isinstance(of, set) else of, k)
    small = min(5, max(2, int(elements ** (1 / 3) + 1e-9)))
    sizes = {"S": small, "M": max(small, min(2 * small, elements // small ** 2)),
             "L": min(20, int(elements ** 0.5))}
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("torch.testing._internal"):
            for name, size in sizes.items():
                if isinstance(getattr(module, name, None), int):
                    setattr(module, name, size)
    return sorted(table.op_db, key=lambda op: (op.name, op.variant_test_name))


# --- walking the arguments of a sample ------------------------------------------------------------

def change(value, by):
    """The same structure with `by` applied to every tensor."""
    if isinstance(value, torch.Tensor):
        return by(value)
    if isinstance(value, (list, tuple)):
        changed = [change(v, by) for v in value]
        return tuple(changed) if isinstance(value, tuple) else changed
    if isinstance(value, dict):
        return {k: change(v, by) for k, v in value.items()}
    return value


def rounded(t):
    """Every operand is exact in f32, so that both dtypes compute the same function."""
    if t.dtype != torch.float64:
        return t.detach().clone()
    return t.detach().contiguous().float().double().requires_grad_(t.requires_grad)


def from_sample(op, sample, translate):
    """The Call for an OpInfo sample."""
    args = change((sample.input, tuple(sample.args), dict(sample.kwargs)), rounded)
    call = translate(args[0], *args[1], **args[2])
    if call.ref is None:
        known = {id(t) for t in call.operands}
        change(args, lambda t: id(t) in known or _lost(t))

        def ref(*now):
            new = dict(zip(map(id, call.operands), now))
            x, rest, named = change(args, lambda t: new[id(t)])
            result = op.op(x, *rest, **named)
            return call.pick(result) if call.pick else result
        call.ref = ref
    return call


def _lost(t):
    raise Skip("a tensor argument that is not an operand here")


# --- PyTorch's answer -----------------------------------------------------------------------------

def _finite(tensors):
    return all(bool(t.isfinite().all()) for t in tensors)


class Answer:
    """Outputs, the gradient of <outputs, cotangents> (None: not differentiable), and the gradient
    of <gradient, directions>: by the operands, and by the cotangents, which is the Jacobian times
    the directions."""

    def __init__(self):
        self.outputs, self.cotangents = [], []
        self.first = self.directions = self.second = self.pushed = None


    def spoilt(self):
        """Second derivatives that are not numbers although the first are."""
        return self.second is not None and _finite(self.outputs + self.first) and \
            not _finite(self.second + self.pushed)


def _flat(result):
    if isinstance(result, torch.Tensor):
        return [result]
    return [t for part in result for t in _flat(part)]


def dyadic(like, generator):
    """k/16 with k from 1 to 32, either sign: one byte each in the file, and never 0."""
    k = torch.randint(1, 33, like.shape, generator=generator)
    sign = torch.randint(0, 2, like.shape, generator=generator) * 2 - 1
    return (k * sign).double() / 16


def _grad(results, weights, operands):
    chosen = [(r, w) for r, w in zip(results, weights) if w is not None and r.requires_grad]
    if not chosen or not operands:
        return [torch.zeros_like(t) for t in operands]
    grads = torch.autograd.grad([r for r, _ in chosen], operands, [w for _, w in chosen],
                                create_graph=True, allow_unused=True)
    # A ZeroTensor has no memory behind it, although numpy() reads some.
    return [torch.zeros(t.shape, dtype=t.dtype) if g is None or g._is_zerotensor() else g
            for g, t in zip(grads, operands)]


def answer(call, seed, second, dtype=torch.float64):
    """Runs the call in the dtype; equal seeds give equal cotangents."""
    generator = torch.Generator().manual_seed(seed)
    operands = [t.detach().clone().to(dtype).requires_grad_(t.requires_grad)
                if t.is_floating_point() else t for t in call.operands]
    # The reference may write into what it is given (running statistics).
    given = [t if t.requires_grad else t.clone() for t in operands]
    a = Answer()
    a.outputs = _flat(call.ref(*given))
    wanting = [t for t in operands if t.requires_grad]
    a.cotangents = [dyadic(y, generator).to(y.dtype).requires_grad_(second and call.second)
                    if y.requires_grad else None for y in a.outputs]
    if wanting and any(c is not None for c in a.cotangents):
        a.first = _grad(a.outputs, a.cotangents, wanting)
        if second and call.second:
            a.directions = [dyadic(g, generator).to(g.dtype) for g in a.first]
            flowing = [c for c in a.cotangents if c is not None]
            found = _grad(a.first, a.directions, wanting + flowing)
            a.second, a.pushed = found[:len(wanting)], found[len(wanting):]
    return a


def difference(want, have):
    """The largest error relative to the largest element; inf where they are not comparable."""
    worst = 0.0
    for w, h in zip(want, have):
        w, h = w.detach().double(), h.detach().double()
        same = (w == h) | (w.isnan() & h.isnan())
        if bool((~same & ~(w.isfinite() & h.isfinite())).any()):
            return float("inf")
        if not bool(same.all()):
            scale = max(w[w.isfinite()].abs().max().item(), 1e-3)
            worst = max(worst, (w - h)[~same].abs().max().item() / scale)
    return worst


def f32_error(call, seed, want):
    """How far PyTorch's own f32 is from its f64: the conditioning of the sample."""
    if not call.f32:
        return float("inf")
    try:
        have = answer(call, seed, False, torch.float32)
    except RuntimeError:  # not implemented in f32
        return float("inf")
    return max(difference(want.outputs, have.outputs),
               difference(want.first or [], have.first or []))
