"""Writes numpy/: small arrays in NumPy's own formats, for tests/nn/formats/test_npy.c (NumPy 2.4.6 was used).
usage: make_numpy.py FOLDER
Each array is [[0, 1, 2], [3, 4, 5]] in its type (with -1 in front for signed ones, halves for floats), but for
those whose names say something else.
"""
import os
import sys
import zipfile

import numpy as np
from numpy.lib import format as npy

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
base = np.arange(6).reshape(2, 3)


def save(name, array, version=None):
    with open(os.path.join(folder, name + ".npy"), "wb") as f:
        npy.write_array(f, array, version=version, allow_pickle=True)


for t in ["u1", "u2", "u4", "u8"]:
    save(t, base.astype(t))
for t in ["i1", "i2", "i4", "i8"]:
    save(t, (base - 1).astype(t))
for t in ["f2", "f4", "f8"]:
    save(t, (base / 2 - 1).astype(t))
save("b1", base % 2 == 1)
for t in ["u4", "i8", "f4", "f8"]:
    save("big_" + t, (base - (t[0] != "u")).astype(">" + t))
save("version2", base.astype("f8"), (2, 0))
save("version3", base.astype("f8"), (3, 0))
save("fortran", np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)))
save("fortran_line", np.asfortranarray(np.arange(3.0)))
save("scalar", np.array(2.5))
save("line", np.arange(4))
save("empty", np.zeros((0, 3)))
save("eight", np.ones((1,) * 8))
save("nine", np.ones((1,) * 9))
save("halves", np.array([0, -0.0, 1, -2, 65504, 2.0**-24, 2.0**-14, np.inf, -np.inf, np.nan], "f2"))
save("large_u8", np.array([1, 2**63], "u8"))
save("object", np.array([1, "a"], dtype=object))
save("structure", np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]))
save("text", np.array(["ab", "c"]))
save("complex", np.array([1 + 2j]))
save("time", np.array(["2020-01-01"], "M8[D]"))
x, y = np.arange(24, dtype="u1").reshape(4, 2, 3), np.array([0, 2, 1, 2])
np.savez(os.path.join(folder, "stored.npz"), x_train=x, y_train=y, scale=np.array(0.5))
np.savez_compressed(os.path.join(folder, "deflated.npz"), x_train=x, y_train=y, zeros=np.zeros(5000))
with zipfile.ZipFile(os.path.join(folder, "bzip2.npz"), "w", zipfile.ZIP_BZIP2) as z:
    z.write(os.path.join(folder, "f8.npy"), "f8.npy")
