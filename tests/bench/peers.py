"""Our benchmarks beside PyTorch, Keras, JAX, NumPy, OpenBLAS and KANN at the same work.
usage: peers.py BENCH_FOLDER [--threads N] [--rounds N] [--row WORD] [--scaling]

Each program runs once in a round, ours and the peers' in turn; a figure is the median of the rounds,
and so is the ratio, of the figures of each round. --scaling compares ours with itself instead: one
thread and N. A peer that is missing is named and left out. PEER_PYTHON in the environment is a
list of Pythons, separated by blanks, in which the peers are looked for first.
"""
import argparse
import glob
import os
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# The most a row may take of PyTorch's time, with one thread.
OF_TORCH = {
    "circles 2-8-6-1 b16 adam step": 1 / 30,
    "mnist 784-512-10 b128 rmsprop step": 0.55,
    "mnist 784-30-10 b100 sgd step": 0.40,
    "mnist cnn (seed) b128 rmsprop step": 0.45,
    "taxi 7-256-128-64-1 b512 adam step": 0.45,
    "transformer block 16x64x128 step": 0.75,
    "circles 2-8-6-1 b16 300 epochs": 1 / 20,
    "mnist 784-512-10 b128 epoch": 0.5,
    "add 1M": 0.7,
    "exp 1M": 0.7,
    "tanh 1M": 0.3,
    "sum 1M": 0.8,
    "softmax 1024x1024": 0.6,
    "layernorm 1024x1024 fwd+bwd": 0.6,
}
OF_KERAS = {"mnist 784-512-10 b128 epoch": 0.5}
OF_KANN = {"mlp 784-64-10 b64 epoch": 1 / 3}
MOST = {"torch": OF_TORCH, "keras": OF_KERAS, "kann": OF_KANN}
OF_OPENBLAS = {"sgemm 128": 0.95, "sgemm 512": 0.95, "sgemm 1024": 0.95}  # at least
WITH_OPENBLAS = ("openblas", "numpy")
ALONE = {
    "scalar 1000 ops fwd+bwd": 7.0,  # at most, whatever the peer takes
    "neuralnet 2-4-1 74,792 steps": 39.35 / 15,  # R's neuralnet took 39.35 s in the lecture
}
PYTHON_PEERS = [
    ("torch", "torch", "Debian: python3-torch"),
    ("keras", "tensorflow, keras", "pip: tensorflow-cpu"),
    ("jax", "jax", "pip: jax"),
    ("numpy", "numpy", "pip: numpy"),
]
PROGRAM_PEERS = [
    ("openblas", "sgemm", "Debian: libopenblas-dev"),
    ("kann", "kann_mlp", "make bench-peers KANN=FOLDER with its sources"),
]
SPEEDUP = 1.7  # of N threads over one, for rows above a millisecond


def rows_of(command, threads, row):
    """What a program prints: name, value and unit of each row."""
    names = ("AUTOGRAD_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    env = dict(os.environ, **{name: str(threads) for name in names})
    env.pop("ROW", None)
    if row:
        env["ROW"] = row
    out = {}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{command[0]} failed: {done.stderr.strip()}", file=sys.stderr)
    for line in done.stdout.splitlines():
        fields = line.split()
        if len(fields) >= 3:
            out[" ".join(fields[:-2])] = (float(fields[-2]), fields[-1])
    return out


def python_with(module):
    names = os.environ.get("PEER_PYTHON", "").split()
    names += [sys.executable, shutil.which("python3") or "", "/usr/bin/python3"]
    for python in filter(None, dict.fromkeys(names)):
        found = subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False)
        if found.returncode == 0:
            return python
    return None


def add(sides, name, command, source):
    if command:
        sides.append((name, [command]))
    else:
        print(f"{name} is missing ({source}): its figures are left out")


def sides_of(options):
    """Name, commands and threads of each side; ours first. Torch is told its rows by argument."""
    programs = sorted(glob.glob(os.path.join(options.folder, "bench_*")))
    ours = [[p] for p in programs if os.access(p, os.X_OK) and not p.endswith(".d")]
    if not ours:
        sys.exit(f"{options.folder} has no bench_* programs: make bench-peers builds them")
    if options.scaling:
        return [("1 thread", ours, 1), (f"{options.threads} threads", ours, options.threads)]
    sides = [("ours", ours)]
    words = [str(options.threads)] + ([options.row] if options.row else [])
    for name, module, source in PYTHON_PEERS:
        python = python_with(module)
        script = os.path.join(HERE, name + "_bench.py")
        add(sides, name, python and [python, script] + words, source)
    for name, program, source in PROGRAM_PEERS:
        path = os.path.join(options.folder, "peer", program)
        add(sides, name, os.access(path, os.X_OK) and [path], source)
    return [side + (options.threads,) for side in sides]


def measure(sides, rounds, row):
    """Figures by side and row, one for each round, and the unit of each row."""
    figures, units = {name: {} for name, _, _ in sides}, {}
    for i in range(rounds):
        for name, commands, threads in sides:
            for command in commands:
                for key, (value, unit) in rows_of(command, threads, row).items():
                    figures[name].setdefault(key, []).append(value)
                    units[key] = unit
        print(f"round {i + 1} of {rounds}", file=sys.stderr)
    return figures, units


def verdict(peer, row, unit, ours, ratio):
    """The target of a row against this peer, and whether it is reached."""
    if peer in ("torch", "") and row in ALONE:
        return f"at most {ALONE[row]:.4g} {unit}: " + ("ok" if ours <= ALONE[row] else "over")
    most = MOST.get(peer, {}).get(row)
    if most:
        return f"at most {most:.3f}: " + ("ok" if ratio <= most else "over")
    if peer in WITH_OPENBLAS and row in OF_OPENBLAS:
        return f"at least {OF_OPENBLAS[row]:.2f}: " + ("ok" if ratio >= OF_OPENBLAS[row] else "below")
    long = unit == "ms/step" and ours > 1 or unit == "us" and ours > 1000
    if peer.endswith("threads") and row in OF_TORCH and long:
        return f"at least {SPEEDUP}: " + ("ok" if ratio >= SPEEDUP else "below")
    return ""


def ratio_of(peer, unit, ours, theirs):
    """Ours by theirs; with threads, how many times more of them are faster."""
    faster = peer.endswith("threads") and unit == "GFLOP/s"
    return theirs / ours if faster else ours / theirs


def show(figures, units):
    base, *peers = figures
    print(f"{'row':36s}{base:>12s}{'peer':>12s}  {'unit':9s}{'ratio':>8s}  target")
    for row, unit in units.items():
        if row not in figures[base]:
            continue
        ours = statistics.median(figures[base][row])
        if not any(row in figures[peer] for peer in peers):
            alone = verdict("", row, unit, ours, 0)
            print(f"{row:36s}{ours:12.4f}{'':12s}  {unit:9s}{'':8s}  {alone}".rstrip())
        for peer in peers:
            if row in figures[peer]:
                both = zip(figures[base][row], figures[peer][row])
                ratio = statistics.median(ratio_of(peer, unit, *pair) for pair in both)
                theirs = statistics.median(figures[peer][row])
                print(
                    f"{row:36s}{ours:12.4f}{theirs:12.4f}  {unit:9s}{ratio:8.3f}  "
                    f"{peer} {verdict(peer, row, unit, ours, ratio)}"
                )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--row", default="")
    parser.add_argument("--scaling", action="store_true")
    options = parser.parse_args()
    show(*measure(sides_of(options), options.rounds, options.row))


if __name__ == "__main__":
    main()
