"""Writes the file of samples that golden.h reads; README.md has the format. Must not know PyTorch's
operations."""
import struct

import numpy

F32, FIRST, SECOND = 1, 2, 4


def _text(text):
    data = text.encode()
    return struct.pack("<H", len(data)) + data


def _fixed(values):
    """Integers times a power of two: (code, data), or None."""
    finite = numpy.isfinite(values).all() and (numpy.abs(values) < 2.0 ** 31).all()
    if not finite or (numpy.signbit(values) & (values == 0)).any():
        return None
    for code, dtype, limit in ((1, "<i1", 127), (2, "<i2", 32767)):
        for shift in range(0, 17):
            scaled = values * 2.0 ** shift
            if (scaled == numpy.rint(scaled)).all():
                if (numpy.abs(scaled) <= limit).all():
                    return code, bytes([shift]) + scaled.astype(dtype).tobytes()
                break
    return None


def _leading_bytes(values, n):
    """The n leading bytes of each double, rounded; infinities and NaN stay what they are."""
    bits = values.astype("<f8").view("<u8")
    half = numpy.uint64(1 << (63 - 8 * n))
    rounded = numpy.where(numpy.isfinite(values), bits + half, bits)
    keep = numpy.isfinite(rounded.view("<f8")) | ~numpy.isfinite(values)
    bits = numpy.where(keep, rounded, bits)
    return bits.view("u1").reshape(-1, 8)[:, 8 - n:].tobytes()


def _real(values, n):
    if values.size and (values.view("<u8") == values.view("<u8")[0]).all():
        return 0, values[:1].tobytes()
    found = _fixed(values)
    if found:
        return found
    if n < 8:
        return n, _leading_bytes(values, n)
    with numpy.errstate(over="ignore"):
        narrow = values.astype("<f4")
    if (narrow.astype("<f8").view("<u8") == values.view("<u8")).all():
        return 4, narrow.tobytes()
    return 8, values.tobytes()


def _whole(values):
    for code, dtype in ((1, "<i1"), (2, "<i2"), (8, "<i8")):
        if (values.astype(dtype) == values).all():
            return 0x80 | code, values.astype(dtype).tobytes()
    raise ValueError("integers")


def tensor(t, n=8):
    """n: the leading bytes kept of a double that is not exact in fewer."""
    t = t.detach().contiguous()
    values = t.numpy().reshape(-1)
    if t.is_floating_point():
        code, data = _real(numpy.ascontiguousarray(values, dtype="<f8"), n)
    else:
        code, data = _whole(values.astype("<i8"))
    return struct.pack("<BB%dH" % t.dim(), code, t.dim(), *t.shape) + data


def attribute_text(attributes):
    words = []
    for name, value in attributes.items():
        if isinstance(value, (list, tuple)):
            value = ",".join(str(int(v)) for v in value)
        elif isinstance(value, bool):
            value = int(value)
        elif isinstance(value, float):
            value = repr(value)
        words.append("%s=%s" % (name, value))
    return " ".join(words)


def _words(body, n):
    """The n texts that a body begins with."""
    found, at = [], 0
    for _ in range(n):
        size = struct.unpack_from("<H", body, at)[0]
        found.append(body[at + 2:at + 2 + size].decode())
        at += 2 + size
    return found


def records(path):
    """The head of a file, and its records in order: kind, operation, source, body."""
    data = open(path, "rb").read()
    magic, head, at = *data.split(b"\n", 2)[:2], 0
    at, found = len(magic) + len(head) + 2, []
    while True:
        size, kind = struct.unpack_from("<IB", data, at)
        body = data[at + 5:at + 5 + size]
        if chr(kind) == "E":
            return head.decode(), found
        found.append((chr(kind), *_words(body, 2), body))
        at += 5 + size


class Writer:
    """Writes a file anew. With `kept`, records of another file, the new samples go among them."""

    def __init__(self, path, head, kept=()):
        self.file, self.records, self.kept = open(path, "wb"), 0, list(kept)
        self.file.write(b"ag golden 1\n" + head.encode() + b"\n")

    def keep(self, kind, before=None):
        """Writes the records of this kind that were kept, of operations that come `before`."""
        while self.kept and self.kept[0][0] == kind and (before is None or self.kept[0][1] < before):
            self._record(kind, self.kept.pop(0)[3])

    def _record(self, kind, body):
        self.file.write(struct.pack("<IB", len(body), ord(kind)) + body)
        self.records += 1

    def sample(self, call, answer, f32):
        wants = [t.requires_grad for t in call.operands]
        flags = (F32 if f32 else 0) | (FIRST if answer.first is not None else 0) | \
            (SECOND if answer.second is not None else 0)
        body = _text(call.op) + _text(call.source) + _text(attribute_text(call.attributes))
        body += struct.pack("<BB", flags, len(call.operands))
        for t, wanted in zip(call.operands, wants):
            body += bytes([wanted]) + tensor(t)
        body += bytes([len(answer.outputs)])
        for y, cotangent in zip(answer.outputs, answer.cotangents):
            body += tensor(y, 6) + bytes([cotangent is not None])
            body += tensor(cotangent) if cotangent is not None else b""
        for t in answer.first or []:
            body += tensor(t, 6)
        for t in answer.directions or []:
            body += tensor(t)
        for t in (answer.second or []) + (answer.pushed or []):
            body += tensor(t, 5)
        self._record("S", body)

    def skip(self, op, source, reason, count):
        self._record("K", _text(op) + _text(source) + _text(reason) + struct.pack("<I", count))

    def close(self):
        self.keep("S")
        self.keep("K")
        self._record("E", struct.pack("<I", self.records))
        self.file.close()
