"""The data blob, and batches from it, from PROTOCOL.md and ARITHMETIC.md alone."""
import json
import math

import numpy as np

from arithmetic import cos_turns, exp64, f32, permutation, sin_turns, uniforms

#: Where a moved picture looks: not at all, up, down, left, right.
MOVES = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))


class DataSet:
    def __init__(self, blob, expansion, seed):
        n = int.from_bytes(blob[:8], "little")
        header = json.loads(blob[8 : 8 + n])
        self.classes = int(header["__metadata__"]["classes"])
        self.expansion, self.seed = expansion, seed
        self.splits = {}
        for split in ("train", "validation", "test"):
            if f"{split}.inputs" not in header:
                continue
            inputs, labels = (self._tensor(blob[8 + n :], header[f"{split}.{part}"]) for part in ("inputs", "labels"))
            self.splits[split] = inputs, labels
        self.shape = self.splits["train"][0].shape[1:]
        self.epoch, self.order = None, None

    @staticmethod
    def _tensor(data, entry):
        begin, end = entry["data_offsets"]
        dtype = {"U8": np.uint8, "F32": np.dtype("<f4")}[entry["dtype"]]
        return np.frombuffer(data[begin:end], dtype).reshape(entry["shape"])

    def count(self, split):
        return len(self.splits[split][1]) if split in self.splits else 0

    def samples_per_epoch(self):
        shifts = self.expansion is not None and self.expansion["type"] == "shifts"
        return self.count("train") * (5 if shifts else 1)

    def samples(self, split, numbers):
        """Inputs and targets of samples as they are."""
        inputs, labels = self.splits[split]
        return self._inputs(inputs[numbers]), self._targets(labels[numbers])

    def training(self, epoch, place, samples):
        """Inputs and targets of places of an epoch."""
        if epoch != self.epoch:
            self.epoch, self.order = epoch, permutation(self.samples_per_epoch(), self.seed, epoch)
        drawn = self.order[place : place + samples]
        count = self.count("train")
        numbers = [q % count for q in drawn]
        pictures, labels = self.splits["train"]
        targets = self._targets(labels[numbers])
        if self.expansion is None:
            return self._inputs(pictures[numbers]), targets
        if self.expansion["type"] == "shifts":
            moved = [self._moved(pictures[q % count], *MOVES[q // count]) for q in drawn]
        else:
            moved = [self._distorted(pictures[q], epoch, place + i) for i, q in enumerate(drawn)]
        return self._inputs(np.stack(moved)), targets

    @staticmethod
    def _inputs(pictures):
        return pictures.astype(f32) / f32(255) if pictures.dtype == np.uint8 else pictures.astype(f32)

    def _targets(self, labels):
        targets = np.zeros((len(labels), self.classes), f32)
        targets[np.arange(len(labels)), labels] = 1
        return targets

    @staticmethod
    def _moved(picture, down, right):
        """Pixel (i, j) is the picture's pixel (i + down, j + right)."""
        maps = picture.reshape(-1, *picture.shape[-2:])
        padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
        height, width = maps.shape[1:]
        return padded[:, 1 + down : 1 + down + height, 1 + right : 1 + right + width].reshape(picture.shape)

    def _distorted(self, picture, epoch, place):
        maps = picture.reshape(-1, *picture.shape[-2:])
        height, width = maps.shape[1:]
        shift, rotation, alpha, sigma = (self.expansion[name] for name in ("shift", "rotation", "alpha", "sigma"))
        a, b, c = (float(x) for x in uniforms(3, self.seed, epoch, place, 7, 1))
        turns = ((2 * a - 1) * rotation) / 360
        cosine, sine = f32(cos_turns(turns)), f32(sin_turns(turns))
        to_row = f32((2 * b - 1) * shift) + f32((height - 1) / 2)
        to_column = f32((2 * c - 1) * shift) + f32((width - 1) / 2)
        rows = (np.arange(height) - (height - 1) / 2).astype(f32)[:, None]
        columns = (np.arange(width) - (width - 1) / 2).astype(f32)
        p = (sine * columns + cosine * rows) + to_row
        q = (cosine * columns - sine * rows) + to_column
        if alpha != 0:
            field = uniforms(2 * height * width, self.seed, epoch, place, 7, 0).reshape(2, height, width)
            p = p + f32(alpha) * smoothed(field[0], sigma)
            q = q + f32(alpha) * smoothed(field[1], sigma)
        top, left = np.floor(p), np.floor(q)
        below, beside = p - top, q - left
        top, left = top.astype(int), left.astype(int)

        def pixels(i, j):
            inside = (i >= 0) & (i < height) & (j >= 0) & (j < width)
            return np.where(inside, maps[:, i.clip(0, height - 1), j.clip(0, width - 1)], 0).astype(f32)

        def mix(x, y, part):
            return x + part * (y - x)

        upper = mix(pixels(top, left), pixels(top, left + 1), beside)
        lower = mix(pixels(top + 1, left), pixels(top + 1, left + 1), beside)
        return np.floor(mix(upper, lower, below) + f32(0.5)).astype(np.uint8).reshape(picture.shape)


def smoothed(u, sigma):
    """By a Gaussian, down the columns, then along the rows."""
    radius = math.ceil(3 * sigma)
    weights = [exp64(-(k * k) / ((2 * sigma) * sigma)) for k in range(-radius, radius + 1)]
    total = 0.0
    for weight in weights:
        total = total + weight
    weights = [f32(weight / total) for weight in weights]

    def down(values):
        padded = np.pad(values, ((radius, radius), (0, 0)))
        acc = np.zeros_like(values)
        for k, weight in enumerate(weights):
            acc = acc + weight * padded[k : k + len(values)]
        return acc

    return down(down(f32(2) * u - f32(1)).T).T
