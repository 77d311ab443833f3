"""Writes higher.csv: a page of functions of one number and their first four derivatives, by mpmath
with 60 digits. usage: make_higher.py > higher.csv
The names are those of the table in tests/ops/elementwise/test_higher.c, which computes the same with operations.
"""
import mpmath as mp

mp.mp.dps = 60
GELU = mp.sqrt(2 / mp.pi)

FUNCTIONS = {
    "reciprocal": (lambda x: 1 / x, 0.7, -1.3),
    "rsqrt": (lambda x: 1 / mp.sqrt(x), 0.7, 2.5),
    "sqrt": (mp.sqrt, 0.7, 2.5),
    "cbrt": (mp.cbrt, 0.7, 2.5),
    "square": (lambda x: x**2, 0.7, -1.3),
    "x^-2": (lambda x: x**-2, 0.7, -1.3),
    "x^2.5": (lambda x: x**mp.mpf(2.5), 0.7, 2.5),
    "exp": (mp.exp, 0.7, -1.3),
    "exp2": (lambda x: mp.mpf(2) ** x, 0.7, -1.3),
    "expm1": (mp.expm1, 0.7, -1.3),
    "log": (mp.log, 0.7, 2.5),
    "log2": (lambda x: mp.log(x, 2), 0.7, 2.5),
    "log10": (lambda x: mp.log(x, 10), 0.7, 2.5),
    "log1p": (mp.log1p, 0.7, -0.4),
    "sin": (mp.sin, 0.7, -1.3),
    "cos": (mp.cos, 0.7, -1.3),
    "tan": (mp.tan, 0.7, -1.1),
    "asin": (mp.asin, 0.3, -0.7),
    "acos": (mp.acos, 0.3, -0.7),
    "atan": (mp.atan, 0.7, -1.3),
    "sinh": (mp.sinh, 0.7, -1.3),
    "cosh": (mp.cosh, 0.7, -1.3),
    "tanh": (mp.tanh, 0.7, -1.3),
    "asinh": (mp.asinh, 0.7, -1.3),
    "acosh": (mp.acosh, 1.7, 2.5),
    "atanh": (mp.atanh, 0.3, -0.7),
    "erf": (mp.erf, 0.7, -1.3),
    "erfc": (mp.erfc, 0.7, -1.3),
    "erfinv": (mp.erfinv, 0.3, -0.7),
    "lgamma": (lambda x: mp.log(mp.gamma(x)), 0.7, 2.5),
    "digamma": (mp.digamma, 0.7, 2.5),
    "erfcx": (lambda x: mp.exp(x * x) * mp.erfc(x), 0.7, -1.3),
    "log_ndtr": (lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2), 0.7, -1.3),
    "j0": (lambda x: mp.besselj(0, x), 0.7, -1.3),
    "j1": (lambda x: mp.besselj(1, x), 0.7, 2.5),
    "i0": (lambda x: mp.besseli(0, x), 0.7, -1.3),
    "i1": (lambda x: mp.besseli(1, x), 0.7, 2.5),
    "i0e": (lambda x: mp.besseli(0, x) * mp.exp(-x), 0.7, 2.5),
    "i1e": (lambda x: mp.besseli(1, x) * mp.exp(-x), 0.7, 2.5),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), 0.7, -1.3),
    "logit": (lambda x: mp.log(x / (1 - x)), 0.3, 0.8),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), 0.7, -1.3),
    "logsigmoid": (lambda x: -mp.log1p(mp.exp(-x)), 0.7, -1.3),
    "silu": (lambda x: x / (1 + mp.exp(-x)), 0.7, -1.3),
    "mish": (lambda x: x * mp.tanh(mp.log1p(mp.exp(x))), 0.7, -1.3),
    "gelu": (lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2, 0.7, -1.3),
    "gelu_tanh": (lambda x: x * (1 + mp.tanh(GELU * (x + mp.mpf(0.044715) * x**3))) / 2, 0.7, -1.3),
    "softsign": (lambda x: x / (1 + abs(x)), 0.7, 1.3),
    "sinc": (lambda x: mp.sin(mp.pi * x) / (mp.pi * x), 0.7, -1.3),
    "x^x": (lambda x: x**x, 0.7, 2.5),
    "hypot(x,2)": (lambda x: mp.sqrt(x**2 + 4), 0.7, -1.3),
    "logaddexp(x,1)": (lambda x: mp.log(mp.exp(x) + mp.e), 0.7, -1.3),
    "atan2(x,2)": (lambda x: mp.atan(x / 2), 0.7, -1.3),
    "xlogy(x,x)": (lambda x: x * mp.log(x), 0.7, 2.5),
    "sin(exp(x))": (lambda x: mp.sin(mp.exp(x)), 0.7, -1.3),
    "exp(-x^2)": (lambda x: mp.exp(-(x**2)), 0.7, -1.3),
    "exp(sin(x))/x": (lambda x: mp.exp(mp.sin(x)) / x, 0.7, -1.3),
    "log(1+x^2)": (lambda x: mp.log(1 + x**2), 0.7, -1.3),
    "sqrt(1+tanh(x))": (lambda x: mp.sqrt(1 + mp.tanh(x)), 0.7, -1.3),
}

for name, (f, *points) in FUNCTIONS.items():
    for x in points:
        series = mp.taylor(f, mp.mpf(x), 4)
        numbers = [mp.factorial(k) * c for k, c in enumerate(series)]
        print(";".join([name, repr(x)] + [mp.nstr(n, 20) for n in numbers]))
