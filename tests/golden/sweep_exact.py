"""What the elementwise operations and their first and second derivatives are, in mpmath: forward
differentiation to order two over primitives whose own derivatives are written so that no digits are
lost. Must not know how points are drawn.
"""
import math
from fractions import Fraction

from mpmath import mp, mpf

FAR = mpf(2) ** 200000  # stands for what exp has beyond all numbers, with products of it still right


class Jet:
    """A number, its derivatives by two operands, and those by aa, ab and bb."""

    def __init__(self, v, d=(0, 0), h=(0, 0, 0)):
        self.v, self.d, self.h = mpf(v), [mpf(x) for x in d], [mpf(x) for x in h]

    def through(self, f, f1, f2):
        (a, b), h = self.d, self.h
        return Jet(f, (f1 * a, f1 * b), (f2 * a * a + f1 * h[0], f2 * a * b + f1 * h[1],
                                         f2 * b * b + f1 * h[2]))

    def __add__(self, o):
        o = jet(o)
        return Jet(self.v + o.v, [x + y for x, y in zip(self.d, o.d)], [x + y for x, y in zip(self.h, o.h)])

    def __mul__(self, o):
        o, s = jet(o), self
        (a, b), (c, d) = s.d, o.d
        cross = (2 * a * c, a * d + b * c, 2 * b * d)
        return Jet(s.v * o.v, (a * o.v + s.v * c, b * o.v + s.v * d),
                   [x * o.v + s.v * y + z for x, y, z in zip(s.h, o.h, cross)])

    def __neg__(self):
        return self * -1

    def __sub__(self, o):
        return self + -jet(o)

    def __rsub__(self, o):
        return jet(o) - self

    def __truediv__(self, o):
        return self * power(jet(o), -1)

    def __rtruediv__(self, o):
        return jet(o) / self

    __radd__, __rmul__ = __add__, __mul__


def jet(x):
    return x if isinstance(x, Jet) else Jet(x)


class Kink(Exception):
    """The derivative jumps here, or there is none; test_semantics.c says what is promised."""


# --- primitives ---------------------------------------------------------------------------------------

def exp_of(v):
    return mp.exp(v) if abs(v) < 100000 else FAR if v > 0 else 1 / FAR


def power(x, p):
    p = mpf(p)
    if p == int(p):
        p, f = int(p), lambda k: x.v ** k if k != 0 else mpf(1)
    else:
        f = lambda k: mp.power(x.v, k)
    second = p * (p - 1) * f(p - 2) if p * (p - 1) != 0 else 0
    return x.through(f(p), p * f(p - 1) if p != 0 else 0, second)


def sqrt(x):
    s = mp.sqrt(x.v)
    return x.through(s, 1 / (2 * s), -1 / (4 * s * x.v))


def exp(x):
    y = exp_of(x.v)
    return x.through(y, y, y)


def expm1(x):
    y = exp_of(x.v)
    return x.through(mp.expm1(x.v) if abs(x.v) < 1e5 else y - 1, y, y)


def log(x):
    return x.through(mp.log(x.v), 1 / x.v, -1 / x.v ** 2)


def log1p(x):
    return x.through(mp.log1p(x.v), 1 / (1 + x.v), -1 / (1 + x.v) ** 2)


def sin(x):
    s = mp.sin(x.v)
    return x.through(s, mp.cos(x.v), -s)


def cos(x):
    c = mp.cos(x.v)
    return x.through(c, -mp.sin(x.v), -c)


def tan(x):
    t, c = mp.tan(x.v), 1 / mp.cos(x.v) ** 2
    return x.through(t, c, 2 * t * c)


def sinh_cosh(v):
    e = exp_of(v)
    return (mp.sinh(v) if abs(v) < 1e5 else (e - 1 / e) / 2), (e + 1 / e) / 2


def sinh(x):
    s, c = sinh_cosh(x.v)
    return x.through(s, c, s)


def cosh(x):
    s, c = sinh_cosh(x.v)
    return x.through(c, s, c)


def tanh(x):
    s, c = sinh_cosh(x.v)
    return x.through(s / c, 1 / c ** 2, -2 * s / c ** 3)


