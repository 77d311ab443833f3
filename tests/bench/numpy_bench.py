"""The rows sgemm 128, 512 and 1024 by NumPy, whose wheels bring an OpenBLAS of their own: newer
than a distribution's, with kernels for newer processors.
usage: numpy_bench.py [threads [word]]: only rows whose name has the word
CLOCK=cpu in the environment counts the processor's time, as in bench.h.
"""
import os
import sys

sys.dont_write_bytecode = True  # of rows.py, beside the sources

from rows import THREADS, run

os.environ["OPENBLAS_NUM_THREADS"] = str(THREADS)

import numpy


def product(n):
    """One product of n x n."""
    draw = numpy.random.default_rng(0)
    a, b = (draw.random((n, n), dtype=numpy.float32) for _ in range(2))
    out = numpy.empty_like(a)
    return lambda: numpy.matmul(a, b, out=out)


def row(n, calls):
    return f"sgemm {n}", lambda: product(n), calls, lambda s: 2e-9 * n**3 / s, "GFLOP/s"


if __name__ == "__main__":
    run([row(128, 476), row(512, 7), row(1024, 3)])
