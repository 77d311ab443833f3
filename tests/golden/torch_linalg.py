"""Linear algebra: which of PyTorch's is which of ours."""
import torch

from torch_call import Call, Skip, own, torch_op


def _matmul(a, b):
    return Call("matmul", [a, b])


torch_op("matmul", "mm", "bmm", "mv")(_matmul)


@torch_op("dot")
def _dot(a, b):
    return Call("dot", [a, b])


@torch_op("inner")
def _inner(a, b):
    raise Skip("sums over both last axes: written with einsum here")


@torch_op("outer")
def _outer(a, b):
    return Call("outer", [a, b])


@torch_op("einsum")
def _einsum(operands, equation):
    return Call("einsum", operands, equation=equation.replace(" ", ""))


@torch_op("trace")
def _trace(x):
    return Call("trace", [x])


@torch_op("diag_embed")
def _diag_embed(x, offset=0, dim1=-2, dim2=-1):
    return Call("diag_embed", [x], k=offset, axis1=dim1, axis2=dim2)


@torch_op("linalg.cross")
def _cross(a, b, dim=-1):
    return Call("cross", [a, b], axis=dim)


@torch_op("diag")
def _diag(x, diagonal=0):
    return Call("diag", [x], k=diagonal)


@torch_op("diagonal")
def _diagonal(x, offset=0, dim1=0, dim2=1):
    return Call("diagonal", [x], k=offset, axis1=dim1, axis2=dim2)


@torch_op("tril")
def _tril(x, diagonal=0):
    return Call("tril", [x], k=diagonal)


@torch_op("triu")
def _triu(x, diagonal=0):
    return Call("triu", [x], k=diagonal)


@torch_op("cholesky")
def _old_cholesky(*_, **__):
    raise Skip("the deprecated name of linalg.cholesky")


@torch_op("triangular_solve")
def _old_triangular(*_, **__):
    raise Skip("the deprecated name of linalg.solve_triangular")


@torch_op("linalg.solve_triangular")
def _solve_triangular(a, b, upper, left=True, unitriangular=False):
    return Call("solve_triangular", [a, b], upper=upper, unit=unitriangular, right=not left)


@torch_op("linalg.solve")
def _solve(a, b):
    if b.dim() != 1 and b.dim() == a.dim() - 1:
        raise Skip("a batch of vectors: matrices with one column here")
    return Call("solve", [a, b])


@torch_op("linalg.inv")
def _inverse(a):
    return Call("inverse", [a])


@torch_op("linalg.qr")
def _qr(a, mode="reduced"):
    if mode != "reduced":
        raise Skip("other modes than reduced")
    return Call("qr", [a])


@torch_op("linalg.pinv", variant="")
def _pinv(a, *_, **given):
    if given or _:
        raise Skip("thresholds: samples of our own")
    return Call("pinv", [a])


@torch_op("matrix_exp", "linalg.matrix_exp")
def _matrix_exp(a):
    return Call("matrix_exp", [a])


@torch_op("linalg.det")
def _det(a):
    return Call("det", [a])


@torch_op("linalg.slogdet")
def _slogdet(a):
    return Call("slogdet", [a])


@torch_op("linalg.svdvals")
def _svdvals(a):
    return Call("svdvals", [a])


@torch_op("linalg.cholesky", "linalg.eigh", "linalg.eigvalsh", "linalg.svd")
def _by_own(*_, **__):
    raise Skip("samples of our own instead: symmetric matrices, results without a free sign")


# --- samples of our own ---------------------------------------------------------------------------

def _symmetric(x):
    return x + x.mT


def _positive(x):
    return x @ x.mT + torch.eye(x.shape[-1], dtype=x.dtype)


MATRICES = ((1, 1), (2, 2), (3, 3), (4, 4), (2, 3, 3), (2, 1, 2, 2), (0, 0), (0, 2, 2))


@own("cross", "torch.linalg.cross(a, b)")
def _cross_own(draw):
    for a, b, dim in (((3,), (3,), 0), ((2, 3), (1, 3), -1), ((3, 4), (3, 4), 0), ((2, 3, 2), (3, 2), 1)):
        if len(a) != len(b):  # PyTorch wants as many dimensions
            yield Call("cross", [draw.real(*a), draw.real(*b)],
                       lambda x, y, d=dim: torch.linalg.cross(x, y.expand_as(x), dim=d), axis=dim)
            continue
        yield Call("cross", [draw.real(*a), draw.real(*b)],
                   lambda x, y, d=dim: torch.linalg.cross(x, y, dim=d), axis=dim)


