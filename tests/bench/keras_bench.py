"""The same work as the benchmarks beside this file, by Keras and TensorFlow on the CPU, in rows of
the same form: training steps, each a function that TensorFlow made a graph of, and an epoch by fit.
usage: keras_bench.py [threads [word]]: only rows whose name has the word
CLOCK=cpu in the environment counts the processor's time, as in bench.h.
"""
import os
import sys

sys.dont_write_bytecode = True  # of rows.py, beside the sources

from rows import THREADS, run, times

os.environ["OMP_NUM_THREADS"] = str(THREADS)
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy
import tensorflow
from keras.layers import Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D

draw = numpy.random.default_rng(0)
CLASSES = "sparse_categorical_crossentropy"


def uniform(*shape):
    return draw.random(shape, dtype=numpy.float32)


def training(layers, optimizer, loss, x, y):
    """One step on a batch that is drawn once."""
    model = keras.Sequential([Input(x.shape[1:]), *layers])
    of_each = keras.losses.get(loss)
    x, y = tensorflow.constant(x), tensorflow.constant(y)

    @tensorflow.function
    def step():
        with tensorflow.GradientTape() as tape:
            value = tensorflow.reduce_mean(of_each(y, model(x, training=True)))
        weights = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(value, weights), weights))
        return value

    return lambda: step().numpy()


def circles():
    layers = [Dense(8, "relu"), Dense(6, "relu"), Dense(1, "sigmoid")]
    x, y = draw.normal(size=(16, 2)).astype("float32"), uniform(16, 1).round()
    return training(layers, keras.optimizers.Adam(), "binary_crossentropy", x, y)


def mnist_wide():
    layers = [Dense(512, "relu"), Dropout(0.2), Dense(10, "softmax")]
    x, y = uniform(128, 784), draw.integers(0, 10, 128)
    return training(layers, keras.optimizers.RMSprop(), CLASSES, x, y)


def mnist_narrow():
    layers = [Dense(30, "sigmoid"), Dense(10, "softmax")]
    x, y = uniform(100, 784), draw.integers(0, 10, 100)
    return training(layers, keras.optimizers.SGD(3.0), CLASSES, x, y)


def mnist_cnn():
    layers = [
        Conv2D(32, 3, padding="same", activation="relu"),
        Conv2D(16, 2, padding="same", activation="softplus"),
        MaxPooling2D(2),
        Flatten(),
        Dense(1000, "relu"),
        Dropout(0.5),
        Dense(10, "softmax"),
    ]
    x, y = uniform(128, 28, 28, 1), draw.integers(0, 10, 128)
    return training(layers, keras.optimizers.RMSprop(), CLASSES, x, y)


def taxi():
    layers = [Dense(256, "relu"), Dropout(0.1), Dense(128, "relu"), Dropout(0.1)]
    layers += [Dense(64, "relu"), Dense(1)]
    x, y = uniform(512, 7), uniform(512, 1)
    return training(layers, keras.optimizers.Adam(), "mean_absolute_error", x, y)


def mnist_epoch():
    """On 60,000 images with as many zeros as MNIST has; classes that can be learned."""
    label = numpy.arange(60000) % 10
    share = numpy.where(numpy.arange(784)[None] % 10 == label[:, None], 1 / 3, 1 / 6)
    x = uniform(60000, 784) * (uniform(60000, 784) < share)
    model = keras.Sequential(
        [Input((784,)), Dense(512, "relu"), Dropout(0.2), Dense(10, "softmax")]
    )
    model.compile("rmsprop", CLASSES, metrics=["accuracy"])
    return lambda: model.fit(
        x, label, batch_size=128, epochs=1, validation_split=0.2, verbose=0
    )


# name, maker of the work, calls in a round, seconds of a call to the figure, unit
ROWS = [
    ("circles 2-8-6-1 b16 adam step", circles, 200, times(1e6), "us/step"),
    ("mnist 784-512-10 b128 rmsprop step", mnist_wide, 30, times(1e3), "ms/step"),
    ("mnist 784-30-10 b100 sgd step", mnist_narrow, 100, times(1e3), "ms/step"),
    ("mnist cnn (seed) b128 rmsprop step", mnist_cnn, 3, times(1e3), "ms/step"),
    ("taxi 7-256-128-64-1 b512 adam step", taxi, 30, times(1e3), "ms/step"),
    ("mnist 784-512-10 b128 epoch", mnist_epoch, 1, times(1e3), "ms"),
]

if __name__ == "__main__":
    tensorflow.config.threading.set_intra_op_parallelism_threads(THREADS)
    tensorflow.config.threading.set_inter_op_parallelism_threads(THREADS)
    run(ROWS)
