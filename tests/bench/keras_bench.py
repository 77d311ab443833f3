"""An epoch of the dense network on 60,000 images by Keras' fit on the CPU, in a row as bench.h prints it.
usage: keras_bench.py [threads [word]]: only if the row's name has the word
CLOCK=cpu in the environment counts the processor's time, as in bench.h.
"""
import os
import statistics
import sys
import time

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
os.environ["OMP_NUM_THREADS"] = str(THREADS)
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy
import tensorflow

NAME = "mnist 784-512-10 b128 epoch"
now = time.process_time if os.environ.get("CLOCK") == "cpu" else time.perf_counter


def images():
    """As many zeros as MNIST has; classes that can be learned."""
    draw = numpy.random.default_rng(0)
    label = numpy.arange(60000) % 10
    x = draw.random((60000, 784), dtype=numpy.float32)
    lit = draw.random((60000, 784), dtype=numpy.float32)
    share = numpy.where(numpy.arange(784)[None] % 10 == label[:, None], 1 / 3, 1 / 6)
    return x * (lit < share), label


def main():
    tensorflow.config.threading.set_intra_op_parallelism_threads(THREADS)
    tensorflow.config.threading.set_inter_op_parallelism_threads(THREADS)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((784,)),
            layers.Dense(512, "relu"),
            layers.Dropout(0.2),
            layers.Dense(10, "softmax"),
        ]
    )
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = images()
    seconds = []
    for _ in range(6):
        start = now()
        model.fit(x, y, batch_size=128, epochs=1, validation_split=0.2, verbose=0)
        seconds.append(now() - start)
    print(f"{NAME:34s} {1e3 * statistics.median(seconds[1:]):12.4f} ms", flush=True)


if len(sys.argv) < 3 or sys.argv[2] in NAME:
    main()