def sigmoid(x):
    e = exp_of(-abs(x.v))
    s, slope = (1 if x.v >= 0 else e) / (1 + e), e / (1 + e) ** 2
    turn = mp.tanh(x.v / 2) if abs(x.v) < 1e5 else mp.sign(x.v)
    return x.through(s, slope, -slope * turn)


def softplus(x):
    e = exp_of(-abs(x.v))
    return x.through(max(x.v, 0) + mp.log1p(e), (1 if x.v >= 0 else e) / (1 + e), e / (1 + e) ** 2)


def atan(x):
    q = 1 + x.v ** 2
    return x.through(mp.atan(x.v), 1 / q, -2 * x.v / q ** 2)


def asin(x, sign=1):
    q = mp.sqrt((1 - x.v) * (1 + x.v))
    return x.through(mp.asin(x.v) if sign > 0 else mp.acos(x.v), sign / q, sign * x.v / q ** 3)


def asinh(x):
    q = mp.sqrt(1 + x.v ** 2)
    return x.through(mp.asinh(x.v), 1 / q, -x.v / q ** 3)


def acosh(x):
    q = mp.sqrt((x.v - 1) * (x.v + 1))
    return x.through(mp.acosh(x.v), 1 / q, -x.v / q ** 3)


def atanh(x):
    q = (1 - x.v) * (1 + x.v)
    return x.through(mp.atanh(x.v), 1 / q, 2 * x.v / q ** 2)


def bell(v):
    return exp_of(-v * v)


def erf(x, sign=1):
    c = 2 / mp.sqrt(mp.pi) * bell(x.v) * sign
    if sign > 0:
        y = mp.erf(x.v) if abs(x.v) < 1000 else mp.sign(x.v)
    else:
        y = mp.erfc(x.v) if abs(x.v) < 1000 else mpf(2) if x.v < 0 else 1 / FAR
    return x.through(y, c, -2 * x.v * c)


def erfinv(x):
    y = mp.erfinv(x.v)
    s = mp.sqrt(mp.pi) / 2 * mp.exp(y * y)
    return x.through(y, s, 2 * y * s * s)


def cbrt(x):
    y = mp.sign(x.v) * mp.cbrt(abs(x.v))
    return x.through(y, 1 / (3 * y * y), -2 / (9 * y ** 5))


def psi(n, v):
    """Left of 0 by reflection, where mpmath would sum as many terms."""
    if v > -20:
        return mp.psi(n, v)
    with mp.workprec(mp.prec + 60):
        t = mp.cospi(v) / mp.sinpi(v)
        q = 1 + t * t
        cot = [t, -q, 2 * t * q, -2 * q * (q + 2 * t * t), 8 * t * q * (t * t + 2 * q)][n]
        return (-1) ** n * mp.psi(n, 1 - v) - mp.pi ** (n + 1) * cot


def polygamma(x, n):
    return x.through(psi(n, x.v), psi(n + 1, x.v), psi(n + 2, x.v))


def lgamma(x):
    if x.v > 0:
        y = mp.loggamma(x.v)
    else:
        y = mp.log(mp.pi / abs(mp.sinpi(x.v))) - mp.loggamma(1 - x.v)
    return x.through(mp.re(y), psi(0, x.v), psi(1, x.v))


def sinc_derivative(x, n):
    """The integral of (pi t)^k cos(pi x t + k pi/2) over [0, 1], by parts or in powers of x."""
    def one(k):
        if abs(x.v) < 1:
            t, total, j = mp.pi * x.v, mpf(0), 0
            while True:
                m = 2 * j - k
                if m >= 0:
                    term = (-1) ** j * t ** m / (mp.factorial(m) * (2 * j + 1))
                    total += term
                    if j > 20 and abs(term) < mpf(2) ** -mp.prec * abs(total) or (t == 0 and m > 0):
                        return mp.pi ** k * total
                j += 1
        s, c = mp.sinpi(x.v), mp.cospi(x.v)
        wave, y = (s, c, -s, -c), s / (mp.pi * x.v)
        for m in range(1, k + 1):
            y = (mp.pi ** (m - 1) * wave[m % 4] - m * y) / x.v
        return y
    return x.through(one(n), one(n + 1), one(n + 2))


