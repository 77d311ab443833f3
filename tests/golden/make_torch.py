#!/usr/bin/python3
"""Writes PyTorch's answers for the operations of this library: operands, attributes, cotangents,
outputs, first and second derivatives. README.md tells how to run it and what the file holds.

Samples come from PyTorch's OpInfo table, float64, or where it has none that apply from generators
in torch_*.py beside this file, which call PyTorch's functions."""
import argparse
import collections
import random
import sys
import textwrap
import warnings

import numpy
import torch

sys.dont_write_bytecode = True
import torch_call
import torch_elementwise  # noqa: F401  (these fill the tables of torch_call)
import torch_fourier  # noqa: F401
import torch_index  # noqa: F401
import torch_linalg  # noqa: F401
import torch_loss  # noqa: F401
import torch_neural  # noqa: F401
import torch_reduce  # noqa: F401
import torch_resample  # noqa: F401
import torch_special
from torch_call import OWN, TORCH, Draw, Skip
from torch_file import Writer, records

# PyTorch's own f32 is this close to its f64, or the sample is not asked of f32. A sample on which
# it is further away than ILL is too badly conditioned for 1e-9 in f64 as well.
F32_NEAR, ILL = 1e-5, 0.01
ROUNDS = 6


class Maker:
    def __init__(self, options):
        self.options, self.skips = options, collections.Counter()
        self.calls = collections.OrderedDict()  # our name -> [Call]
        self.enough = set()  # operations that need no further round
        self.unadapted = set()  # PyTorch's names that no torch_*.py translates
        self.adapted = set()

    def skip(self, op, source, reason):
        self.skips[op, source, reason] += 1

    def fits(self, call):
        return all(t.numel() <= self.options.elements for t in call.operands)

    def from_table(self, op, seed):
        known = TORCH.get((op.name, op.variant_test_name), TORCH.get((op.name, None)))
        (self.unadapted if known is None else self.adapted).add(op.name)
        if known is None or not op.supports_dtype(torch.float64, "cpu"):
            return
        torch.manual_seed(seed)
        random.seed(seed)
        numpy.random.seed(seed)
        source = " ".join(filter(None, [op.name, op.variant_test_name]))
        wants = op.supports_autograd
        try:
            for sample in op.sample_inputs("cpu", torch.float64, requires_grad=wants):
                for translate in known:
                    self.add(source, lambda: torch_call.from_sample(op, sample, translate))
        except (RuntimeError, IndexError, ValueError) as why:  # sizes cut down too far for it
            self.skip("-", source, "PyTorch's generator stopped: %s" % str(why).split("\n")[0])

    def add(self, source, make):
        try:
            call = make()
        except Skip as why:
            self.skip("-", source, str(why))
            return
        except TypeError as why:  # an argument that a newer PyTorch has
            self.skip("-", source, str(why).split("() ")[-1])
            return
        call.source = source
        if not all(isinstance(t, torch.Tensor) for t in call.operands):
            self.skip(call.op, source, "an operand that is no tensor")
            return
        if call.op in self.enough:
            return
        if self.fits(call):
            self.calls.setdefault(call.op, []).append(call)
        else:
            self.skip(call.op, source, "an operand of more elements than asked for")

    def collect(self):
        """Rounds with other values of the operands until each operation has its samples; what is
        left out is the same in every round and counted in the first."""
        table = torch_call.op_database(self.options.elements)
        for r in range(ROUNDS):
            seed = self.options.seed * ROUNDS + r
            for op in table:
                self.from_table(op, seed)
            for i, (ours, source, generate) in enumerate(OWN):
                for call in generate(Draw(seed * len(OWN) + i)):
                    call.operands = [torch_call.rounded(t) for t in call.operands]
                    self.add(source, lambda: call)
            if r == 0:
                counted = self.skips.copy()
            self.enough = {op for op in self.calls
                           if len(self.calls[op]) >= self.options.samples}
        self.skips = counted

    def drawn(self, op):
        """At most so many samples, spread over the sources."""
        chooser = random.Random("%s %d" % (op, self.options.seed))
        calls = list(enumerate(self.calls[op]))
        if len(calls) <= self.options.samples:
            return [c for _, c in calls]
        by_source = collections.OrderedDict()
        for i, call in chooser.sample(calls, len(calls)):
            by_source.setdefault(call.source, []).append((i, call))
        kept = []
        while len(kept) < self.options.samples:
            for group in by_source.values():
                if group and len(kept) < self.options.samples:
                    kept.append(group.pop())
        for source, group in by_source.items():
            if group:
                self.skips[op, source, "more samples than asked for"] += len(group)
        return [c for _, c in sorted(kept, key=lambda pair: pair[0])]

    def answer(self, call, seed, second):
        """None where PyTorch has none; its first derivatives where it lacks the second."""
        for wanted in ((True, False) if second else (False,)):
            try:
                a = torch_call.answer(call, seed, wanted)
                if not a.spoilt():
                    return a
                reason = "second derivatives, PyTorch's are NaN or infinite where the first are not"
                self.skip(call.op, call.source, reason)
            except (RuntimeError, ValueError, IndexError, TypeError) as why:
                what = "second derivatives, " if wanted else ""
                reason = "%sPyTorch: %s" % (what, str(why).split("\n")[0][:160])
                self.skip(call.op, call.source, reason)
        return None

    def special(self, op):
        """With --special, so many with a special operand, and all that are special otherwise."""
        o = self.options
        return [c for c in self.calls[op] if torch_special.is_special(c)] + list(
            torch_special.with_special_operands(op, self.calls[op], o.special, o.seed, self.skip))

    def write_op(self, writer, op):
        written = 0
        for i, call in enumerate(self.special(op) if self.options.special else self.drawn(op)):
            seed = self.options.seed * 1000 + i
            a = self.answer(call, seed, written % 3 == 0)
            if a is None:
                continue
            if any(y.numel() > 4 * self.options.elements for y in a.outputs):
                self.skip(op, call.source, "a result of more elements than asked for")
                continue
            error = torch_call.f32_error(call, seed, a)
            if ILL < error < float("inf") and call.f32:
                self.skip(op, call.source, "ill-conditioned: PyTorch's f32 is off by a hundredth")
                continue
            writer.sample(call, a, call.f32 and error <= F32_NEAR)
            written += 1
        return written

    def wanted(self, op):
        return self.options.op is None or op in self.options.op.split(",")

    def writer(self):
        """With --into, one that puts the new records among those of other operations."""
        o, kept = self.options, []
        head = "torch %s seed %d samples %d elements %d" % (torch.__version__, o.seed, o.samples,
                                                            o.elements)
        if o.into:
            head, kept = records(o.into)
            sources = self.sources()
            kept = [r for r in kept if not (self.wanted(r[1]) or r[1] == "-" and r[2] in sources)]
        return Writer(o.out or o.into, head, kept)

    def sources(self):
        """Where the samples of the wanted operations come from."""
        return {c.source for op in self.calls if self.wanted(op) for c in self.calls[op]}

    def write(self):
        writer = self.writer()
        for op in sorted(self.calls):
            if self.wanted(op):
                writer.keep("S", op)
                written = self.write_op(writer, op)
                print("%-24s %3d samples" % (op, written))
        writer.keep("S")
        sources = self.sources()
        for (op, source, reason), count in sorted(self.skips.items()):
            if self.wanted(op) or op == "-" and source in sources:
                writer.keep("K", op)
                writer.skip(op, source, reason, count)
        writer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", type=int, default=12, help="of each operation, at most")
    parser.add_argument("--elements", type=int, default=256, help="of each operand, at most")
    parser.add_argument("--special", type=int, default=0,
                        help="instead, so many of each with NaN, infinities, zeros in an operand")
    parser.add_argument("--op", help="only these operations, separated by commas")
    parser.add_argument("--into", help="a file in which their records are replaced")
    parser.add_argument("--out", help="the file to write, if it is not that one")
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    options = parser.parse_args()
    if not options.out and not options.into:
        parser.error("--out or --into is needed")
    maker = Maker(options)
    maker.collect()
    maker.write()
    names = sorted(maker.unadapted - maker.adapted)
    print("%d names of PyTorch's table have no adaptor here:" % len(names))
    print(textwrap.fill(", ".join(names), 100, initial_indent="    ",
                        subsequent_indent="    "))


if __name__ == "__main__":
    main()
