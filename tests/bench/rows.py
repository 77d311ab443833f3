"""What the benchmarks in Python share: the clock, the median of rounds, rows as bench.h prints them.
Must not know any peer.
usage of each: NAME_bench.py [threads [word]]: only rows whose name has the word
CLOCK=cpu in the environment counts the processor's time, as in bench.h.
"""
import os
import statistics
import sys
import time

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
now = time.process_time if os.environ.get("CLOCK") == "cpu" else time.perf_counter


def seconds(f, repeats, rounds=5):
    """Median time of one call."""
    for _ in range(3):
        f()
    out = []
    for _ in range(rounds):
        start = now()
        for _ in range(repeats):
            f()
        out.append((now() - start) / repeats)
    return statistics.median(out)


def times(factor):
    return lambda s: factor * s


def run(rows):
    """Of name, maker of the work, calls in a round, seconds of a call to the figure, unit."""
    for name, make, repeats, figure, unit in rows:
        if len(sys.argv) < 3 or sys.argv[2] in name:
            print(f"{name:34s} {figure(seconds(make(), repeats)):12.4f} {unit}", flush=True)
