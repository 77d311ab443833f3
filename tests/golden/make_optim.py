"""Writes optim.csv: five parameters after 1, 100 and 1000 steps of each method, in float64.
usage: make_optim.py torch|keras|plain, each with a Python that has it; the rows of all go into optim.csv

Sources. torch: PyTorch 1.13.1 (Debian 12, python3-torch), torch.optim. keras: Keras 3.15.1 on NumPy (run
with KERAS_BACKEND=numpy), keras.optimizers. plain: formulas written out here, for what neither has: those of the
lecture on neural networks, section 12.10, and Rprop+ as R's neuralnet 1.44.2 computes it.

The gradient of step t = 1, 2, ... by parameter k is a p + s with a = (k + 1)/4, s = ((7 t + 3 k) mod 11 - 5)/8,
exact in binary but for the product: a bowl that is pushed about, so that the parameters neither settle nor blow
rounding up. Where a name ends in "falling", the rate of step t is rate/(1 + (t - 1)/50), which shows whether it
stands inside the velocity. The names are those of the table in tests/ops/optim/test_step.c.
Rows: name;step;k;value.
"""
import math
import sys

START = [1.0, -2.0, 0.5, 3.0, -0.25]
SHOWN = (1, 100, 1000)


def gradient(k, p, t):
    return (k + 1) / 4 * p + ((7 * t + 3 * k) % 11 - 5) / 8


def falling(name, t):
    return 1 / (1 + (t - 1) / 50) if name.endswith("falling") else 1.0


def show(name, t, values):
    if t in SHOWN:
        for k, value in enumerate(values):
            print(f"{name};{t};{k};{float(value)!r}")


def by_torch():
    import torch

    torch.set_default_dtype(torch.float64)
    o = torch.optim
    many = {
        "sgd": (o.SGD, dict(lr=0.1)),
        "sgd decay": (o.SGD, dict(lr=0.1, weight_decay=0.05)),
        "momentum": (o.SGD, dict(lr=0.05, momentum=0.9)),
        "momentum falling": (o.SGD, dict(lr=0.05, momentum=0.9)),
        "momentum decay": (o.SGD, dict(lr=0.05, momentum=0.8, weight_decay=0.1)),
        "nesterov": (o.SGD, dict(lr=0.05, momentum=0.9, nesterov=True)),
        "nesterov decay": (o.SGD, dict(lr=0.05, momentum=0.7, nesterov=True, weight_decay=0.1)),
        "rmsprop": (o.RMSprop, dict(lr=0.01)),
        "rmsprop all": (o.RMSprop, dict(lr=0.02, alpha=0.9, eps=1e-3, weight_decay=0.1)),
        "rmsprop momentum falling": (o.RMSprop, dict(lr=0.01, momentum=0.9)),
        "rmsprop centered": (o.RMSprop, dict(lr=0.01, centered=True)),
        "rmsprop centered momentum": (o.RMSprop, dict(lr=0.01, centered=True, momentum=0.5)),
        "adagrad": (o.Adagrad, dict(lr=0.1)),
        "adagrad all": (o.Adagrad, dict(lr=0.1, eps=1e-2, weight_decay=0.1)),
        "adadelta": (o.Adadelta, dict(lr=1.0)),
        "adadelta all": (o.Adadelta, dict(lr=0.5, rho=0.95, eps=1e-4, weight_decay=0.1)),
        "adam": (o.Adam, dict(lr=0.01)),
        "adam all": (o.Adam, dict(lr=0.02, betas=(0.8, 0.99), eps=1e-3, weight_decay=0.1)),
        "adamw": (o.AdamW, dict(lr=0.01, weight_decay=0.01)),
        "adamw all": (o.AdamW, dict(lr=0.02, betas=(0.8, 0.99), eps=1e-3, weight_decay=0.3)),
        "amsgrad": (o.Adam, dict(lr=0.01, amsgrad=True)),
        "amsgrad decoupled": (o.AdamW, dict(lr=0.01, amsgrad=True, weight_decay=0.1)),
        "rprop minus": (o.Rprop, dict(lr=0.01)),
    }
    for name, (make, options) in many.items():
        p = torch.tensor(START, requires_grad=True)
        optimizer = make([p], **options)
        for t in range(1, SHOWN[-1] + 1):
            p.grad = torch.tensor([gradient(k, v, t) for k, v in enumerate(p.tolist())])
            optimizer.param_groups[0]["lr"] = options["lr"] * falling(name, t)
            optimizer.step()
            show(name, t, p.tolist())


