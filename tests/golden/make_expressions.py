"""Makes expressions.csv: random programs in the notation of viz/expression, with their values and
gradients by PyTorch in float64.

Usage: make_expressions.py [how many] >tests/golden/expressions.csv. A row is the program, its
variables and their values, the value and the gradients, by semicolons. Each program was also
computed at inputs moved by 1e-10: what is too sensitive to compare to 1e-12 is left out.
"""

import random
import sys

import torch

torch.set_default_dtype(torch.float64)

NAMES = ["x", "y", "z"]
UNARY = {
    "sin": torch.sin, "cos": torch.cos, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
    "exp": torch.exp, "softplus": lambda t: torch.logaddexp(t, torch.tensor(0.0)), "atan": torch.atan,
    "square": torch.square, "erf": torch.erf, "asinh": torch.asinh, "relu": torch.relu,
    "silu": torch.nn.functional.silu, "abs": torch.abs, "expm1": torch.expm1,
}
POSITIVE = {"sqrt": torch.sqrt, "log": torch.log, "rsqrt": torch.rsqrt, "log1p": torch.log1p}
TWO = {
    "maximum": torch.maximum, "hypot": torch.hypot, "atan2": torch.atan2,
    "logaddexp": torch.logaddexp, "min": torch.minimum,
}


def tensor(v):
    return v if torch.is_tensor(v) else torch.tensor(float(v))


class Maker:
    """An expression as text, and as a function of the variables."""

    def __init__(self, rng):
        self.rng = rng

    def leaf(self):
        if self.rng.random() < 0.7:
            name = self.rng.choice(NAMES)
            return name, lambda v: v[name], 9
        number = self.rng.choice([2, 3, 0.5, 1.5, 10, 0.25, 7])
        return str(number), lambda v: float(number), 9

    def make(self, depth):
        kind = self.rng.random()
        if depth == 0 or kind < 0.08:
            return self.leaf()
        if kind < 0.55:
            return self.binary(depth)
        if kind < 0.75:
            name = self.rng.choice(sorted(UNARY))
            text, f, _ = self.make(depth - 1)
            return f"{name}({text})", lambda v: UNARY[name](tensor(f(v))), 9
        if kind < 0.82:
            name = self.rng.choice(sorted(POSITIVE))
            text, f, _ = self.make(depth - 1)
            return f"{name}(1 + ({text})²)", lambda v: POSITIVE[name](1 + tensor(f(v)) ** 2), 9
        if kind < 0.9:
            name = self.rng.choice(sorted(TWO))
            a, f, _ = self.make(depth - 1)
            b, g, _ = self.make(depth - 1)
            return f"{name}({a}, {b})", lambda v: TWO[name](tensor(f(v)), tensor(g(v))), 9
        text, f, prec = self.make(depth - 1)
        if kind < 0.95:
            text = text if prec >= 6 else f"({text})"
            return f"-{text}", lambda v: -f(v), 4
        text = text if prec == 9 else f"({text})"
        power = self.rng.choice([2, 3, 4])
        return f"{text}^{power}", lambda v: f(v) ** power, 6

    def binary(self, depth):
        sign, prec = self.rng.choice([("+", 2), ("-", 2), ("*", 3), ("/", 3), ("·", 3), ("−", 2)])
        a, f, left = self.make(depth - 1)
        b, g, right = self.make(depth - 1)
        a = a if left >= prec else f"({a})"
        b = b if right > prec else f"({b})"
        of = {"+": lambda p, q: p + q, "-": lambda p, q: p - q, "−": lambda p, q: p - q,
              "*": lambda p, q: p * q, "·": lambda p, q: p * q, "/": lambda p, q: p / q}[sign]
        space = self.rng.choice(["", " "])
        return f"{a}{space}{sign}{space}{b}", lambda v: of(f(v), g(v)), prec


def evaluate(f, names, at):
    v = {n: torch.tensor(x, requires_grad=True) for n, x in zip(names, at)}
    y = f(v)
    if not torch.is_tensor(y) or not y.requires_grad:
        return None
    g = torch.autograd.grad(y, [v[n] for n in names], allow_unused=True)
    return [y.item()] + [0.0 if t is None else t.item() for t in g]


def usable(f, names, at):
    try:
        out = evaluate(f, names, at)
        near = evaluate(f, names, [x + 1e-10 * (1 + abs(x)) for x in at])
    except (ZeroDivisionError, OverflowError):
        return None
    if out is None or any(not abs(o) < 1e4 for o in out):
        return None
    moved = max(abs(a - b) / max(1, abs(a)) for a, b in zip(out, near))
    return out if moved < 1e-8 else None


def main():
    rng = random.Random(20)
    want, seen = int(sys.argv[1]) if len(sys.argv) > 1 else 5000, set()
    while len(seen) < want:
        text, f, _ = Maker(rng).make(rng.randint(2, 5))
        names = [n for n in NAMES if f" {n} " in " " + "".join(
            c if c.isalnum() else " " for c in text) + " "]
        at = [rng.randint(-12, 12) / 4 + 0.1 for _ in names]
        if len(text) > 90 or text in seen or not names:
            continue
        out = usable(f, names, at)
        if out is not None:
            seen.add(text)
            given = " ".join(f"{n}={x!r}" for n, x in zip(names, at))
            print(";".join([text, given] + [repr(o) for o in out]))


main()