def by_orders(f):
    """A row of derivatives f(n, v) of one function, from the order n on."""
    return lambda x, n: x.through(f(n, x.v), f(n + 1, x.v), f(n + 2, x.v))


def erfcx_part(n, v):
    """2/sqrt(pi) times the integral of (2t)^n exp(-t^2 - 2vt) over t > 0."""
    if v > 0:
        return mp.factorial(n) / mp.sqrt(mp.pi) * mp.hyperu(mpf(n + 1) / 2, mpf(1) / 2, v * v)
    if v < -1000:
        return FAR
    e = [mp.exp(v * v) * mp.erfc(v)]
    e.append(2 / mp.sqrt(mp.pi) - 2 * v * e[0])
    for k in range(1, n):
        e.append(2 * k * e[k - 1] - 2 * v * e[k])
    return e[n]


def erfcx(n, v):
    return (-1) ** n * erfcx_part(n, v)


def log_ndtr(x):
    v = x.v
    if v < 0:
        z = -v / mp.sqrt(2)
        e = [erfcx_part(n, z) for n in (0, 1)]
        return x.through(mp.log(e[0] / 2) - z * z, mp.sqrt(2 / mp.pi) / e[0], -e[1] / e[0] ** 2 / mp.sqrt(mp.pi))
    right = mp.erfc(v / mp.sqrt(2)) / 2 if v < 1000 else 1 / FAR
    density = exp_of(-v * v / 2) / mp.sqrt(2 * mp.pi) / (1 - right)
    return x.through(mp.log1p(-right), density, -density * (v + density))


def bessel_j0(n, v):
    """D J_m = (J_(m-1) - J_(m+1))/2, n times."""
    with mp.workprec(mp.prec + max(0, int(mp.log(abs(v) + 1, 2)))):
        return sum((-1) ** k * mp.binomial(n, k) * mp.besselj(2 * k - n, v) for k in range(n + 1)) / mpf(2) ** n


def bessel_i0(n, v):
    if abs(v) > 2000:
        return FAR if v > 0 or n % 2 == 0 else -FAR
    return sum(mp.binomial(n, k) * mp.besseli(abs(n - 2 * k), v) for k in range(n + 1)) / mpf(2) ** n


def moment(n, v):
    """The mean of u^n exp(-v u) over a half circle, u = 1 - cos(t)."""
    return mpf(2) ** n * mp.rf(mpf(1) / 2, n) / mp.factorial(n) * mp.hyp1f1(n + mpf(1) / 2, n + 1, -2 * v)


def bessel_i0e(n, v):
    if v == 0 and n % 2 != 0:
        return mpf(0)
    return (1 if v < 0 and n % 2 != 0 else (-1) ** n) * moment(n, abs(v))


def bessel_i1e(n, v):
    if v == 0 and n % 2 == 0:
        return mpf(0)
    if n == 0 and abs(v) < 1:
        return mp.besseli(1, v) * mp.exp(-abs(v))
    return (-1 if v < 0 and n % 2 == 0 else 1) * (-1) ** n * (moment(n, abs(v)) - moment(n + 1, abs(v)))


# --- the rows -----------------------------------------------------------------------------------------

def pieces(x, at, left, right, same=False):
    """One formula left of `at`, one right of it."""
    if x.v == at and not same:
        raise Kink
    return left(x) if x.v < at or (same and x.v == at) else right(x)


def constant(c):
    return lambda x: Jet(c)


def same(x):
    return x + 0


def clamp(x, low, high):
    low, high = mpf(low), mpf(high)
    return pieces(x, low, constant(low), lambda y: pieces(y, high, same, constant(high)))


def rounding(f):
    def row(x):
        y = f(x.v)
        if y == x.v or (f is mp.nint and y - x.v in (mpf(0.5), mpf(-0.5))):
            raise Kink
        return Jet(y)
    return row


def whole(v):
    return mp.sign(v) * mp.floor(abs(v))


