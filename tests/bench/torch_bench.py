"""The same work as the benchmarks beside this file, by PyTorch on the CPU, in rows of the same form.
usage: torch_bench.py [threads [word]]: only rows whose name has the word
CLOCK=cpu in the environment counts the processor's time, as in bench.h.
"""
import sys

sys.dont_write_bytecode = True  # of rows.py, beside the sources

import torch
from rows import THREADS, run, times
from torch import nn



def training(model, loss, make_optimizer, x, y):
    """One step; y is None where the loss needs no target."""
    optimizer = make_optimizer(model.parameters())

    def step():
        optimizer.zero_grad()
        out = model(x)
        (loss(out) if y is None else loss(out, y)).backward()
        optimizer.step()

    return step


def circles_training():
    """A tenth of the 300 epochs, in batches of rows that are drawn anew in each epoch."""
    model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 1))
    loss, optimizer = nn.BCEWithLogitsLoss(), torch.optim.Adam(model.parameters())
    x, y = torch.randn(800, 2), torch.rand(800, 1).round()

    def f():
        for _ in range(30):
            order, sum, right = torch.randperm(800), 0.0, 0
            for i in range(0, 800, 16):
                rows = order[i : i + 16]
                optimizer.zero_grad()
                out = model(x[rows])
                value = loss(out, y[rows])
                value.backward()
                optimizer.step()
                sum += value.item()
                right += ((out > 0) == (y[rows] > 0.5)).sum().item()

    return f


def mnist_epoch():
    """48,000 rows for training, 12,000 for validation, bytes that are divided by 255 in batches."""
    model = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Dropout(0.2), nn.Linear(512, 10))
    loss, optimizer = nn.CrossEntropyLoss(), torch.optim.RMSprop(model.parameters(), 1e-3, 0.9)
    y = torch.arange(60000) % 10
    share = torch.where(torch.arange(784)[None] % 10 == y[:, None], 1 / 3, 1 / 6)
    x = torch.randint(0, 256, (60000, 784), dtype=torch.uint8) * (torch.rand(60000, 784) < share)

    def epoch(order, train):
        sum, right = 0.0, 0
        for i in range(0, len(order), 128):
            rows = order[i : i + 128]
            out = model(x[rows].float() / 255)
            value = loss(out, y[rows])
            if train:
                optimizer.zero_grad()
                value.backward()
                optimizer.step()
            sum += value.item() * len(rows)
            right += (out.argmax(1) == y[rows]).sum().item()

    def f():
        model.train()
        epoch(torch.randperm(48000), True)
        model.eval()
        with torch.no_grad():
            epoch(torch.arange(48000, 60000), False)

    return f


def product(n):
    a, b = torch.randn(n, n), torch.randn(n, n)
    return lambda: a @ b


def scalar():
    def f():
        x = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
        w = torch.tensor(0.9, dtype=torch.float64, requires_grad=True)
        y = x
        for _ in range(500):
            y = torch.sin(y * w)
        y.backward()

    return f


def circles():
    model = nn.Sequential(
        nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 1), nn.Sigmoid()
    )
    x, y = torch.randn(16, 2), torch.rand(16, 1).round()
    return training(model, nn.BCELoss(), torch.optim.Adam, x, y)


def mnist_wide():
    model = nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Dropout(0.2), nn.Linear(512, 10)
    )
    x, y = torch.rand(128, 784), torch.randint(0, 10, (128,))
    return training(model, nn.CrossEntropyLoss(), torch.optim.RMSprop, x, y)


def mnist_narrow():
    model = nn.Sequential(nn.Linear(784, 30), nn.Sigmoid(), nn.Linear(30, 10))
    x, y = torch.rand(100, 784), torch.randint(0, 10, (100,))
    return training(model, nn.CrossEntropyLoss(), lambda p: torch.optim.SGD(p, lr=3), x, y)


def mnist_cnn():
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding="same"),
        nn.ReLU(),
        nn.Conv2d(32, 16, 2, padding="same"),
        nn.Softplus(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3136, 1000),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(1000, 10),
    )
    x, y = torch.rand(128, 1, 28, 28), torch.randint(0, 10, (128,))
    return training(model, nn.CrossEntropyLoss(), torch.optim.RMSprop, x, y)


def taxi():
    model = nn.Sequential(
        nn.Linear(7, 256),
        nn.ReLU(),
        nn.Dropout(0.1),
        nn.Linear(256, 128),
        nn.ReLU(),
        nn.Dropout(0.1),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Linear(64, 1),
    )
    x, y = torch.rand(512, 7), torch.rand(512, 1)
    return training(model, nn.L1Loss(), torch.optim.Adam, x, y)


def transformer():
    model = nn.TransformerEncoderLayer(
        128, 4, 512, dropout=0.0, activation="gelu", batch_first=True
    )
    x = torch.randn(16, 64, 128)
    return training(model, lambda y: y.square().mean(), torch.optim.AdamW, x, None)


