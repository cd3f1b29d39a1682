"""The model with its forward and backward pass, from ARITHMETIC.md alone. A batch is an array whose first axis are the samples."""
import math

import numpy as np

from arithmetic import MUL_ADD, Stream, canonical, exp32, exp64, f32, ln64, striped_sum, tanh32, uniforms

Q = 20_260_101


class Pass:
    """What a pass over a batch is about: row i has place `place + i`."""

    def __init__(self, seed, epoch, place):
        self.seed, self.epoch, self.place = seed, epoch, place


def maps_of(shape):
    return (1, *shape) if len(shape) == 2 else tuple(shape)


class Dense:
    def __init__(self, mul_add, shape, layer):
        self.mul_add = mul_add
        self.inputs, self.units = math.prod(shape), layer["units"]
        self.shape = (self.units,)
        self.tensors = [("weight", (self.inputs, self.units)), ("bias", (self.units,))]
        self.fans = self.inputs, self.units

    def forward(self, x, tensors, _):
        weight, bias = tensors
        x = x.reshape(len(x), -1)
        acc = np.zeros((len(x), self.units), f32)
        for i in range(self.inputs):
            acc = self.mul_add(x[:, i, None], weight[i], acc)
        return acc + bias

    def gradient(self, x, dy):
        """Of one leaf."""
        x = x.reshape(len(x), -1)
        weight, bias = np.zeros((self.inputs, self.units), f32), np.zeros(self.units, f32)
        for s in range(len(x)):
            weight = self.mul_add(x[s][:, None], dy[s], weight)
            bias = bias + dy[s]
        return [weight, bias]

    def backward(self, x, y, dy, tensors, _):
        weight, _bias = tensors
        acc = np.zeros((len(dy), self.inputs), f32)
        for j in range(self.units):
            acc = self.mul_add(dy[:, j, None], weight[:, j], acc)
        return acc.reshape(x.shape)


class Convolution:
    def __init__(self, mul_add, shape, layer):
        self.mul_add = mul_add
        self.inputs, self.height, self.width = maps_of(shape)
        self.maps, (self.kh, self.kw) = layer["maps"], layer["kernel"]
        self.stride, self.padding = layer["stride"], layer["padding"]
        self.out = tuple(
            (size + 2 * self.padding - kernel) // self.stride + 1
            for size, kernel in ((self.height, self.kh), (self.width, self.kw))
        )
        self.shape = (self.maps, *self.out)
        self.tensors = [("weight", (self.maps, self.inputs, self.kh, self.kw)), ("bias", (self.maps,))]
        self.fans = self.inputs * self.kh * self.kw, self.maps * self.kh * self.kw

    def windows(self, x):
        """[samples, inputs, kh, kw, out height, out width], +0 outside."""
        x = x.reshape(len(x), self.inputs, self.height, self.width)
        pad = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
        view = np.lib.stride_tricks.sliding_window_view(padded, self.out_span(), axis=(2, 3))
        return view[:, :, : self.kh, : self.kw, :: self.stride, :: self.stride]

    def out_span(self):
        return tuple((size - 1) * self.stride + 1 for size in self.out)

    def forward(self, x, tensors, _):
        weight, bias = tensors
        windows = self.windows(x)
        acc = np.zeros((len(x), *self.shape), f32)
        for c in range(self.inputs):
            for u in range(self.kh):
                for v in range(self.kw):
                    acc = self.mul_add(weight[:, c, u, v][:, None, None], windows[:, None, c, u, v], acc)
        return acc + bias[:, None, None]

    def gradient(self, x, dy):
        windows = self.windows(x)
        weight, bias = np.zeros(self.tensors[0][1], f32), np.zeros(self.maps, f32)
        for s in range(len(x)):
            for i in range(self.out[0]):
                for j in range(self.out[1]):
                    d = dy[s, :, i, j]
                    weight = self.mul_add(d[:, None, None, None], windows[s, ..., i, j], weight)
                    bias = bias + d
        return [weight, bias]

    def backward(self, x, y, dy, tensors, _):
        weight, _bias = tensors
        acc = np.zeros((len(dy), self.inputs, self.height, self.width), f32)
        for o in range(self.maps):
            for u in range(self.kh):
                for v in range(self.kw):
                    spread = np.zeros((len(dy), 1, self.height, self.width), f32)
                    for i in range(self.out[0]):
                        for j in range(self.out[1]):
                            p, q = i * self.stride + u - self.padding, j * self.stride + v - self.padding
                            if 0 <= p < self.height and 0 <= q < self.width:
                                spread[:, 0, p, q] = dy[:, o, i, j]
                    acc = self.mul_add(weight[o, :, u, v][:, None, None], spread, acc)
        return acc.reshape(x.shape)


