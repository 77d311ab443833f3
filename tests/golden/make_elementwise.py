#!/usr/bin/python3
"""Writes elementwise.csv, beside this file: what each row of ops/unary.def and ops/binary.def is at
awkward points, rounded once from more than enough digits of mpmath (python3-mpmath). Two tables,
each with a line of names, in C's hexadecimal floats; "-" where nothing is promised. Values at
zeros, infinities and NaN are the limits that C11, Annex F gives. Run it by hand when a row is
added: test_elementwise.c fails for a row that is not here.
"""
import math
import os
import random
from fractions import Fraction

from mpmath import mp, mpf

mp.prec = 2600  # sin(1e308) needs the digits of pi beyond 1024 bits before the point

INF, NAN = math.inf, math.nan


def rounded(x):
    """The double nearest to an mpf, subnormal or infinite where it must be."""
    sign = -1.0 if x < 0 else 1.0
    x = abs(x)
    if x > mpf(2) ** 1025:
        return sign * INF
    if x < mpf(2) ** -1080:
        return sign * 0.0
    man, exp = int(x.man), int(x.exp)
    try:
        return sign * float(Fraction(man) * Fraction(2) ** exp)
    except OverflowError:
        return sign * INF


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return mp.log1p(mp.exp(x))


def huber(x):
    c = mpf(0.9)
    return x * x / 2 if abs(x) <= c else c * (abs(x) - c / 2)


# name: function of an mpf, at -inf, -0, +0, +inf, and the domain outside which it is NaN
EVERYWHERE = (-INF, INF)
UNARY = {
    "neg": (lambda x: -x, INF, 0.0, -0.0, -INF, EVERYWHERE),
    "abs": (abs, INF, 0.0, 0.0, INF, EVERYWHERE),
    "sign": (mp.sign, -1.0, 0.0, 0.0, 1.0, EVERYWHERE),
    "square": (lambda x: x * x, INF, 0.0, 0.0, INF, EVERYWHERE),
    "sqrt": (mp.sqrt, NAN, -0.0, 0.0, INF, (0, INF)),
    "rsqrt": (lambda x: 1 / mp.sqrt(x), NAN, -INF, INF, 0.0, (0, INF)),
    "reciprocal": (lambda x: 1 / x, -0.0, -INF, INF, 0.0, EVERYWHERE),
    "exp": (mp.exp, 0.0, 1.0, 1.0, INF, EVERYWHERE),
    "expm1": (mp.expm1, -1.0, -0.0, 0.0, INF, EVERYWHERE),
    "log": (mp.log, NAN, -INF, -INF, INF, (0, INF)),
    "log1p": (mp.log1p, NAN, -0.0, 0.0, INF, (-1, INF)),
    "sin": (mp.sin, NAN, -0.0, 0.0, NAN, EVERYWHERE),
    "cos": (mp.cos, NAN, 1.0, 1.0, NAN, EVERYWHERE),
    "tan": (mp.tan, NAN, -0.0, 0.0, NAN, EVERYWHERE),
    "sinh": (mp.sinh, -INF, -0.0, 0.0, INF, EVERYWHERE),
    "cosh": (mp.cosh, INF, 1.0, 1.0, INF, EVERYWHERE),
    "tanh": (mp.tanh, -1.0, -0.0, 0.0, 1.0, EVERYWHERE),
    "sigmoid": (sigmoid, 0.0, 0.5, 0.5, 1.0, EVERYWHERE),
    "relu": (lambda x: max(x, mpf(0)), 0.0, 0.0, 0.0, INF, EVERYWHERE),
    "softplus": (softplus, 0.0, math.log(2), math.log(2), INF, EVERYWHERE),
    "erf": (mp.erf, -1.0, -0.0, 0.0, 1.0, EVERYWHERE),
    # with the constant of the row's tests
    "add_scalar": (lambda x: x + 1.5, -INF, 1.5, 1.5, INF, EVERYWHERE),
    "mul_scalar": (lambda x: x * 1.5, -INF, -0.0, 0.0, INF, EVERYWHERE),
    "pow_scalar": (lambda x: x ** mpf(2.5), INF, 0.0, 0.0, INF, (0, INF)),
    "huber": (huber, INF, 0.0, 0.0, INF, EVERYWHERE),
}
AT_NAN = {"sign": 0.0}  # as PyTorch: neither positive nor negative


def unary(name, x):
    f, at_minus, at_minus_zero, at_zero, at_plus, domain = UNARY[name]
    if math.isnan(x):
        return AT_NAN.get(name, NAN)
    if math.isinf(x):
        return at_plus if x > 0 else at_minus
    if x == 0:
        return at_zero if math.copysign(1, x) > 0 else at_minus_zero
    if x == -1 and name == "log1p":
        return -INF
    if not domain[0] <= x <= domain[1]:
        return NAN
    if x < -1e4 and name in ("exp", "sigmoid", "softplus"):
        return 0.0  # where mpmath would carry an exponent of 300 digits
    if abs(x) > 1e4 and name in ("exp", "expm1", "sinh", "cosh"):
        return {"sinh": math.copysign(INF, x), "expm1": INF if x > 0 else -1.0}.get(name, INF)
    if abs(x) > 1e4 and name in ("tanh", "erf", "sigmoid"):
        return math.copysign(1.0, x)
    if x > 1e4 and name == "softplus":
        return x
    return rounded(mpf(f(mpf(x))))


