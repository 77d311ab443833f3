"""The same work as the benchmarks beside this file, by JAX on the CPU, in rows of the same form.
usage: jax_bench.py [threads [word]]: only rows whose name has the word
A step is one function that jax.jit compiles. CLOCK=cpu in the environment counts the processor's
time, as in bench.h.
"""
import os
import sys

sys.dont_write_bytecode = True  # of rows.py, beside the sources

from rows import THREADS, run, times

if THREADS == 1:
    os.environ["XLA_FLAGS"] = (
        "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    )
os.environ["NPROC"] = str(THREADS)
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
from jax import numpy as jnp

KEY = jax.random.PRNGKey(0)


def layers(*sizes):
    pairs = zip(jax.random.split(KEY, len(sizes)), sizes, sizes[1:])
    return [(jax.random.normal(k, (i, o)) / i**0.5, jnp.zeros(o)) for k, i, o in pairs]


def dense(p, x):
    return x @ p[0] + p[1]


def drop(key, x, part):
    return x * jax.random.bernoulli(key, 1 - part, x.shape) / (1 - part)


def cross_entropy(out, y):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(out), y[:, None], 1))


def zeros(p):
    return jax.tree.map(jnp.zeros_like, p)


# An optimizer: what it keeps at first, and the step that moves parameters p by gradients g.
def adam(p, g, s):
    m, v, t = s
    t = t + 1
    m = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b, m, g)
    v = jax.tree.map(lambda a, b: 0.999 * a + 0.001 * b * b, v, g)
    one, two = 1 - 0.9**t, 1 - 0.999**t
    return jax.tree.map(
        lambda w, a, b: w - 1e-3 * (a / one) / (jnp.sqrt(b / two) + 1e-8), p, m, v
    ), (m, v, t)


def rmsprop(p, g, s):
    s = jax.tree.map(lambda a, b: 0.99 * a + 0.01 * b * b, s, g)
    return jax.tree.map(lambda w, b, a: w - 1e-2 * b / (jnp.sqrt(a) + 1e-8), p, g, s), s


def sgd(p, g, s):
    return jax.tree.map(lambda w, b: w - 3 * b, p, g), s


def training(p, loss, optimizer, x, y):
    kept = (zeros(p), zeros(p), 0) if optimizer is adam else zeros(p)

    @jax.jit
    def step(p, kept, key):
        key, used = jax.random.split(key)
        value, g = jax.value_and_grad(loss)(p, x, y, used)
        return *optimizer(p, g, kept), key, value

    box = [p, kept, KEY]

    def f():
        *box[:], value = step(*box)
        jax.block_until_ready(value)
        jax.block_until_ready(box[0])

    return f


def circles():
    def loss(p, x, y, key):
        h = jax.nn.relu(dense(p[1], jax.nn.relu(dense(p[0], x))))
        out = jax.nn.sigmoid(dense(p[2], h))
        return -jnp.mean(y * jnp.log(out) + (1 - y) * jnp.log(1 - out))

    x = jax.random.normal(KEY, (16, 2))
    y = jax.random.uniform(KEY, (16, 1)).round()
    return training(layers(2, 8, 6, 1), loss, adam, x, y)


def mnist_wide():
    def loss(p, x, y, key):
        return cross_entropy(dense(p[1], drop(key, jax.nn.relu(dense(p[0], x)), 0.2)), y)

    x, y = jax.random.uniform(KEY, (128, 784)), jax.random.randint(KEY, (128,), 0, 10)
    return training(layers(784, 512, 10), loss, rmsprop, x, y)


def mnist_narrow():
    def loss(p, x, y, key):
        return cross_entropy(dense(p[1], jax.nn.sigmoid(dense(p[0], x))), y)

    x, y = jax.random.uniform(KEY, (100, 784)), jax.random.randint(KEY, (100,), 0, 10)
    return training(layers(784, 30, 10), loss, sgd, x, y)


def mnist_cnn():
    def conv(p, x):
        return jax.lax.conv(x, p[0], (1, 1), "SAME") + p[1][None, :, None, None]

    def loss(p, x, y, key):
        h = jax.nn.softplus(conv(p[1], jax.nn.relu(conv(p[0], x))))
        h = jax.lax.reduce_window(
            h, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID"
        )
        h = drop(key, jax.nn.relu(dense(p[2], h.reshape(len(h), -1))), 0.5)
        return cross_entropy(dense(p[3], h), y)

    one, two = jax.random.split(KEY)
    filters = [
        (jax.random.normal(one, (32, 1, 3, 3)) / 3, jnp.zeros(32)),
        (jax.random.normal(two, (16, 32, 2, 2)) / 128**0.5, jnp.zeros(16)),
    ]
    x, y = jax.random.uniform(KEY, (128, 1, 28, 28)), jax.random.randint(KEY, (128,), 0, 10)
    return training(filters + layers(3136, 1000, 10), loss, rmsprop, x, y)


def taxi():
    def loss(p, x, y, key):
        one, two = jax.random.split(key)
        h = drop(one, jax.nn.relu(dense(p[0], x)), 0.1)
        h = drop(two, jax.nn.relu(dense(p[1], h)), 0.1)
        return jnp.mean(jnp.abs(dense(p[3], jax.nn.relu(dense(p[2], h))) - y))

    x, y = jax.random.uniform(KEY, (512, 7)), jax.random.uniform(KEY, (512, 1))
    return training(layers(7, 256, 128, 64, 1), loss, adam, x, y)


# name, maker of the work, calls in a round, seconds of a call to the figure, unit
ROWS = [
    ("circles 2-8-6-1 b16 adam step", circles, 300, times(1e6), "us/step"),
    ("mnist 784-512-10 b128 rmsprop step", mnist_wide, 20, times(1e3), "ms/step"),
    ("mnist 784-30-10 b100 sgd step", mnist_narrow, 100, times(1e3), "ms/step"),
    ("mnist cnn (seed) b128 rmsprop step", mnist_cnn, 2, times(1e3), "ms/step"),
    ("taxi 7-256-128-64-1 b512 adam step", taxi, 20, times(1e3), "ms/step"),
]

if __name__ == "__main__":
    run(ROWS)