@own("cdist", "torch.cdist(a, b, p), and its definition where that has no second derivative")
def _cdist(draw):
    def defined(a, b, p):
        return torch.linalg.vector_norm(a[..., :, None, :] - b[..., None, :, :], p, -1)
    for p in (1.0, 2.0, 3.0, 1.5, 0.0, float("inf")):
        for a, b in (((4, 3), (2, 3)), ((2, 3, 2), (2, 2, 2))):
            yield Call("cdist", [draw.real(*a), draw.real(*b)], lambda x, y, p=p: torch.cdist(x, y, p),
                       second=False, p=p)
        yield Call("cdist", [draw.real(3, 4), draw.real(2, 4)],
                   lambda x, y, p=p: defined(x, y, p), second=p != 0, p=p)
    same = draw.real(3, 2)
    for p in (1.0, 2.0, 3.0, float("inf")):  # coincident rows
        yield Call("cdist", [same.detach().clone().requires_grad_(), same.detach().clone().requires_grad_()],
                   lambda x, y, p=p: torch.cdist(x, y, p), second=False, p=p)


@own("diag_embed", "torch.diag_embed(x, k, axis1, axis2)")
def _diag_embed_own(draw):
    for shape, k, a, b in (((3,), 0, -2, -1), ((2, 3), 1, 0, 2), ((2, 3), -2, 1, 0), ((2, 2, 2), 0, 0, 3)):
        yield Call("diag_embed", [draw.real(*shape)],
                   lambda x, k=k, a=a, b=b: torch.diag_embed(x, k, a, b), k=k, axis1=a, axis2=b)


@own("cholesky", "torch.linalg.cholesky(x x^T + 1)")
def _cholesky(draw):
    for shape in MATRICES:
        for upper in (False, True):
            yield Call("cholesky", [draw.real(*shape)],
                       lambda x, u=upper: torch.linalg.cholesky(_positive(x), upper=u), upper=upper)


@own("eigvalsh", "torch.linalg.eigvalsh(x + x^T), eigh with its vectors squared")
def _eigh(draw):
    for shape in MATRICES:
        yield Call("eigvalsh", [draw.real(*shape)], lambda x: torch.linalg.eigvalsh(_symmetric(x)))

        def values_and_squares(x):
            values, vectors = torch.linalg.eigh(_symmetric(x))
            return values, vectors ** 2
        yield Call("eigh", [draw.real(*shape)], values_and_squares)


@own("qr", "torch.linalg.qr(x), lu(x), pinv(x)")
def _factors(draw):
    for shape in ((1, 1), (3, 3), (4, 2), (2, 3, 2), (0, 2)):
        yield Call("qr", [draw.real(*shape)], torch.linalg.qr)
    for shape in ((2, 4), (2, 2, 3)):  # PyTorch 1.13 has no gradient of a wide one
        yield Call("qr", [draw.real(*shape)], _wide_qr)
    for shape in ((1, 1), (3, 3), (4, 2), (2, 4), (2, 3, 3), (2, 3, 2), (0, 2)):
        yield Call("lu", [draw.real(*shape)], torch.linalg.lu)
    for shape in ((1, 1), (3, 3), (4, 2), (2, 4), (2, 3, 2), (0, 2)):
        yield Call("pinv", [draw.real(*shape)], torch.linalg.pinv)
    low = draw.real(4, 1) @ draw.real(1, 3)
    yield Call("pinv", [low.detach().requires_grad_()], lambda x: torch.linalg.pinv(x, rtol=1e-5),
               second=False, f32=False, rcond=1e-5)


def _wide_qr(x):
    q, left = torch.linalg.qr(x[..., :x.shape[-2]])
    return q, torch.cat([left, q.mT @ x[..., x.shape[-2]:]], -1)