def by_keras():
    import keras
    from keras.src.backend.common import dtypes

    keras.config.set_floatx("float64")
    dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"  # otherwise f64 is f32 on all but TensorFlow
    o = keras.optimizers
    many = {
        "keras sgd decay": (o.SGD, dict(learning_rate=0.1, weight_decay=0.05)),
        "keras momentum falling": (o.SGD, dict(learning_rate=0.05, momentum=0.9)),
        "keras nesterov falling": (
            o.SGD,
            dict(learning_rate=0.05, momentum=0.9, nesterov=True),
        ),
        "keras rmsprop": (o.RMSprop, dict(learning_rate=0.01, epsilon=1e-3)),
        "keras rmsprop momentum falling": (
            o.RMSprop,
            dict(learning_rate=0.01, momentum=0.9, epsilon=1e-3),
        ),
        "keras rmsprop centered": (
            o.RMSprop,
            dict(learning_rate=0.01, centered=True, epsilon=1e-3),
        ),
        "keras adagrad": (o.Adagrad, dict(learning_rate=0.1, epsilon=1e-2)),
        "keras adadelta": (o.Adadelta, dict(learning_rate=1.0)),
        "keras adam": (o.Adam, dict(learning_rate=0.01, epsilon=1e-3)),
        "keras amsgrad": (o.Adam, dict(learning_rate=0.01, epsilon=1e-3, amsgrad=True)),
        "keras adamw": (o.AdamW, dict(learning_rate=0.01, epsilon=1e-3, weight_decay=0.1)),
    }
    for name, (make, options) in many.items():
        p = keras.Variable(START, dtype="float64")
        optimizer = make(**options)
        optimizer.build([p])
        for t in range(1, SHOWN[-1] + 1):
            g = [gradient(k, float(v), t) for k, v in enumerate(p.numpy())]
            optimizer.learning_rate.assign(options["learning_rate"] * falling(name, t))
            optimizer.apply([keras.ops.array(g, dtype="float64")], [p])
            show(name, t, p.numpy())


# --- formulas; each a generator that gets the gradient and gives the parameter -----------------------


def lecture_momentum(p, rate, mu=0.9, nesterov=False):
    """004 section 12.10, 2: v = mu v - eta g, p = p + v; Bengio's form of Nesterov's p + mu v - eta g."""
    v = 0.0
    while True:
        g, eta = yield p
        v = mu * v - rate * eta * g
        p += mu * v - rate * eta * g if nesterov else v


def lecture_adagrad(p, rate, eps):
    """004 section 12.10, 3: eta / sqrt(G + eps)."""
    total = 0.0
    while True:
        g, eta = yield p
        total += g * g
        p -= rate * eta / math.sqrt(total + eps) * g


def lecture_rmsprop(p, rate, eps, rho=0.9):
    """The same with an exponentially weighted average; rho is on the past, as Keras has it, while the
    lecture's formula has it on the new square (a slip)."""
    average = 0.0
    while True:
        g, eta = yield p
        average = rho * average + (1 - rho) * g * g
        p -= rate * eta / math.sqrt(average + eps) * g


def lecture_adam(p, rate, eps, beta1=0.9, beta2=0.999):
    """004 section 12.10, 4: RMSprop with the average of g for g, without correction of the bias."""
    m = v = 0.0
    while True:
        g, eta = yield p
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        p -= rate * eta / math.sqrt(v + eps) * m


def adam_inside(p, rate, eps, beta1=0.9, beta2=0.999):
    """Kingma and Ba (2015), algorithm 1, with eps below the root."""
    m = v = 0.0
    t = 0
    while True:
        g, eta = yield p
        t += 1
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        p -= rate * eta * (m / (1 - beta1**t)) / math.sqrt(v / (1 - beta2**t) + eps)


def rprop_plus(p, first=0.1, shrink=0.5, grow=1.2, lowest=1e-10, highest=0.1):
    """Riedmiller and Braun (1993) with weight backtracking, in neuralnet's order of things."""
    before, length = 0, first
    while True:
        g, _ = yield p
        sign = (g > 0) - (g < 0)
        if before * sign < 0:
            p += before * length
            length = max(length * shrink, lowest)
            before = 0
            continue
        if before * sign > 0:
            length = min(length * grow, highest)
        p -= sign * length
        before = sign


def by_hand():
    many = {
        "lecture momentum falling": lambda p: lecture_momentum(p, 0.05),
        "lecture nesterov falling": lambda p: lecture_momentum(p, 0.05, nesterov=True),
        "lecture adagrad": lambda p: lecture_adagrad(p, 0.1, 1e-2),
        "lecture rmsprop": lambda p: lecture_rmsprop(p, 0.01, 1e-3),
        "lecture adam": lambda p: lecture_adam(p, 0.01, 1e-3),
        "adam inside": lambda p: adam_inside(p, 0.01, 1e-3),
        "rprop plus": rprop_plus,
        "rprop plus all": lambda p: rprop_plus(p, 0.05, 0.4, 1.5, 1e-3, 0.5),
    }
    for name, make in many.items():
        runs = [make(p) for p in START]
        values = [next(run) for run in runs]
        for t in range(1, SHOWN[-1] + 1):
            eta = falling(name, t)
            values = [run.send((gradient(k, values[k], t), eta)) for k, run in enumerate(runs)]
            show(name, t, values)


{"torch": by_torch, "keras": by_keras, "plain": by_hand}[sys.argv[1]]()
