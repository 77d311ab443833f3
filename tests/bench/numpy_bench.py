"""The rows sgemm 128, 512 and 1024 by NumPy, whose wheels bring an OpenBLAS of their own: newer than
a distribution's, with kernels for newer processors.
usage: numpy_bench.py [threads [word]]: only rows whose name has the word
CLOCK=cpu in the environment counts the processor's time, as in bench.h.
"""
import os
import statistics
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = sys.argv[1] if len(sys.argv) > 1 else "1"

import numpy

now = time.process_time if os.environ.get("CLOCK") == "cpu" else time.perf_counter


def seconds(n, repeats, rounds=9):
    """Median time of one product."""
    draw = numpy.random.default_rng(0)
    a, b = (draw.random((n, n), dtype=numpy.float32) for _ in range(2))
    out = numpy.empty_like(a)
    times = []
    for _ in range(rounds):
        start = now()
        for _ in range(repeats):
            numpy.matmul(a, b, out=out)
        times.append((now() - start) / repeats)
    return statistics.median(times)


for size, calls in (128, 476), (512, 7), (1024, 3):
    if len(sys.argv) < 3 or sys.argv[2] in f"sgemm {size}":
        print(f"{f'sgemm {size}':34s} {2e-9 * size**3 / seconds(size, calls):12.4f} GFLOP/s")