def gelu_tanh(x):
    return x * sigmoid(mp.sqrt(8 / mp.pi) * (x + mpf("0.044715") * x * x * x))


def gelu(x):
    return x * erf(-x / mp.sqrt(2), -1) * mpf(0.5)


def mish(x):
    """tanh(softplus(x)) = n/(n + 2), n = e^x (e^x + 2)."""
    if x.v < 100:
        w = exp(x)
        n = w * (w + 2)
        return x * n / (n + 2)
    w = exp(-x)
    return x - 2 * x * w * w / (1 + 2 * w + 2 * w * w)


def elu(x, alpha, scale=1, inner=1):
    alpha, scale, inner = mpf(alpha), mpf(scale), mpf(inner)
    return pieces(x, 0, lambda y: alpha * expm1(y / inner), lambda y: scale * y)


def shrink(x, step, c):
    c = mpf(c)
    return pieces(x, -c, lambda y: y + step * c, lambda y: pieces(y, c, constant(0), lambda z: z - step * c))


def softplus_beta(x, beta, threshold):
    if beta * x.v == threshold:
        raise Kink
    return x + 0 if beta * x.v > threshold else softplus(x * beta) / beta


def huber(x, c):
    c = mpf(c)
    if abs(x.v) == c:
        raise Kink
    return x * x * mpf(0.5) if abs(x.v) < c else c * (abs_of(x) - c / 2)


def abs_of(x):
    return pieces(x, 0, lambda y: -y, same)


def softsign(x):
    """As 1 - 1/(1 + x): the quotient's rule takes x/(1 + x) from 1, of which far out no bits are left."""
    y = pieces(x, 0, lambda y: power(1 - y, -1) - 1, lambda y: 1 - power(1 + y, -1))
    y.v = x.v / (1 + abs(x.v))
    return y


def tanhshrink(x):
    t = tanh(x)
    y = x - t
    if abs(x.v) < mpf(2) ** -60:  # x^3/3 - 2 x^5/15
        y.v = x.v ** 3 / 3 - 2 * x.v ** 5 / 15
    y.d[0] = t.v ** 2
    return y


def pow_of(a, b):
    if b.v == 0 or a.v == 0:
        raise Kink
    l = mp.log(a.v)
    y = lambda k: exp_of((b.v - k) * l) if k else exp_of(b.v * l)
    return Jet(y(0), (b.v * y(1), y(0) * l),
               (b.v * (b.v - 1) * y(2), y(1) * (1 + b.v * l), y(0) * l * l))


def larger(sign):
    def row(a, b):
        if a.v == b.v:
            raise Kink
        return a + 0 if sign * a.v > sign * b.v else b + 0
    return row


def hypot(a, b):
    h = mp.sqrt(a.v ** 2 + b.v ** 2)
    if h == 0:
        raise Kink
    p, q = a.v / h, b.v / h
    return Jet(h, (p, q), (q * q / h, -p * q / h, p * p / h))


def atan2(a, b):
    if a.v == 0 and b.v <= 0:
        raise Kink  # the value jumps with the sign of that 0, which mpmath does not know
    q = a.v ** 2 + b.v ** 2
    mixed = (a.v - b.v) * (a.v + b.v) / q ** 2
    return Jet(mp.atan2(a.v, b.v), (b.v / q, -a.v / q),
               (-2 * a.v * b.v / q ** 2, mixed, 2 * a.v * b.v / q ** 2))


def prelu(a, b):
    return pieces(a, 0, lambda x: x * b, same)


def logaddexp(a, b):
    return b + softplus(a - b) if a.v <= b.v else a + softplus(b - a)


def div(a, b):
    return a * power(b, -1)


def xlogy(a, b):
    if a.v == 0 or b.v == 0:
        raise Kink
    return a * log(b)


def bce(a, b):
    low, other = mp.log(a.v), mp.log1p(-a.v)
    q = a.v * (1 - a.v)
    if min(low, other) < -27 or q < mpf(1e-12):
        raise Kink
    return Jet((b.v - 1) * other - b.v * low, ((a.v - b.v) / q, other - low),
               ((1 - b.v) / (1 - a.v) ** 2 + b.v / a.v ** 2, -1 / q, 0))