def quotient(a, b):
    if math.isnan(a) or math.isnan(b) or (a == 0 and b == 0) or (math.isinf(a) and math.isinf(b)):
        return NAN
    sign = math.copysign(1, a) * math.copysign(1, b)
    if b == 0 or math.isinf(a):
        return sign * INF
    return sign * 0.0 if a == 0 or math.isinf(b) else rounded(mpf(a) / mpf(b))


def power(a, b):
    if b == 0 or a == 1:
        return 1.0
    odd = not math.isinf(b) and b == b and b % 2 == 1
    if a == 0 and b < 0:
        return math.copysign(INF, a) if odd else INF
    if a != 0 and all(map(math.isfinite, (a, b))):
        if a < 0 and b % 1 != 0:
            return NAN
        e = mp.log(abs(mpf(a))) * mpf(b)
        size = INF if e > 1000 else 0.0 if e < -1000 else rounded(abs(mpf(a)) ** mpf(b))
        return -size if a < 0 and odd else size
    return math.pow(a, b)  # exact at its special points


def angle(a, b):
    if a != 0 and b != 0 and all(map(math.isfinite, (a, b))):
        return rounded(mp.atan2(mpf(a), mpf(b)))
    return math.atan2(a, b)  # a multiple of pi/4


def larger(a, b, sign):
    if a == 0 and b == 0:
        return None  # which of two zeros is the larger is nobody's promise
    return NAN if math.isnan(a) or math.isnan(b) else a if sign * a >= sign * b else b


def bce(a, b):
    """Promised for probabilities and targets between 0 and 1."""
    if not (0 <= a <= 1 and 0 <= b <= 1):
        return None
    log = mp.log(mpf(a)) if a > 0 else mpf(-1000)
    other = mp.log1p(-mpf(a)) if a < 1 else mpf(-1000)
    value = rounded((mpf(b) - 1) * max(other, mpf(-100)) - mpf(b) * max(log, mpf(-100)))
    return None if value == 0 else value  # the sign of zero is nobody's promise


def bce_logits(a, b):
    if not all(map(math.isfinite, (a, b))):
        return None
    small = mp.log1p(mp.exp(-abs(mpf(a)))) if abs(a) < 1e4 else mpf(0)
    value = rounded(max(mpf(a), mpf(0)) - mpf(a) * mpf(b) + small)
    return None if value == 0 else value


BINARY = {
    "add": lambda a, b: a + b,  # the processor's own, rounded once
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": quotient,
    "pow": power,
    "maximum": lambda a, b: larger(a, b, 1),
    "minimum": lambda a, b: larger(a, b, -1),
    "atan2": angle,
    "bce": bce,
    "bce_logits": bce_logits,
}


def points():
    random.seed(20)
    some = [5e-324, 1e-310, 2.2250738585072014e-308, 1e-300, 1e-20, 1e-8, 1e-3, 0.3, 0.5, 1.0,
            math.pi / 4, math.pi / 2, math.pi, 2.0, 3.0, 6.0, 10.0, 20.0, 36.7, 100.0, 700.0,
            709.78, 709.79, 710.4, 710.5, 745.1, 745.2, 1000.0, 1e5, 6381956970095103e797,
            1e10, 9007199254740993.0, 1e300, 1.7976931348623157e308]
    some += [random.uniform(0, 4) for _ in range(12)]
    some += [math.ldexp(random.uniform(1, 2), random.randrange(-60, 60)) for _ in range(8)]
    special = [0.0, -0.0, INF, -INF, NAN, -1 + 2.0 ** -53, -1 + 1e-8]
    return special + [s * x for x in some for s in (1, -1)]


GRID = [0.0, -0.0, 5e-324, 1e-300, 0.5, 1.0, 3.0, 1000.0, 1e300, INF, NAN]


def write(file):
    file.write("a,%s\n" % ",".join(UNARY))
    for x in points():
        values = (unary(name, x) for name in UNARY)
        file.write("%s,%s\n" % (short(x), ",".join(map(short, values))))
    file.write("a,b,%s\n" % ",".join(BINARY))
    grid = GRID + [-x for x in GRID[2:-1]]
    for a, b in ((a, b) for a in grid for b in grid):
        values = (f(a, b) for f in BINARY.values())
        file.write("%s,%s,%s\n" % (short(a), short(b), ",".join(map(short, values))))


def short(x):
    """Hexadecimal without the zeros at the end."""
    if x is None:
        return "-"
    text = x.hex()
    if "p" not in text:
        return text
    man, exp = text.split("p")
    return (man.rstrip("0").rstrip(".") if "." in man else man) + "p" + exp


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "elementwise.csv"), "w") as out:
    write(out)