def recurrent(kind):
    """As bench_recurrent.c: 64 sequences of 32 places."""
    model = kind(64, 128, batch_first=True)
    x = torch.randn(64, 32, 64)

    def both_ways():
        for p in model.parameters():
            p.grad = None
        model(x)[0].sum().backward()

    return both_ways


def mixture():
    """As bench_gmm.c: 1000 points, 10 dimensions, 10 components, f64."""
    n, d, k = 1000, 10, 10
    shapes = [(k,), (k, d), (k, d), (k, d, d)]
    alpha, mean, q, low = [torch.randn(s, dtype=torch.float64, requires_grad=True) for s in shapes]
    x = torch.randn(n, d, dtype=torch.float64)

    def f():
        lower, diagonal = low.tril(-1), q.exp()
        factor = lower + torch.diag_embed(diagonal)
        scaled = (x - mean[:, None]) @ factor.transpose(1, 2)
        each = (alpha + q.sum(1))[:, None] - 0.5 * scaled.square().sum(2)
        prior = 0.5 * (diagonal.square().sum() + lower.square().sum())
        value = each.logsumexp(0).sum() - n * alpha.logsumexp(0) + prior
        torch.autograd.grad(value, [alpha, mean, q, low])

    return f


def elementwise(call):
    a, b = torch.randn(1 << 20), torch.randn(1 << 20)
    return lambda: call(a, b)


def softmax():
    a = torch.randn(1024, 1024)
    return lambda: a.softmax(1)


def attention(causal):
    x = torch.randn(1, 8, 2048, 64, requires_grad=True)

    def both_ways():
        x.grad = None
        nn.functional.scaled_dot_product_attention(x, x, x, is_causal=causal).sum().backward()

    return both_ways


def layer_norm():
    a = torch.randn(1024, 1024, requires_grad=True)

    def f():
        a.grad = None
        nn.functional.layer_norm(a, (1024,)).sum().backward()

    return f


def batch_norm():
    a = torch.randn(128, 32, 26, 26, requires_grad=True)

    def f():
        a.grad = None
        nn.functional.batch_norm(a, None, None, training=True).sum().backward()

    return f


def rate(n):
    return lambda s: 2 * n**3 / s / 1e9


# name, maker of the work, calls in a round, seconds of a call to the figure, unit
ROWS = [
    ("sgemm 128", lambda: product(128), 476, rate(128), "GFLOP/s"),
    ("sgemm 512", lambda: product(512), 7, rate(512), "GFLOP/s"),
    ("sgemm 1024", lambda: product(1024), 3, rate(1024), "GFLOP/s"),
    ("scalar 1000 ops fwd+bwd", scalar, 5, times(1e6), "ns/op"),
    ("circles 2-8-6-1 b16 adam step", circles, 200, times(1e6), "us/step"),
    ("mnist 784-512-10 b128 rmsprop step", mnist_wide, 30, times(1e3), "ms/step"),
    ("mnist 784-30-10 b100 sgd step", mnist_narrow, 100, times(1e3), "ms/step"),
    ("mnist cnn (seed) b128 rmsprop step", mnist_cnn, 3, times(1e3), "ms/step"),
    ("taxi 7-256-128-64-1 b512 adam step", taxi, 50, times(1e3), "ms/step"),
    ("transformer block 16x64x128 step", transformer, 10, times(1e3), "ms/step"),
    ("rnn 32x64, 64-128 fwd+bwd", lambda: recurrent(nn.RNN), 5, times(1e3), "ms"),
    ("lstm 32x64, 64-128 fwd+bwd", lambda: recurrent(nn.LSTM), 5, times(1e3), "ms"),
    ("gru 32x64, 64-128 fwd+bwd", lambda: recurrent(nn.GRU), 5, times(1e3), "ms"),
    ("gmm 1000x10 K10 tensors", mixture, 20, times(1e3), "ms"),
    ("circles 2-8-6-1 b16 300 epochs", circles_training, 1, times(1e4), "ms"),
    ("mnist 784-512-10 b128 epoch", mnist_epoch, 1, times(1e3), "ms"),
    ("add 1M", lambda: elementwise(lambda a, b: a + b), 50, times(1e6), "us"),
    ("exp 1M", lambda: elementwise(lambda a, b: a.exp()), 50, times(1e6), "us"),
    ("tanh 1M", lambda: elementwise(lambda a, b: a.tanh()), 50, times(1e6), "us"),
    ("sum 1M", lambda: elementwise(lambda a, b: a.sum()), 50, times(1e6), "us"),
    ("softmax 1024x1024", softmax, 30, times(1e6), "us"),
    ("layernorm 1024x1024 fwd+bwd", layer_norm, 20, times(1e6), "us"),
    ("batchnorm 128x32x26x26 fwd+bwd", batch_norm, 3, times(1e6), "us"),
    ("attention 8x2048x64 fwd+bwd", lambda: attention(False), 1, times(1e6), "us"),
    ("attention causal 8x2048x64 fwd+bwd", lambda: attention(True), 1, times(1e6), "us"),
]

if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    run(ROWS)