def bce_logits(a, b):
    s = sigmoid(a)
    y = softplus(a) - a * b
    below = exp_of(-abs(a.v)) / (1 + exp_of(-abs(a.v))) if a.v >= 0 else 1 / (1 + exp_of(-abs(a.v)))
    above = s.v
    return Jet(y.v if a.v < 0 else a.v * (1 - b.v) + mp.log1p(exp_of(-a.v)),
               (above * (1 - b.v) - below * b.v, -a.v), (above * below, -1, 0))


def modulo(rounds):
    def row(a, b):
        if b.v == 0:
            raise Kink
        with mp.workprec(2300):
            n = rounds(a.v / b.v)
            rest = a.v - n * b.v
        if rest == 0:
            raise Kink
        return Jet(rest, (1, -n))
    return row


def copysign(a, b):
    if a.v == 0 or b.v == 0:
        raise Kink
    return (a if a.v > 0 else -a) * mp.sign(b.v)


def heaviside(a, b):
    if a.v == 0:
        raise Kink
    return Jet(1 if a.v > 0 else 0)


INF = math.inf
ALL, POSITIVE = (-INF, INF), (0.0, INF)


class Op:
    def __init__(self, name, f, domain=ALL, near=(), constants=(), other=None, slow=False):
        self.name, self.f, self.constants, self.slow = name, f, list(constants), slow
        some = [0.0, 1.0, -1.0] + [float(x) for x in near]
        self.operands = [domain + (some,)]
        if other is not None:
            self.operands.append(other + (some,))


PI, ROOT2 = math.pi, math.sqrt(2)
SATURATED = [9.01, 17.0, 20.0, 36.7, 40.0, 88.7, -103.9, 354.9, 709.78, 710.4, -745.1]
SELU = (1.0507009873554805, 1.7580993408473766)
ONE = [
    Op("neg", lambda x: -x), Op("abs", abs_of), Op("sign", lambda x: pieces(x, 0, constant(-1), constant(1))),
    Op("square", lambda x: x * x), Op("sqrt", sqrt, POSITIVE), Op("rsqrt", lambda x: power(sqrt(x), -1), POSITIVE),
    Op("reciprocal", lambda x: power(x, -1)), Op("exp", exp, near=SATURATED), Op("expm1", expm1, near=SATURATED),
    Op("log", log, POSITIVE), Op("log1p", log1p, (-1.0, INF)), Op("sin", sin, near=[PI, 2 * PI, PI / 2]),
    Op("cos", cos, near=[PI, PI / 2, -PI / 2]), Op("tan", tan, near=[PI, PI / 2]), Op("sinh", sinh, near=SATURATED),
    Op("cosh", cosh, near=SATURATED), Op("tanh", tanh, near=SATURATED), Op("sigmoid", sigmoid, near=SATURATED),
    Op("relu", lambda x: pieces(x, 0, constant(0), same)), Op("softplus", softplus, near=SATURATED),
    Op("erf", erf, near=[5.9, 26.5]), Op("exp2", lambda x: exp(x * mp.log(2)), near=[1024.0, 127.9, -1074.0, 1024.5]),
    Op("log2", lambda x: log(x) / mp.log(2), POSITIVE), Op("log10", lambda x: log(x) / mp.log(10), POSITIVE),
    Op("cbrt", cbrt), Op("logit", lambda x: log(x) - log1p(-x), (0.0, 1.0), [0.5]), Op("asin", asin, (-1.0, 1.0)),
    Op("acos", lambda x: asin(x, -1), (-1.0, 1.0)), Op("atan", atan), Op("asinh", asinh), Op("acosh", acosh, (1.0, INF)),
    Op("atanh", atanh, (-1.0, 1.0)), Op("erfc", lambda x: erf(x, -1), near=[5.9, 26.5, 9.2]),
    Op("erfinv", erfinv, (-1.0, 1.0), slow=True), Op("lgamma", lgamma, near=[2.0, -2.5, 1.4616321449683622], slow=True),
    Op("digamma", lambda x: polygamma(x, 0), near=[2.0, 1.4616321449683622, -2.0], slow=True),
    Op("logsigmoid", lambda x: -softplus(-x), near=SATURATED), Op("silu", lambda x: x * sigmoid(x), near=SATURATED + [-1.2784645427610738, 2.399357280520388]),
    Op("gelu", gelu, near=[-0.7517915246935645, ROOT2, -ROOT2, -37.5, 8.3, -12.0]),
    Op("gelu_tanh", gelu_tanh, near=[-0.7524614220710162, -21.0, -10.0, 5.0]),
    Op("mish", mish, near=SATURATED + [-1.192390684], slow=False), Op("selu", lambda x: elu(x, SELU[1], SELU[0]), near=SATURATED),
    Op("relu6", lambda x: clamp(x, 0, 6), near=[6.0]), Op("hardsigmoid", lambda x: clamp(x + 3, 0, 6) / 6, near=[3.0, -3.0]),
    Op("hardswish", lambda x: pieces(x, -3, constant(0), lambda y: pieces(y, 3, lambda z: z * (z + 3) / 6, same)), near=[3.0, -3.0, -1.5]),
    Op("softsign", softsign), Op("tanhshrink", tanhshrink, near=SATURATED), Op("floor", rounding(mp.floor)),
    Op("ceil", rounding(mp.ceil)), Op("round", rounding(mp.nint), near=[0.5, 1.5, 2.5]), Op("trunc", rounding(whole)),
    Op("frac", lambda x: x - rounding(whole)(x)), Op("sinc", lambda x: sinc_derivative(x, 0), near=[2.0, 1.4302966531242027]),
]


