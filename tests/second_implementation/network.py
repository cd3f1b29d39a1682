"""The model with its forward and backward pass, from ARITHMETIC.md alone. A batch is an array whose first axis are the samples."""
import math

import numpy as np

from arithmetic import MUL_ADD, Stream, canonical, exp64, f32, ln64
from layers import Activation, Convolution, Dense, Dropout, Pass, Pool

#: Seed of the proof.
Q = 20_260_101


class Network:
    """A described model in an arithmetic."""

    def __init__(self, model, arithmetic):
        mul_add = MUL_ADD[arithmetic]
        self.model = model
        self.input = tuple(model["input"])
        self.steps, self.ends = [], []
        shape, activation = self.input, "linear"
        for position, layer in enumerate(model["layers"], 1):
            kind, activation = layer["type"], layer.get("activation", "linear")
            if kind == "flatten":
                shape = (math.prod(shape),)
            else:
                if kind == "dropout":
                    step = Dropout(shape, layer, position)
                else:
                    made = {"dense": Dense, "convolution": Convolution, "maxPool": Pool, "averagePool": Pool}[kind]
                    step = made(mul_add, shape, layer)
                self.steps.append(step)
                shape = step.shape
                if activation != "linear":
                    self.steps.append(Activation(activation, shape))
            self.ends.append(len(self.steps))
        self.outputs = math.prod(shape)
        self.parameters = sum(math.prod(size) for step in self.steps for _, size in step.tensors)
        self.first = next(i for i, step in enumerate(self.steps) if step.tensors)
        wanted = {"crossEntropy": "sigmoid", "logLikelihood": "softmax"}.get(model["loss"], activation)
        if activation != wanted:
            raise ValueError(f"The loss {model['loss']} needs {wanted} outputs, got {activation}")
        self.skips_activation = model["loss"] != "quadratic"

    def split(self, vector):
        """The tensors of each step, of a flat vector."""
        tensors, offset = [], 0
        for step in self.steps:
            own = []
            for _, size in step.tensors:
                length = math.prod(size)
                own.append(vector[offset : offset + length].reshape(size))
                offset += length
            tensors.append(own)
        return tensors

    def initial_parameters(self, seed):
        parts, number = [], 0
        for step in self.steps:
            for name, size in step.tensors:
                fan_in, fan_out = step.fans
                deviation = {
                    "large": 1.0,
                    "scaled": 1 / math.sqrt(fan_in),
                    "glorot": math.sqrt(2 / (fan_in + fan_out)),
                    "he": math.sqrt(2 / fan_in),
                }[self.model["initialiser"]]
                is_weight = name == "weight"
                stream = Stream(seed, 1 if is_weight else 2, number)
                parts.append(stream.normal(math.prod(size), deviation if is_weight else 1.0))
                number += 1
        return np.concatenate(parts)

    def forward(self, parameters, x, training):
        """The values between the steps: the input first, the outputs last."""
        tensors = self.split(parameters)
        values = [x.reshape(len(x), *self.input)]
        for step, own in zip(self.steps, tensors):
            values.append(step.forward(values[-1], own, training))
        return values

    def sums(self, values, t):
        """Loss sum, in sample order from 0, and correct answers, of one leaf."""
        a = values[-1].reshape(len(t), -1)
        z = values[-2].reshape(len(t), -1)
        loss, correct = 0.0, 0
        for s in range(len(t)):
            loss = loss + self.loss(z[s], a[s], t[s])
            if self.outputs == 1:
                correct += bool((a[s, 0] >= 0.5) == (t[s, 0] >= 0.5))
            else:
                correct += best_of(a[s]) == best_of(t[s])
        return loss, correct

    def loss(self, z, a, t):
        z, a, t = (np.asarray(x, np.float64).tolist() for x in (z, a, t))
        total = 0.0
        if self.model["loss"] == "quadratic":
            for output, target in zip(a, t):
                total = total + (output - target) * (output - target)
            return 0.5 * total
        if self.model["loss"] == "crossEntropy":
            for x, target in zip(z, t):
                total = total + ((max(x, 0.0) - x * target) + ln64(1 + exp64(-abs(x))))
            return total
        m = max(z)
        exps = 0.0
        for x in z:
            exps = exps + exp64(x - m)
        log = ln64(exps)
        for x, target in zip(z, t):
            if target != 0:
                total = total + target * (log - (x - m))
        return total

    def derivatives(self, parameters, values, t, training):
        """dy of each step, None where nobody needs it."""
        tensors = self.split(parameters)
        last = len(self.steps) - (2 if self.skips_activation else 1)
        dy = [None] * len(self.steps)
        d = values[-1] - t.reshape(values[-1].shape)
        for i in range(last, self.first - 1, -1):
            dy[i] = d
            if i > self.first:
                d = self.steps[i].backward(values[i], values[i + 1], d, tensors[i], training)
        return dy

    def gradient(self, values, dy, rows=slice(None)):
        """The flat gradient sum of one leaf: some rows of a batch."""
        parts = []
        for i, step in enumerate(self.steps):
            if step.tensors:
                parts += [part.ravel() for part in step.gradient(values[i][rows], dy[i][rows])]
        return np.concatenate(parts)

    def differentiate_leaf(self, parameters, x, t, training):
        """Gradient sum, loss sum and correct answers of one leaf, and the values."""
        values = self.forward(parameters, x, training)
        dy = self.derivatives(parameters, values, t, training)
        return (self.gradient(values, dy), *self.sums(values, t)), values

    def proof(self, leaf_size):
        """The bytes whose hash a worker shows."""
        samples = leaf_size + max(1, leaf_size // 2)
        parameters = self.initial_parameters(Q)
        inputs = math.prod(self.input)
        x = Stream(Q, 5, 0).normal(samples * inputs, 1.0)
        special = (0.0, -0.0, 1e-40, -1e-42, 1 + 2.384185791015625e-7, 1 - 5.960464477539063e-8, 30, -30, 1e-20, -1e-25)
        stream = Stream(Q, 5, 1)
        for i in range(len(x)):
            d = stream.below(40)
            if d < 10:
                x[i] = f32(special[d])
        x = x.reshape(samples, inputs)
        t = np.zeros((samples, self.outputs), f32)
        for s in range(samples):
            t[s, stream.below(self.outputs)] = 1
        leaves, outputs = [], []
        for first in range(0, samples, leaf_size):
            rows = slice(first, first + leaf_size)
            sums, values = self.differentiate_leaf(parameters, x[rows], t[rows], Pass(Q, 0, first))
            leaves.append(sums)
            outputs.append(values[-1].reshape(-1))
        gradient, loss, _ = add(*leaves)
        numbers = canonical(np.concatenate([*outputs, gradient]))
        return numbers.astype("<f4").tobytes() + np.array(loss if loss == loss else math.nan, "<f8").tobytes()


def add(left, right):
    """The sum of two nodes of the leaf tree."""
    return left[0] + right[0], left[1] + right[1], left[2] + right[2]


def best_of(x):
    best = 0
    for j in range(1, len(x)):
        if x[j] > x[best]:
            best = j
    return best
