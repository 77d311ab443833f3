"""Fourier transforms: which of PyTorch's is which of ours. Complex numbers are pairs of real ones."""
import torch
from torch_call import Call, own


@own("fft", "torch.fft.fft, ifft, rfft, irfft of view_as_complex")
def _transforms(draw):
    lengths = (1, 2, 3, 4, 5, 7, 8, 12, 13)
    for i, n in enumerate(lengths):
        for norm in ("backward", "ortho", "forward"):
            for name in ("fft", "ifft", "rfft", "irfft"):
                real, f = name == "rfft", getattr(torch.fft, name)
                asked = (None, n, n + 2, max(1, n - 1))[(i + len(norm)) % 4]
                shape, dim = ((3, n), 1) if i % 2 else ((n, 2), 0)
                if name == "irfft" and n == 1 and asked is None:
                    continue

                def ref(x, f=f, dim=dim, asked=asked, norm=norm, real=real, name=name):
                    y = f(x if real else torch.view_as_complex(x), asked, dim, norm)
                    return y if name == "irfft" else torch.view_as_real(y)
                yield Call(name, [draw.real(*shape) if real else draw.real(*shape, 2)], ref,
                           axis=dim, n=asked or 0, norm=norm)