@own("lstsq", "torch.linalg.pinv(a) @ b")
def _lstsq(draw):
    for a, b in (((4, 2), (4, 3)), ((2, 4), (2, 1)), ((3, 3), (3,)), ((2, 4, 3), (4, 2))):
        yield Call("lstsq", [draw.real(*a), draw.real(*b)], lambda x, y: torch.linalg.pinv(x) @ y)


@own("matrix_exp", "torch.linalg.matrix_exp(x)")
def _matrix_exp_own(draw):
    for shape, most in (((1, 1), 3), ((3, 3), 1), ((2, 2, 2), 9), ((4, 4), 0.01), ((0, 0), 1)):
        yield Call("matrix_exp", [draw.real(*shape, low=-most, high=most)], torch.linalg.matrix_exp)


@own("eigh_pencil", "torch.linalg.eigh(L^-1 (x + x^T) L^-T), L = cholesky(y y^T + 1)")
def _pencil(draw):
    def parts(x, y):
        l = torch.linalg.cholesky(_positive(y))
        left = torch.linalg.solve_triangular(l, _symmetric(x), upper=False)
        values, z = torch.linalg.eigh(torch.linalg.solve_triangular(l, left.mT, upper=False))
        return values, torch.linalg.solve_triangular(l.mT, z, upper=True) ** 2
    for shape in ((1, 1), (2, 2), (3, 3), (2, 3, 3), (0, 0)):
        yield Call("eigh_pencil", [draw.real(*shape), draw.real(*shape)], parts)


@own("svd", "torch.linalg.svd(x, full_matrices=False): s, u squared, vh squared, u vh")
def _svd(draw):
    def parts(x):
        u, s, vh = torch.linalg.svd(x, full_matrices=False)
        return s, u ** 2, vh ** 2, u @ vh
    for shape in ((1, 1), (2, 2), (3, 3), (4, 2), (2, 4), (3, 4), (2, 3, 2), (2, 2, 3), (4, 4)):
        yield Call("svd", [draw.real(*shape)], parts)
    for shape in ((3, 3), (4, 2), (2, 2, 3)):
        yield Call("svdvals", [draw.real(*shape)], torch.linalg.svdvals)


@own("kron", "torch.kron(a, b)")
def _kron(draw):
    for a, b in (((2, 2), (2, 3)), ((3, 1), (2, 2)), ((1, 4), (3, 2)), ((3,), (4,)),
                 ((2, 2, 1), (1, 2, 3))):
        yield Call("kron", [draw.real(*a), draw.real(*b)], torch.kron)


@own("dot", "torch.dot(a, b), outer, trace")
def _vectors(draw):
    for n in (1, 2, 6, 16, 0):
        yield Call("dot", [draw.real(n), draw.real(n)], torch.dot)
        yield Call("outer", [draw.real(n), draw.real(3)], torch.outer)
        yield Call("trace", [draw.real(n % 5, n % 7)], torch.trace)


@own("einsum", "torch.einsum(equation, operands)")
def _einsum_own(draw):
    for equation, *shapes in (("ij->ji", (3, 4)), ("ii->i", (4, 4)), ("ii", (4, 4)),
                              ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
                              ("bij,bkj->bik", (2, 3, 4), (2, 2, 4)), ("i,i,i->", (5,), (5,), (5,)),
                              ("...ij,...jk->...ik", (2, 1, 2, 3), (3, 3, 2)),
                              ("ij,ij->j", (3, 4), (3, 4)), ("b...,b...->b", (2, 3, 2), (2, 3, 2))):
        yield Call("einsum", [draw.real(*s) for s in shapes],
                   lambda *t, e=equation: torch.einsum(e, *t), equation=equation)


@own("solve", "torch.linalg.solve(x + 3, b), solve_triangular, det, slogdet, inv")
def _systems(draw):
    eye = 3 * torch.eye(3, dtype=torch.float64)
    for a, b in (((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (2, 3, 1)), ((2, 3, 3), (3, 2))):
        x = (draw.real(*a, low=-1, high=1).detach() + eye).requires_grad_()
        yield Call("solve", [x, draw.real(*b)], torch.linalg.solve)
    for n in (2, 3, 4):
        yield Call("det", [draw.real(n, n)], torch.linalg.det)
        yield Call("inverse", [draw.real(n, n)], torch.linalg.inv)
        yield Call("slogdet", [draw.real(2, n, n)], torch.linalg.slogdet)