class Pool:
    tensors = []

    def __init__(self, _, shape, layer):
        self.kind = layer["type"]
        self.maps, self.height, self.width = maps_of(shape)
        (self.ph, self.pw), self.stride = layer["size"], layer["stride"]
        self.out = (self.height - self.ph) // self.stride + 1, (self.width - self.pw) // self.stride + 1
        self.shape = (self.maps, *self.out)

    def each(self, x):
        """Every window of every map of every sample: where its output is, and its elements row by row."""
        x = x.reshape(-1, self.maps, self.height, self.width)
        for s in range(len(x)):
            for c in range(self.maps):
                for i in range(self.out[0]):
                    for j in range(self.out[1]):
                        rows, columns = i * self.stride, j * self.stride
                        yield (s, c, i, j), [
                            (s, c, rows + u, columns + v) for u in range(self.ph) for v in range(self.pw)
                        ]

    @staticmethod
    def largest(x, window):
        best = window[0]
        for at in window[1:]:
            if x[at] > x[best] or (np.isnan(x[at]) and not np.isnan(x[best])):
                best = at
        return best

    def forward(self, x, *_):
        x = x.reshape(-1, self.maps, self.height, self.width)
        y = np.zeros((len(x), *self.shape), f32)
        for to, window in self.each(x):
            if self.kind == "maxPool":
                y[to] = x[self.largest(x, window)]
            else:
                total = f32(0)
                for at in window:
                    total = total + x[at]
                y[to] = total / f32(len(window))
        return y

    def backward(self, x, y, dy, *_):
        maps = x.reshape(-1, self.maps, self.height, self.width)
        dx = np.zeros_like(maps)
        for of, window in self.each(maps):
            if self.kind == "maxPool":
                at = self.largest(maps, window)
                dx[at] = dx[at] + dy[of]
            else:
                share = dy[of] / f32(len(window))
                for at in window:
                    dx[at] = dx[at] + share
        return dx.reshape(x.shape)


class Dropout:
    tensors = []

    def __init__(self, shape, layer, position):
        self.shape, self.rate, self.position = tuple(shape), layer["rate"], position

    def masked(self, x, training):
        u = np.stack(
            [
                uniforms(math.prod(self.shape), training.seed, training.epoch, training.place + s, 6, self.position)
                for s in range(len(x))
            ]
        ).reshape(x.shape)
        return np.where(u >= f32(self.rate), x * f32(1 / (1 - self.rate)), f32(0))

    def forward(self, x, _, training):
        return x if training is None else self.masked(x, training)

    def backward(self, x, y, dy, _, training):
        return self.masked(dy, training)


class Activation:
    tensors = []

    def __init__(self, kind, shape):
        self.kind, self.shape = kind, shape

    def forward(self, x, *_):
        if self.kind == "sigmoid":
            return f32(1) / (f32(1) + exp32(-x))
        if self.kind == "tanh":
            return tanh32(x)
        if self.kind == "relu":
            return np.where(x <= 0, f32(0), x)
        rows = x.reshape(len(x), -1)
        e = exp32(rows - rows.max(1, keepdims=True))
        return (e / striped_sum(e)[:, None]).reshape(x.shape)

    def backward(self, x, y, dy, *_):
        if self.kind == "sigmoid":
            return dy * (y * (f32(1) - y))
        if self.kind == "tanh":
            return dy * (f32(1) - y * y)
        if self.kind == "relu":
            return np.where(y > 0, dy, f32(0))
        rows, d = y.reshape(len(y), -1), dy.reshape(len(y), -1)
        return (rows * (d - striped_sum(d * rows)[:, None])).reshape(x.shape)


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
