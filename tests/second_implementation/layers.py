"""What each layer computes forward and backward, from ARITHMETIC.md alone. The first axis of an array are the samples."""
import math

import numpy as np

from arithmetic import exp32, f32, striped_sum, tanh32, uniforms


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
