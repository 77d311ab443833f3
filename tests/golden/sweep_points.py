"""The points of the sweep, drawn as sweep_points.h draws them in C, and the file of what is expected
there. Must not know what the functions are; that is sweep_exact.py.
"""
import math
import struct

MASK = (1 << 64) - 1
FLOAT_MAX, FLOAT_MIN, FLOAT_LEAST = 3.4028234663852886e38, 1.1754943508222875e-38, 1.401298464324817e-45
ENDS = {
    False: [1.7976931348623157e308, 2.2250738585072014e-308, 5e-324, 1e300, 1e-300, 1e154, 1e-154],
    True: [FLOAT_MAX, FLOAT_MIN, FLOAT_LEAST, 1e37, 1e-37, 1.8e19, 1e-19],
}


def to_float(x):
    """The nearest f32; infinite past the largest."""
    if abs(x) > FLOAT_MAX:
        return math.copysign(math.inf, x)
    return struct.unpack("<f", struct.pack("<f", x))[0]


class Stream:
    """splitmix64 (Steele, Lea and Flood 2014)."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def unit(self):
        return (self.next() >> 11) * 2.0 ** -53


def any_bits(s, narrow):
    """Any exponent, denormal ones too, any mantissa, either sign."""
    bits = s.next()
    if narrow:
        exponent = s.next() % 255
        word = (bits & 0x807FFFFF) | exponent << 23
        return struct.unpack("<f", struct.pack("<I", word))[0]
    exponent = s.next() % 2047
    word = (bits & 0x800FFFFFFFFFFFFF) | exponent << 52
    return struct.unpack("<d", struct.pack("<Q", word))[0]


def beside(s, near, narrow):
    """From a whole unit to the last place away from one of the awkward points."""
    k, at = s.next(), near[s.next() % len(near)]
    step = math.ldexp(1 + s.unit(), -int(k % (26 if narrow else 56)))
    return at + (step if k >> 63 else -step) * (abs(at) if at != 0 else 1.0)


def end(s, near, narrow):
    ends, k = ENDS[narrow], s.next()
    some = ends + near
    x = some[s.next() % len(some)]
    return -x if k >> 63 else x


def draw(s, near, narrow):
    kind = s.next() % 8
    if kind < 2:
        return any_bits(s, narrow)
    if kind < 5:
        wide = (4.0, 100.0, 1600.0)[kind - 2]
        return s.unit() * wide - wide / 2
    return end(s, near, narrow) if kind == 7 else beside(s, near, narrow)


def operand(s, low, high, near, narrow):
    """Within the domain; of f32 for every other point, so that both dtypes can be asked."""
    while True:
        x = draw(s, near, narrow)
        x = to_float(x) if narrow else x
        if low <= x <= high and abs(x) <= (FLOAT_MAX if narrow else 1.7976931348623157e308):
            return x


def points(op, n, seed):
    s = Stream(seed)
    return [[operand(s, *d, i % 2 == 0) for d in op.operands] for i in range(n)]


# --- the file ---------------------------------------------------------------------------------------

def packed(column):
    """One number for all, or all of them."""
    first = struct.pack("<d", column[0])
    if all(struct.pack("<d", x) == first for x in column):
        return b"\0" + first
    return b"\1" + b"".join(struct.pack("<d", x) for x in column)


def record(op, n, seed, columns):
    name = op.name.encode()
    body = struct.pack("<B", len(name)) + name
    body += struct.pack("<B", len(op.constants)) + b"".join(struct.pack("<d", c) for c in op.constants)
    body += struct.pack("<B", len(op.operands))
    for low, high, near in op.operands:
        body += struct.pack("<ddB", low, high, len(near)) + b"".join(struct.pack("<d", x) for x in near)
    body += struct.pack("<QI", seed, n)
    return body + b"".join(packed(c) for c in columns)


def write(path, bodies):
    with open(path, "wb") as file:
        file.write(b"ag sweep 1\n" + struct.pack("<I", len(bodies)))
        for body in bodies:
            file.write(struct.pack("<I", len(body)) + body)
