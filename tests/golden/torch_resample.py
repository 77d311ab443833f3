"""Interpolation: which of PyTorch's is which of ours."""
import torch
import torch.nn.functional as F
from torch_call import Call, Skip, own, torch_op

MODES = {"nearest": "nearest", "linear": "linear", "bilinear": "linear", "trilinear": "linear",
         "bicubic": "cubic", "area": "area"}


def _list(value, n):
    return list(value) if isinstance(value, (list, tuple)) else [value] * n


@torch_op("nn.functional.interpolate")
def _interpolate(x, size=None, scale_factor=None, mode="nearest", align_corners=None,
                 recompute_scale_factor=None, antialias=False):
    if mode not in MODES or antialias:
        raise Skip("nearest-exact, or antialiasing")
    if recompute_scale_factor:
        raise Skip("sizes from factors that are then forgotten: sizes here")
    n = x.dim() - 2
    given = {"size": _list(size, n)} if size is not None else {
        "scale": [round(1024 * s) for s in _list(scale_factor, n)]}
    if "scale" in given and any(1024 * s != round(1024 * s) for s in _list(scale_factor, n)):
        raise Skip("a factor that is no multiple of 1/1024, in which this file writes them")
    return Call("interpolate", [x], mode=MODES[mode], align=bool(align_corners), **given)


@torch_op("nn.functional.grid_sample")
def _grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False):
    return Call("grid_sample", [x, grid], mode=MODES[mode], padding=padding_mode,
                align=bool(align_corners))


@own("interpolate", "torch.nn.functional.interpolate to larger and smaller sizes, by factors")
def _interpolated(draw):
    sizes = {1: ((7,), (3,), (1,)), 2: ((5, 3), (2, 7)), 3: ((2, 5, 3),)}
    shapes = {1: (2, 2, 5), 2: (1, 2, 3, 5), 3: (1, 1, 3, 2, 5)}
    names = {1: ("linear",), 2: ("bilinear", "bicubic"), 3: ("trilinear",)}
    for n, shape in shapes.items():
        for mode in ("nearest", "area", *names[n]):
            for align in (False, True) if mode in names[n] else (None,):
                for size in sizes[n]:
                    yield Call("interpolate", [draw.real(*shape)],
                               lambda x, s=size, m=mode, a=align: F.interpolate(
                                   x, size=s, mode=m, align_corners=a), mode=MODES[mode],
                               align=bool(align), size=size)
                if mode != "area":
                    yield Call("interpolate", [draw.real(*shape)],
                               lambda x, m=mode, a=align, n=n: F.interpolate(
                                   x, scale_factor=[1.75] * n, mode=m, align_corners=a),
                               mode=MODES[mode], align=bool(align), scale=[1792] * n)


@own("grid_sample", "torch.nn.functional.grid_sample far beyond the border, of volumes")
def _sampled(draw):
    for mode in ("bilinear", "nearest", "bicubic"):
        for padding in ("zeros", "border", "reflection"):
            for align in (False, True):
                for shape, places in (((2, 2, 3, 4), (2, 3, 2, 2)),
                                      ((1, 2, 2, 3, 2), (1, 2, 2, 2, 3))):
                    if mode == "bicubic" and len(shape) == 5:
                        continue
                    yield Call("grid_sample", [draw.real(*shape), draw.real(
                        *places, low=-2.5, high=2.5)],
                        lambda x, g, m=mode, p=padding, a=align: F.grid_sample(x, g, m, p, a),
                        mode=MODES[mode], padding=padding, align=align)