def parametric(name, f, *constants, **rest):
    return Op(name, lambda x: f(x, *constants), constants=constants, **rest)


ONE += [
    parametric("add_scalar", lambda x, c: x + c, 1.5), parametric("mul_scalar", lambda x, c: x * c, 1.5),
    *[parametric("pow_scalar", power, c, domain=POSITIVE) for c in (2.5, 0.5, -0.3, 1e-3)],
    *[parametric("pow_scalar", power, c) for c in (0.0, 1.0, 2.0, 3.0, -1.0, -2.0)],
    parametric("huber", huber, 0.875, near=[0.875, -0.875]),
    parametric("clamp_min", lambda x, c: pieces(x, mpf(c), constant(c), same), -0.75, near=[-0.75]),
    parametric("clamp_max", lambda x, c: pieces(x, mpf(c), same, constant(c)), 0.75, near=[0.75]),
    parametric("leaky_relu", lambda x, c: pieces(x, 0, lambda y: mpf(c) * y, same), 0.125),
    parametric("elu", elu, 1.5, near=SATURATED),
    parametric("celu", lambda x, c: elu(x, c, 1, c), 1.5, near=SATURATED),
    *[parametric("polygamma", lambda x, c: polygamma(x, int(c)), c, near=[-2.0], slow=True) for c in (1.0, 2.0)],
    *[parametric("polygamma", lambda x, c: polygamma(x, int(c)), c, domain=POSITIVE, slow=True) for c in (5.0, 20.0, 98.0)],
    *[parametric("sinc_derivative", lambda x, c: sinc_derivative(x, int(c)), c, near=[2.0, 1.4302966531242027])
      for c in (1.0, 2.0, 5.0)],
    parametric("clamp", clamp, -0.75, 0.875, near=[-0.75, 0.875]), parametric("hardtanh", clamp, -0.75, 0.875, near=[-0.75, 0.875]),
]
TWO = [
    Op("add", lambda a, b: a + b, other=ALL), Op("sub", lambda a, b: a - b, other=ALL), Op("mul", lambda a, b: a * b, other=ALL),
    Op("div", div, other=ALL), Op("pow", pow_of, POSITIVE, other=ALL),
    Op("maximum", larger(1), other=ALL), Op("minimum", larger(-1), other=ALL), Op("atan2", atan2, other=ALL),
    Op("bce", bce, (0.0, 1.0), [0.5], other=(0.0, 1.0)), Op("bce_logits", bce_logits, near=SATURATED, other=(0.0, 1.0)),
    Op("hypot", hypot, other=ALL), Op("logaddexp", logaddexp, near=SATURATED, other=ALL), Op("xlogy", xlogy, other=POSITIVE),
    Op("fmod", modulo(whole), other=ALL), Op("remainder", modulo(mp.floor), other=ALL), Op("copysign", copysign, other=ALL),
    Op("heaviside", heaviside, other=ALL),
]
# Rows that came later: the seed of a row's points is its place in the list.
LATER = [
    parametric("rsub_scalar", lambda x, c: c - x, 1.5),
    parametric("hardshrink", lambda x, c: shrink(x, 0, c), 0.75, near=[0.75, -0.75]),
    parametric("softshrink", lambda x, c: shrink(x, 1, c), 0.75, near=[0.75, -0.75]),
    parametric("softplus_beta", softplus_beta, 1.5, 20.25, near=SATURATED + [13.5]),
    Op("fmax", larger(1), other=ALL), Op("fmin", larger(-1), other=ALL), Op("clamp_low", larger(1), other=ALL),
    Op("clamp_high", larger(-1), other=ALL), Op("prelu", prelu, other=ALL),
]
J_ROOTS = [2.404825557695773, 14.930917708487787, 30.634606468431976, 93.46371878194478]
J_SLOPES = [3.8317059702075125, 13.323691936314223, 35.33230755008387, 95.0387]
J_BENDS = [1.8411837813406595, 5.3314427735250325, 8.536316366346286, 39.16, 43.0]
I_TURNS = [1.5451, 3.07, 30.0]
LATER += [
    Op("erfcx", lambda x: by_orders(erfcx)(x, 0), near=[0.75, -26.6, 1000.0], slow=True),
    Op("log_ndtr", log_ndtr, near=[38.5, -38.5, -1e8], slow=True),
    Op("j0", lambda x: by_orders(bessel_j0)(x, 0), near=J_ROOTS + J_SLOPES + J_BENDS + [40.0], slow=True),
    Op("j1", lambda x: -by_orders(bessel_j0)(x, 1), near=J_ROOTS + J_SLOPES + J_BENDS + [40.0], slow=True),
    Op("i0", lambda x: by_orders(bessel_i0)(x, 0), near=SATURATED + [30.0, 713.98], slow=True),
    Op("i1", lambda x: by_orders(bessel_i0)(x, 1), near=SATURATED + [30.0, 713.98], slow=True),
    Op("i0e", lambda x: by_orders(bessel_i0e)(x, 0), near=I_TURNS, slow=True),
    Op("i1e", lambda x: by_orders(bessel_i1e)(x, 0), near=I_TURNS, slow=True),
]
OPS = ONE + TWO + LATER


