"""Writes layers.csv: layers in float64, asked of PyTorch with given weights, inputs and cotangents.
usage: /usr/bin/python3 tests/golden/make_layers.py tests/golden/network.safetensors >tests/golden/layers.csv

Source: PyTorch 1.13 (Debian 12, python3-torch), torch.nn, with batch_first=True and dropout 0. The table of sines
is the formula of Vaswani and others (2017), section 3.5, in Python's math. Rows: case;what;name;shape;values, where
what is one of
    in      an input of the layer, by its number; `index` where it is of whole numbers
    weight  a parameter or buffer before the call, by PyTorch's name
    seed    the cotangent of the result, or of what is kept under a name
    out     the result; kept: what else the layer gives, by the name under which ours keeps it
    after   a buffer after the call
    grad_in, grad  gradients of <seed, out> + sum <seed, kept> by inputs and by parameters
network.safetensors has the weights of the case "network" as the safetensors format keeps a state_dict.
Weights, inputs and cotangents are multiples of 1/64, so that they are exact. The names of the cases are those of
the tables in tests/nn/*/test_*_golden.c.
"""
import json
import math
import random
import struct
import sys

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def drawn(chooser, shape, low=-1.0):
    n = math.prod(shape)
    values = [chooser.randrange(round(64 * low), 65) / 64 for _ in range(n)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def show(case, what, name, t):
    t = t.detach()
    shape = ",".join(str(s) for s in t.shape)
    number = (lambda v: str(int(v))) if t.dtype == torch.int64 else (lambda v: repr(float(v)))
    print("%s;%s;%s;%s;%s" % (case, what, name, shape, " ".join(number(v) for v in t.flatten())))


def as_dict(result):
    """The result of a layer as {"": result, "h": what is kept, ...}."""
    return result if isinstance(result, dict) else {"": result}


def case(name, module, *shapes, call=None, index=None):
    """One layer on inputs of these shapes; `index`: the first input instead, whole numbers."""
    chooser = random.Random(name)
    for p in module.parameters():
        p.data = drawn(chooser, p.shape)
    inputs = [drawn(chooser, s).requires_grad_() for s in shapes]
    inputs = ([index] if index is not None else []) + inputs
    for i, x in enumerate(inputs):
        show(name, "index" if x.dtype == torch.int64 else "in", str(i), x)
    for key, value in module.state_dict().items():
        if key != "num_batches_tracked":
            if key.startswith("running_"):
                value.copy_(drawn(chooser, value.shape, 0.25))
            show(name, "weight", key, value)
    out = as_dict((call or module)(*inputs))
    loss = 0
    for key, y in out.items():
        seed = drawn(chooser, y.shape)
        show(name, "seed", key, seed)
        show(name, "kept" if key else "out", key, y)
        loss = loss + (seed * y).sum()
    for key, value in module.state_dict().items():
        if key.startswith("running_"):
            show(name, "after", key, value)
    loss.backward()
    for i, x in enumerate(inputs):
        if x.dtype != torch.int64:
            show(name, "grad_in", str(i), x.grad)
    for key, p in module.named_parameters():
        show(name, "grad", key, p.grad)


# --- layers of one tensor -------------------------------------------------------------------------

def plain():
    case("linear", nn.Linear(3, 4), (2, 5, 3))
    case("conv1d", nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2), (2, 4, 7))
    case("conv2d", nn.Conv2d(2, 3, (3, 2), stride=(2, 1), dilation=(1, 2)), (2, 2, 5, 6))
    case("conv3d", nn.Conv3d(2, 2, (1, 2, 2), padding=(0, 1, 0)), (1, 2, 2, 3, 3))
    case("conv_transpose1d", nn.ConvTranspose1d(4, 6, 3, stride=2, groups=2), (2, 4, 3))
    case("conv_transpose2d", nn.ConvTranspose2d(3, 2, (2, 3), stride=(2, 1)), (2, 3, 3, 2))
    case("conv_transpose3d", nn.ConvTranspose3d(2, 2, (1, 2, 2), padding=(0, 1, 0)),
         (1, 2, 2, 2, 3))
    case("batch_norm training", nn.BatchNorm1d(3), (4, 3))
    case("batch_norm places", nn.BatchNorm2d(2, momentum=0.5, eps=0.125), (3, 2, 2, 2))
    case("batch_norm evaluation", nn.BatchNorm1d(3).eval(), (4, 3, 2))
    case("layer_norm", nn.LayerNorm([2, 3]), (4, 2, 3))
    case("group_norm", nn.GroupNorm(2, 4), (2, 4, 3))
    case("instance_norm", nn.InstanceNorm2d(3, affine=True), (2, 3, 2, 3))
    case("prelu", nn.PReLU(3), (2, 3, 2))
    case("max_pool1d", nn.MaxPool1d(3, stride=2, padding=1), (2, 2, 7))
    case("max_pool2d", nn.MaxPool2d((3, 2)), (1, 2, 6, 5))
    case("avg_pool1d", nn.AvgPool1d(3, stride=2, padding=1), (2, 2, 7))
    case("avg_pool2d", nn.AvgPool2d((3, 2)), (1, 2, 6, 5))
    case("max_pool3d", nn.MaxPool3d((1, 2, 2), stride=(1, 1, 2)), (1, 2, 2, 3, 4))
    case("avg_pool3d", nn.AvgPool3d((2, 1, 2), padding=(1, 0, 1)), (1, 2, 3, 2, 4))
    case("adaptive_max_pool1d", nn.AdaptiveMaxPool1d(3), (2, 2, 7))
    case("adaptive_max_pool2d", nn.AdaptiveMaxPool2d((3, 2)), (1, 2, 5, 4))
    case("adaptive_max_pool3d", nn.AdaptiveMaxPool3d((1, 2, 3)), (1, 2, 2, 3, 4))
    case("adaptive_avg_pool3d", nn.AdaptiveAvgPool3d((1, 2, 3)), (1, 2, 2, 3, 4))
    case("adaptive_avg_pool1d", nn.AdaptiveAvgPool1d(3), (2, 2, 7))
    case("adaptive_avg_pool2d", nn.AdaptiveAvgPool2d((3, 2)), (1, 2, 5, 4))


