"""Training steps of numpy on one thread, by hand, f32, into arrays allocated once: python3 numpy_steps.py WORKLOAD"""
import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np

from slices import SAMPLES, WORKLOADS, batches, serve

name = sys.argv[1]
sizes, batch, rate, steps = WORKLOADS[name]
relu = name == "W3"
decay = 5 / SAMPLES if name == "W2" else 0.0
random = np.random.default_rng(1)
f32 = np.float32
inputs = (random.random((SAMPLES, 784)) * (random.random((SAMPLES, 784)) < 0.2)).astype(f32)
hot = np.eye(10, dtype=f32)[random.integers(10, size=SAMPLES)]
indices = batches(lambda: random.permutation(SAMPLES), batch)
w = [(random.standard_normal(shape) / shape[0]**0.5).astype(f32) for shape in zip(sizes, sizes[1:])]
b = [random.standard_normal(size).astype(f32) for size in sizes[1:]]
dw = [np.empty_like(matrix) for matrix in w]
a = [np.empty((batch, size), f32) for size in sizes]
d = [np.empty((batch, size), f32) for size in sizes]
slopes = [np.empty((batch, size), f32) for size in sizes]
y = np.empty((batch, 10), f32)
last = len(w)


def activate(z, output):
    if relu and output:
        z -= z.max(axis=1, keepdims=True)
        np.exp(z, out=z)
        z /= z.sum(axis=1, keepdims=True)
    elif relu:
        np.maximum(z, 0, out=z)
    else:
        np.negative(z, out=z)
        np.exp(z, out=z)
        z += 1
        np.reciprocal(z, out=z)


def multiply_slope(i):
    if relu:
        np.multiply(d[i], a[i] > 0, out=d[i])
    else:
        np.subtract(1, a[i], out=slopes[i])
        slopes[i] *= a[i]
        d[i] *= slopes[i]


def train(count):
    for _ in range(count):
        chosen = next(indices)
        np.take(inputs, chosen, 0, a[0], "clip")
        np.take(hot, chosen, 0, y, "clip")
        for i in range(last):
            np.dot(a[i], w[i], out=a[i + 1])
            a[i + 1] += b[i]
            activate(a[i + 1], i + 1 == last)
        np.subtract(a[last], y, out=d[last])
        if name == "W1":
            multiply_slope(last)
        d[last] *= f32(rate / batch)
        for i in range(last - 1, -1, -1):
            if i > 0:
                np.dot(d[i + 1], w[i].T, out=d[i])
                multiply_slope(i)
            np.dot(a[i].T, d[i + 1], out=dw[i])
            if decay:
                w[i] *= f32(1 - rate * decay)
            w[i] -= dw[i]
            b[i] -= d[i + 1].sum(axis=0)


serve(batch, steps, train)