# --- numbers ------------------------------------------------------------------------------------------

def once(op, at):
    """The value and the derivatives; None where there are none."""
    x = [Jet(v, (i == 0, i == 1)) for i, v in enumerate(at)]
    many = 6 if len(at) == 2 else 3
    try:
        y = op.f(*x)
        return [y.v, *y.d, *y.h] if many == 6 else [y.v, y.d[0], y.h[0]]
    except (Kink, ZeroDivisionError, ValueError):
        return [None] * many


def agree(x, y):
    return x is y or (x is not None and y is not None and (x == y or (mp.isnan(x) and mp.isnan(y)) or abs(x - y) <= abs(y) * mpf(2) ** -70))


def exact(op, at):
    """With more and more digits until more change nothing."""
    before = None
    for bits in (200, 500, 1200, 2600):
        with mp.workprec(bits):
            now = once(op, at)
            if before is not None and all(map(agree, before, now)):
                return now
            before = now
    return before


def rounded(x):
    """The nearest double; NaN for what is not to be asked: no number, or one past the largest."""
    if x is None or not mp.isfinite(x) or abs(x) > mpf(1.7976931348623157e308):
        return math.nan
    if abs(x) < mpf(2) ** -1080:
        return 0.0
    size = abs(x)
    return math.copysign(float(Fraction(int(size.man)) * Fraction(2) ** int(size.exp)), x)