class Sines(nn.Module):
    def forward(self, x):
        places, width = x.shape[-2:]
        table = [[(math.cos if j % 2 else math.sin)(i / 10000 ** (j // 2 * 2 / width))
                  for j in range(width)] for i in range(places)]
        return x + torch.tensor(table)


class Places(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(6, 3))

    def forward(self, x):
        return x + self.weight[:x.shape[-2]]


def tables():
    places = torch.tensor([[0, 4, 2], [4, 4, 1]])
    case("embedding", nn.Embedding(5, 3), index=places)
    case("embedding padding", nn.Embedding(5, 3, padding_idx=4), index=places)
    case("positions", Places(), (2, 4, 3))
    case("sinusoids", Sines(), (2, 6, 5))


# --- recurrent ------------------------------------------------------------------------------------

def recurrent_case(name, module, *shapes):
    def call(x, h=None, c=None):
        if isinstance(module, nn.LSTM):
            y, (h, c) = module(x, None if h is None else (h, c))
            return {"": y, "h": h, "c": c}
        y, h = module(x, h)
        return {"": y, "h": h}
    case(name, module, *shapes, call=call)


def recurrent():
    for name, kind in (("rnn", nn.RNN), ("lstm", nn.LSTM), ("gru", nn.GRU)):
        states = 2 if kind is nn.LSTM else 1
        recurrent_case(name, kind(3, 2, batch_first=True), (2, 4, 3))
        recurrent_case(name + " given", kind(3, 2, batch_first=True), (2, 3, 3),
                       *[(1, 2, 2)] * states)
        recurrent_case(name + " deep", kind(2, 3, num_layers=2, bias=False, batch_first=True),
                       (2, 3, 2))
        recurrent_case(name + " both ways", kind(2, 2, num_layers=2, bidirectional=True,
                                                 batch_first=True),
                       (2, 3, 2), *[(4, 2, 2)] * states)
    recurrent_case("rnn relu", nn.RNN(3, 2, nonlinearity="relu", batch_first=True), (2, 4, 3))


# --- attention ------------------------------------------------------------------------------------

def attention_case(name, module, *shapes, **masks):
    def call(q, k=None, v=None, mask=None):
        k = q if k is None else k
        v = k if v is None else v
        if mask is not None:
            mask = mask.expand(q.shape[0], module.num_heads, -1, -1).flatten(0, 1)
        given = {"attn_mask": mask} if mask is not None else masks
        y, weights = module(q, k, v, average_attn_weights=False, **given)
        return {"": y, "weights": weights}
    case(name, module, *shapes, call=call)


def never(n):
    return torch.full((n, n), -math.inf).triu(1)


def attention():
    attention_case("attention", nn.MultiheadAttention(4, 2, batch_first=True), (2, 3, 4))
    attention_case("attention causal", nn.MultiheadAttention(4, 2, bias=False, batch_first=True),
                   (2, 3, 4), attn_mask=never(3))
    attention_case("attention across", nn.MultiheadAttention(4, 1, batch_first=True), (2, 3, 4),
                   (2, 2, 4))
    attention_case("attention values", nn.MultiheadAttention(4, 2, batch_first=True), (2, 3, 4),
                   (2, 2, 4), (2, 2, 4))
    attention_case("attention widths", nn.MultiheadAttention(4, 2, kdim=3, vdim=5,
                                                             batch_first=True),
                   (2, 3, 4), (2, 2, 3), (2, 2, 5))
    attention_case("attention mask", nn.MultiheadAttention(4, 2, batch_first=True), (2, 3, 4),
                   (2, 2, 4), (2, 2, 4), (3, 2))


def transformer():
    def encoder(**options):
        return nn.TransformerEncoderLayer(4, 2, 6, dropout=0, batch_first=True, **options).train()

    def decoder(**options):
        return nn.TransformerDecoderLayer(4, 2, 6, dropout=0, batch_first=True, **options).train()

    case("encoder", encoder(), (2, 3, 4))
    case("encoder before", encoder(norm_first=True, activation="gelu", layer_norm_eps=0.125),
         (2, 3, 4))
    before = encoder(norm_first=True)
    case("encoder causal", before, (2, 3, 4), call=lambda x: before(x, never(3)))
    after, first = decoder(), decoder(norm_first=True, activation="gelu")
    case("decoder", after, (2, 3, 4), (2, 2, 4), call=lambda x, y: after(x, y, never(3)))
    case("decoder before", first, (2, 3, 4), (2, 2, 4), call=lambda x, y: first(x, y))


# --- a network, as PyTorch names what it is made of ------------------------------------------------

class Network(nn.ModuleList):
    """An embedding, a recurrence, a transformer block and a dense layer, one after the other."""

    def __init__(self):
        super().__init__([
            nn.Embedding(5, 3), nn.LSTM(3, 2, bidirectional=True, batch_first=True),
            nn.TransformerEncoderLayer(4, 2, 6, dropout=0, batch_first=True), nn.Linear(4, 2)])

    def forward(self, x):
        for layer in self:
            x = layer(x)
            x = x[0] if isinstance(x, tuple) else x
        return x


def save(path, tensors):
    """The safetensors format: u64 length of a JSON header, the header, the elements."""
    header, data = {}, b""
    for name, t in tensors.items():
        raw = t.detach().numpy().tobytes()
        header[name] = {"dtype": "F64", "shape": list(t.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)


def network(path):
    model = Network()
    case("network", model, index=torch.tensor([[0, 4, 2], [4, 4, 1]]))
    save(path, model.state_dict())


plain()
tables()
recurrent()
attention()
transformer()
network(sys.argv[1])
