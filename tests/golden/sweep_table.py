#!/usr/bin/env python3
"""Prints the table of worst errors in README.md: what test_sweep printed for a file of the sweep, and
the same of PyTorch at the same points. README.md says how it is called.
"""
import math
import struct
import sys

import torch
import torch.nn.functional as F

import sweep_points

LEAST = {torch.float64: 5e-324, torch.float32: 1.401298464324817e-45}
SMALLEST = {torch.float64: 2.2250738585072014e-308, torch.float32: 1.1754943508222875e-38}
LARGEST = {torch.float64: 1.7976931348623157e308, torch.float32: 3.4028234663852886e38}
ORDER = {3: (0, 1, 2), 6: (0, 1, 1, 2, 2, 2)}
THEIRS = {
    "logsigmoid": F.logsigmoid, "silu": F.silu, "gelu": F.gelu, "mish": F.mish, "selu": F.selu, "relu6": F.relu6,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"), "hardsigmoid": F.hardsigmoid, "hardswish": F.hardswish,
    "softplus": F.softplus, "softsign": F.softsign, "tanhshrink": F.tanhshrink, "add_scalar": lambda x, c: x + c,
    "mul_scalar": lambda x, c: x * c, "pow_scalar": lambda x, c: x ** c, "leaky_relu": F.leaky_relu,
    "elu": F.elu, "celu": F.celu, "polygamma": None,  # which takes minutes at a large number
    "clamp_min": lambda x, c: torch.clamp(x, min=c), "clamp_max": lambda x, c: torch.clamp(x, max=c),
    "hardtanh": F.hardtanh, "huber": lambda x, c: F.huber_loss(x, torch.zeros_like(x), reduction="none", delta=c),
    "bce": lambda a, b: F.binary_cross_entropy(a, b, reduction="none"), "cbrt": None, "sinc_derivative": None,
    "bce_logits": lambda a, b: F.binary_cross_entropy_with_logits(a, b, reduction="none"),
    "rsub_scalar": torch.rsub, "hardshrink": F.hardshrink, "softshrink": F.softshrink, "softplus_beta": F.softplus,
    "clamp_low": torch.clamp_min, "clamp_high": torch.clamp_max, "prelu": None,
    "erfcx": torch.special.erfcx, "log_ndtr": torch.special.log_ndtr, "i0": torch.special.i0, "i1": torch.special.i1,
    "i0e": torch.special.i0e, "i1e": torch.special.i1e, "j0": torch.special.bessel_j0, "j1": torch.special.bessel_j1,
}


HEAD = """| operation | f64 | PyTorch, f64 | f32 | PyTorch, f32 |
|---|---|---|---|---|"""


class Record:
    """One of the file's: where it asks, and what is right there."""

    def __init__(self, body):
        self.at, self.body = 0, body
        self.name = self.take("%ds" % self.take("B")[0])[0].decode()
        self.constants = list(self.take("%dd" % self.take("B")[0]))
        self.operands = []
        for _ in range(self.take("B")[0]):
            low, high, n = self.take("ddB")
            self.operands.append((low, high, list(self.take("%dd" % n))))
        seed, self.n = self.take("QI")
        self.points = sweep_points.points(self, self.n, seed)
        self.columns = [self.column() for _ in range(3 if len(self.operands) == 1 else 6)]

    def take(self, what):
        found = struct.unpack_from("<" + what, self.body, self.at)
        self.at += struct.calcsize("<" + what)
        return found

    def column(self):
        return list(self.take("%dd" % self.n)) if self.take("B")[0] else list(self.take("d")) * self.n


def records(path):
    data = open(path, "rb").read()
    at = len(b"ag sweep 1\n") + 4
    while at < len(data):
        size, = struct.unpack_from("<I", data, at)
        yield Record(data[at + 4:at + 4 + size])
        at += 4 + size


def gradients(y, x):
    """NaN where PyTorch has no derivative, None where it is 0."""
    if y is None or not y.requires_grad:
        return [None] * len(x)
    try:
        return torch.autograd.grad(y.sum(), x, create_graph=True, allow_unused=True)
    except RuntimeError:
        return [torch.full_like(k, math.nan) for k in x]


def theirs(r, f, dtype, step):
    x = [torch.tensor([p[k] for p in r.points[::step]], dtype=dtype, requires_grad=True)
         for k in range(len(r.operands))]
    y = f(*x, *r.constants)
    first = gradients(y, x)
    columns = [y, *first]
    for i, d in enumerate(first):
        columns += gradients(d, x)[i:]
    return [[0.0] * len(x[0]) if c is None or c._is_zerotensor() else c.tolist() for c in columns]


def error(have, want, dtype):
    if math.isnan(want) or abs(want) > LARGEST[dtype] or abs(have - want) <= 2 * LEAST[dtype]:
        return 0.0
    off = abs(have - want) / max(abs(want), SMALLEST[dtype])
    return math.inf if math.isnan(off) else off


def worst(r, dtype, step):
    f = THEIRS.get(r.name, getattr(torch, r.name, None))
    if f is None:
        return [None] * 3
    try:
        found, most = theirs(r, f, dtype, step), [0.0] * 3
    except (RuntimeError, TypeError, NotImplementedError):
        return [None] * 3
    for order, have, want in zip(ORDER[len(r.columns)], found, r.columns):
        if all(map(math.isnan, have)):
            most[order] = None
            continue
        most[order] = max(most[order], *(error(h, w, dtype) for h, w in zip(have, want[::step])))
    return most


def short(x):
    return "–" if x is None else "0" if x == 0 else "∞" if x > 1e6 else "1" if x >= 0.95 else "%.0e" % x


def main():
    ours = {}
    for line in open(sys.argv[2]):
        if line.count("|") == 4:
            name, *errors = [part.strip() for part in line.split("|")]
            ours[name] = [tuple(map(float, e.split())) for e in errors[:3]]
    print(HEAD)
    for r in records(sys.argv[1]):
        name = " ".join([r.name] + ["%g" % c for c in r.constants])
        own = [[max(e[:2]) for e in ours[name]], [e[2] for e in ours[name]]]
        cells = [own[0], worst(r, torch.float64, 1), own[1], worst(r, torch.float32, 2)]
        print("| %s | %s |" % (name, " | ".join(", ".join(map(short, c)) for c in cells)))


main()
