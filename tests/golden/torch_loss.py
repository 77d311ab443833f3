"""Losses: which of PyTorch's is which of ours."""
import torch
import torch.nn.functional as F

from torch_call import Call, Skip, own, torch_op

REDUCTIONS = ("none", "mean", "sum")


def _given(*tensors):
    return [t for t in tensors if t is not None]


def _pair(torch_name, ours, *options):
    """A loss of two tensors with number options, by name or renamed (theirs, ours, default)."""
    @torch_op("nn.functional." + torch_name)
    def translate(y, t, reduction="mean", **given):
        attributes = {name: float(given.pop(theirs, default)) for theirs, name, default in options}
        if given:
            raise Skip("arguments " + " ".join(given))
        return Call(ours, [y, t], reduction=reduction, **attributes)


_pair("mse_loss", "mse_loss")
_pair("l1_loss", "l1_loss")
_pair("smooth_l1_loss", "smooth_l1_loss", ("beta", "beta", 1))
_pair("huber_loss", "huber_loss", ("delta", "delta", 1))
_pair("hinge_embedding_loss", "hinge_embedding_loss", ("margin", "margin", 1))


@torch_op("nn.functional.binary_cross_entropy")
def _bce(p, t, weight=None, reduction="mean"):
    return Call("bce_loss", _given(p, t, weight), reduction=reduction)


@torch_op("nn.functional.binary_cross_entropy_with_logits")
def _bce_logits(x, t, weight=None, reduction="mean", pos_weight=None):
    return Call("bce_with_logits", _given(x, t, weight, pos_weight), reduction=reduction,
                weight=weight is not None, pos_weight=pos_weight is not None)


def _ignored(index):
    return {} if index == -100 else {"ignore": index}


