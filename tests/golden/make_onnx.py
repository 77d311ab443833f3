#!/usr/bin/env python3
"""Writes ONNX's own node tests as samples for test_golden.c: each node that onnx_calls.py translates, with
its inputs and what the standard says of them; the others with a reason. `make onnx` runs it, in a virtual
environment with the package onnx.

    make_onnx.py --out onnx.bin
"""
import argparse
import collections
import inspect
import sys

import numpy
from onnx import helper
from onnx.backend.test.case.node import collect_testcases

sys.dont_write_bytecode = True
import torch_file
from onnx_calls import NODES, Skip

AS_F32 = 8  # results are rounded to f32


class Numbers:
    """An array, with the few words of a PyTorch tensor that the writer uses."""

    def __init__(self, array):
        if array.dtype.kind not in "fiub" or array.dtype.itemsize < 4 and array.dtype.kind == "f":
            raise Skip("dtype %s" % array.dtype)
        self.array, self.requires_grad = array, False
        self.shape = array.shape

    def detach(self):
        return self

    def contiguous(self):
        return self

    def numpy(self):
        return numpy.array(self.array, dtype="f8" if self.is_floating_point() else "i8")

    def dim(self):
        return self.array.ndim

    def is_floating_point(self):
        return self.array.dtype.kind == "f"


class Answer:
    """Results alone: ONNX has no derivatives."""

    def __init__(self, outputs):
        self.outputs, self.cotangents = outputs, [None] * len(outputs)
        self.first = self.second = self.directions = self.pushed = None


class Call:
    def __init__(self, op, operands, attributes, source):
        self.op, self.operands, self.attributes, self.source = op, operands, attributes, source


def translated(case):
    """The call and its answer."""
    nodes = case.model.graph.node
    if len(nodes) != 1 or nodes[0].domain not in ("", "ai.onnx"):
        raise Skip("a program of several nodes, or of another domain")
    one = nodes[0]
    if one.op_type not in NODES:
        raise Skip("%s" % one.op_type)
    given = dict(zip((v.name for v in case.model.graph.input), case.data_sets[0][0]))
    inputs = [given.get(name) for name in one.input]
    results = list(case.data_sets[0][1])
    for x in inputs + results:
        if x is not None and not isinstance(x, numpy.ndarray):
            raise Skip("a sequence, an optional, or numbers that NumPy has not")
        if x is not None and (x.size > 20000 or x.ndim > 8):
            raise Skip("more than 20000 elements")
    attributes = {a.name: helper.get_attribute_value(a) for a in one.attribute}
    try:
        inspect.signature(NODES[one.op_type]).bind(attributes, *inputs)
    except TypeError as why:
        raise Skip("an input that onnx_calls.py does not know: %s" % why)
    op, operands, words, *ours = NODES[one.op_type](attributes, *inputs)
    results = ours[0](results) if ours else results
    call = Call(op, [Numbers(x) for x in operands], words, "%s %s" % (one.op_type, case.name))
    if op == "layer_norm":
        results = results[:1]  # mean and deviation are none of ours
    if case.name == "test_averagepool_2d_ceil_last_window_starts_on_pad":
        raise Skip("expected to four digits alone")
    if op.startswith("max_pool") and len(results) == 2:
        raise Skip("indices that count through all planes")
    return call, Answer([Numbers(y) for y in results])


def sample(writer, call, answer):
    """The writer's flags have no word for results of f32; they are the byte after three texts."""
    record = writer._record

    def flagged(kind, body):
        at = sum(2 + len(text.encode()) for text in (call.op, call.source,
                                                     torch_file.attribute_text(call.attributes)))
        record(kind, body[:at] + bytes([body[at] | AS_F32]) + body[at + 1:])
    writer._record = flagged
    writer.sample(call, answer, False)
    writer._record = record


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--out", required=True)
    writer = torch_file.Writer(words.parse_args().out, "ONNX's node tests")
    skips, calls = collections.Counter(), []
    for case in collect_testcases(None):
        try:
            calls.append(translated(case))
        except Skip as why:
            skips[str(why)] += 1
    for call, answer in sorted(calls, key=lambda pair: pair[0].op):
        sample(writer, call, answer)
    for reason, count in sorted(skips.items()):
        writer.skip("-", "ONNX", reason, count)
    writer.close()
    print("%d node tests: %d are asked, %d have no counterpart" % (
        len(calls) + sum(skips.values()), len(calls), sum(skips.values())))


if __name__ == "__main__":
    main()
