#!/usr/bin/env python3
"""Writes what the elementwise operations and their first and second derivatives are at the points of
the sweep, rounded once from more than enough digits of mpmath: sweep.bin, beside this file, for
test_sweep.c. `make sweep` asks for more points than are kept:

    make_sweep.py [--points 1000] [--seed 1] [--op name] [--out sweep.bin]
"""
import argparse
import multiprocessing
import os

import sweep_exact
import sweep_points


def body(job):
    op, n, seed = sweep_exact.OPS[job[0]], job[1], job[2] * 1000 + job[0]
    columns = [list(map(sweep_exact.rounded, sweep_exact.exact(op, at)))
               for at in sweep_points.points(op, n, seed)]
    return sweep_points.record(op, n, seed, list(zip(*columns)))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    words = argparse.ArgumentParser()
    words.add_argument("--points", type=int, default=1000)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--op", default="")
    words.add_argument("--out", default=os.path.join(here, "sweep.bin"))
    asked = words.parse_args()
    jobs = [(i, asked.points, asked.seed) for i, op in enumerate(sweep_exact.OPS)
            if asked.op in ("", op.name)]
    with multiprocessing.Pool() as pool:
        sweep_points.write(asked.out, pool.map(body, jobs, chunksize=1))


if __name__ == "__main__":
    main()