@torch_op("nn.functional.cross_entropy")
def _cross_entropy(x, t, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    return Call("cross_entropy", _given(x, t, weight), reduction=reduction,
                smoothing=label_smoothing, **_ignored(ignore_index))


@torch_op("nn.functional.nll_loss")
def _nll(x, t, weight=None, ignore_index=-100, reduction="mean"):
    return Call("nll_loss", _given(x, t, weight), reduction=reduction, **_ignored(ignore_index))


@torch_op("nn.functional.kl_div")
def _kl_div(x, t, reduction="mean", log_target=False):
    return Call("kl_div", [x, t], reduction=reduction, log_target=log_target)


@torch_op("nn.functional.poisson_nll_loss")
def _poisson(x, t, log_input=True, full=False, eps=1e-8, reduction="mean"):
    return Call("poisson_nll_loss", [x, t], log_input=log_input, full=full, eps=eps,
                reduction=reduction)


@torch_op("nn.functional.gaussian_nll_loss")
def _gaussian(y, t, var, full=False, eps=1e-6, reduction="mean"):
    if 0 < var.dim() < y.dim():
        raise Skip("a variance without the last axis: broadcasts along the first here")
    return Call("gaussian_nll_loss", [y, t, var], full=full, eps=eps, reduction=reduction)


@torch_op("nn.functional.margin_ranking_loss")
def _ranking(a, b, y, margin=0.0, reduction="mean"):
    return Call("margin_ranking_loss", [a, b, y], margin=margin, reduction=reduction)


@torch_op("nn.functional.triplet_margin_loss")
def _triplet(a, p, n, margin=1.0, swap=False, reduction="mean"):
    return Call("triplet_margin_loss", [a, p, n], margin=margin, p=2.0, eps=1e-6, swap=swap,
                reduction=reduction)


@torch_op("nn.functional.cosine_embedding_loss")
def _cosine_embedding(a, b, y, margin=0.0, reduction="mean"):
    return Call("cosine_embedding_loss", [a, b, y], margin=margin, reduction=reduction)


@torch_op("nn.functional.cosine_similarity")
def _cosine(a, b, dim=1, eps=1e-8):
    return Call("cosine_similarity", [a, b], axis=dim, eps=eps)


# --- samples of our own ---------------------------------------------------------------------------

@own("mse_loss", "torch.nn.functional losses of pairs on small tensors")
def _pairs(draw):
    for reduction in REDUCTIONS:
        r = {"reduction": reduction}
        for shape in ((4, 3),):
            yield Call("mse_loss", [draw.real(*shape), draw.real(*shape)],
                       lambda y, t, r=r: F.mse_loss(y, t, **r), **r)
            yield Call("l1_loss", [draw.real(*shape), draw.real(*shape)],
                       lambda y, t, r=r: F.l1_loss(y, t, **r), **r)
            yield Call("smooth_l1_loss", [draw.real(*shape), draw.real(*shape)],
                       lambda y, t, r=r: F.smooth_l1_loss(y, t, beta=0.5, **r), beta=0.5, **r)
            yield Call("huber_loss", [draw.real(*shape), draw.real(*shape)],
                       lambda y, t, r=r: F.huber_loss(y, t, delta=2.0, **r), delta=2.0, **r)


@own("bce_loss", "torch.nn.functional.binary_cross_entropy, _with_logits")
def _binary(draw):
    for reduction in REDUCTIONS:
        r = {"reduction": reduction}
        p, t, w = draw.real(4, 3, low=0.05, high=0.95), draw.real(4, 3, low=0, high=1), \
            draw.real(3, low=0.5, wants=False)
        yield Call("bce_loss", [p, t, draw.real(4, 3, low=0.5, wants=False)],
                   lambda p, t, w, r=r: F.binary_cross_entropy(p, t, w, **r), **r)
        yield Call("bce_with_logits", [draw.real(4, 3, low=-9, high=9), t, w],
                   lambda x, t, w, r=r: F.binary_cross_entropy_with_logits(x, t, pos_weight=w, **r),
                   weight=False, pos_weight=True, **r)


@own("cross_entropy", "torch.nn.functional.cross_entropy, nll_loss")
def _classes(draw):
    for reduction in REDUCTIONS:
        for weighted in (False, True):
            for smoothing, ignore in ((0.0, {}), (0.1, {}), (0.0, {"ignore": 1})):
                o = {"reduction": reduction, "label_smoothing": smoothing}
                n = {"ignore_index": 1} if ignore else {}
                w = [draw.real(3, low=0.5, wants=False)] if weighted else []
                yield Call("cross_entropy", [draw.real(5, 3), draw.whole(0, 3, 5), *w],
                           lambda x, t, *w, o=o, n=n: F.cross_entropy(x, t, *w, **o, **n),
                           reduction=reduction, smoothing=smoothing, **ignore)
                if smoothing == 0:
                    yield Call("nll_loss", [draw.real(5, 3, high=0), draw.whole(0, 3, 5), *w],
                               lambda x, t, *w, r=reduction, n=n:
                               F.nll_loss(x, t, *w, reduction=r, **n),
                               reduction=reduction, **ignore)


@own("kl_div", "torch.nn.functional.kl_div of distributions")
def _distributions(draw):
    for reduction in (*REDUCTIONS, "batchmean"):
        for log_target in (False, True):
            t = torch.softmax(draw.real(3, 4), 1).detach()
            t = (t.log() if log_target else t).requires_grad_()
            o = {"reduction": reduction, "log_target": log_target}
            yield Call("kl_div", [torch.log_softmax(draw.real(3, 4), 1).detach().requires_grad_(),
                                  t], lambda x, t, o=o: F.kl_div(x, t, **o), **o)


@own("triplet_margin_loss", "torch.nn.functional.triplet_margin_loss, margin_ranking_loss")
def _margins(draw):
    for reduction in REDUCTIONS:
        for p, swap in ((2.0, False), (1.0, False), (3.0, True)):
            o = {"margin": 1.5, "p": p, "eps": 1e-6, "swap": swap, "reduction": reduction}
            yield Call("triplet_margin_loss", [draw.real(4, 3), draw.real(4, 3), draw.real(4, 3)],
                       lambda a, p, n, o=o: F.triplet_margin_loss(a, p, n, **o), **o)
        y = (draw.whole(0, 2, 6) * 2 - 1).double()
        o = {"margin": 0.3, "reduction": reduction}
        yield Call("margin_ranking_loss", [draw.real(6), draw.real(6), y],
                   lambda a, b, y, o=o: F.margin_ranking_loss(a, b, y, **o), **o)
        yield Call("hinge_embedding_loss", [draw.real(6), y],
                   lambda x, y, o=o: F.hinge_embedding_loss(x, y, **o), **o)
        yield Call("cosine_embedding_loss", [draw.real(6, 3), draw.real(6, 3), y],
                   lambda a, b, y, o=o: F.cosine_embedding_loss(a, b, y, **o), **o)


@own("quantile_loss", "max(tau (t - y), (tau - 1) (t - y))")
def _quantile(draw):
    reduce = {"none": lambda x: x, "mean": torch.mean, "sum": torch.sum}
    for reduction in REDUCTIONS:
        for tau in (0.1, 0.5, 0.9):
            yield Call("quantile_loss", [draw.real(4, 3), draw.real(4, 3)],
                       lambda y, t, q=tau, f=reduce[reduction]:
                       f(torch.maximum(q * (t - y), (q - 1) * (t - y))), tau=tau,
                       reduction=reduction)


@torch_op("nn.functional.multi_margin_loss")
def _multi_margin(x, t, p=1, margin=1.0, weight=None, reduction="mean"):
    if x.dim() != t.dim() + 1:
        raise Skip("0-d scores, or a label of its own dimension: scores (C) have a 0-d label here")
    return Call("multi_margin_loss", _given(x, t, weight), p=p, margin=float(margin),
                reduction=reduction)


@torch_op("nn.functional.multilabel_margin_loss")
def _multilabel_margin(x, t, reduction="mean"):
    if x.dim() == 0:
        raise Skip("0-d scores: an error here")
    return Call("multilabel_margin_loss", [x, t], reduction=reduction)


@torch_op("nn.functional.multilabel_soft_margin_loss")
def _multilabel_soft_margin(x, t, weight=None, reduction="mean"):
    return Call("multilabel_soft_margin_loss", _given(x, t, weight), reduction=reduction)


@own("multi_margin_loss", "torch.nn.functional.multi_margin_loss, and its definition twice")
def _multi_margin_own(draw):
    def defined(x, t, p, margin, weight, reduction):
        short = (margin - x.gather(1, t[:, None]) + x).clamp_min(0) ** p
        short = short * (1 - F.one_hot(t, x.shape[1])) * (1 if weight is None else weight[t][:, None])
        each = short.sum(1) / x.shape[1]
        return each if reduction == "none" else getattr(each, reduction)()
    for reduction in REDUCTIONS:
        for p, margin, weigh in ((1, 1.0, False), (2, 0.5, True), (1, 0.0, True), (2, -1.0, False)):
            o = {"p": p, "margin": margin, "reduction": reduction}
            weight = [draw.real(4, low=0.2, wants=False)] if weigh else []
            yield Call("multi_margin_loss", [draw.real(3, 4), draw.whole(0, 4, 3)] + weight,
                       lambda x, t, w=None, o=o: F.multi_margin_loss(x, t, weight=w, **o),
                       second=False, **o)
            yield Call("multi_margin_loss", [draw.real(3, 4), draw.whole(0, 4, 3)] + weight,
                       lambda x, t, w=None, o=o: defined(x, t, weight=w, **o), **o)


@own("multilabel_margin_loss", "torch.nn.functional.multilabel_margin_loss, ..._soft_margin_loss")
def _multilabel_own(draw):
    lists = torch.tensor([[3, 0, -1, 1], [-1, 0, 1, 2], [1, 2, 0, 3]])
    for reduction in REDUCTIONS:
        yield Call("multilabel_margin_loss", [draw.real(3, 4), lists],
                   lambda x, t, r=reduction: F.multilabel_margin_loss(x, t, reduction=r),
                   second=False, reduction=reduction)
        yield Call("multilabel_soft_margin_loss", [draw.real(3, 4), draw.real(3, 4, low=0, high=1)],
                   lambda x, t, r=reduction: F.multilabel_soft_margin_loss(x, t, reduction=r),
                   reduction=reduction)
        yield Call("multilabel_soft_margin_loss",
                   [draw.real(3, 4), draw.real(3, 4, low=0, high=1), draw.real(4, low=0, wants=False)],
                   lambda x, t, w, r=reduction: F.multilabel_soft_margin_loss(x, t, w, reduction=r),
                   reduction=reduction)
    yield Call("multilabel_margin_loss", [draw.real(4), lists[0]], F.multilabel_margin_loss,
               second=False, reduction="mean")


@own("focal_loss", "equation 5 of Lin and others 2017, in PyTorch")
def _focal(draw):
    def defined(x, t, alpha, gamma, reduction):
        p = torch.sigmoid(x)
        each = F.binary_cross_entropy_with_logits(x, t, reduction="none")
        each = each * (1 - (p * t + (1 - p) * (1 - t))) ** gamma
        if alpha >= 0:
            each = each * (alpha * t + (1 - alpha) * (1 - t))
        return each if reduction == "none" else getattr(each, reduction)()
    for reduction in REDUCTIONS:
        for alpha, gamma in ((0.25, 2.0), (-1.0, 1.5), (0.75, 3.0)):
            o = {"alpha": alpha, "gamma": gamma, "reduction": reduction}
            yield Call("focal_loss", [draw.real(3, 4), draw.whole(0, 2, 3, 4).double()],
                       lambda x, t, o=o: defined(x, t, **o), **o)


@own("ctc_loss", "torch.nn.functional.ctc_loss of log_softmax")
def _ctc(draw):
    for reduction in ("mean", "sum", "none"):
        for steps, labels, blank, flat in ((6, 3, 0, False), (5, 2, 3, True), (4, 1, 1, False),
                                           (8, 2, 0, True)):
            classes, n = 4, 2
            targets = draw.whole(0, classes - 1, n, labels)
            targets += (targets >= blank).long()
            at_most = torch.tensor([steps, steps - 1])
            lengths = torch.tensor([labels, max(0, labels - 1)])
            if flat:
                targets = torch.cat([targets[i, :lengths[i]] for i in range(n)])
            yield Call("ctc_loss", [draw.real(steps, n, classes), targets, at_most, lengths],
                       lambda x, t, a, b, r=reduction, k=blank: torch.nn.functional.ctc_loss(
                           torch.log_softmax(x, 2), t, a, b, k, r), blank=blank,
                       reduction=reduction, second=False)
