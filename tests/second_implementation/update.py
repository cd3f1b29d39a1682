"""The update of the parameters, from ARITHMETIC.md alone."""
import math

import numpy as np

from arithmetic import MUL_ADD, cos_turns, f32


class Updater:
    """What an optimiser remembers, and how the parameters follow the gradient."""

    def __init__(self, run, network, samples_per_epoch):
        self.run, self.optimiser = run, run["optimiser"]
        self.mul_add = MUL_ADD[run["arithmetic"]]
        self.samples_per_epoch = samples_per_epoch
        kinds = [np.full(math.prod(size), name == "weight") for step in network.steps for name, size in step.tensors]
        self.is_weight = np.concatenate(kinds)
        self.first, self.second = np.zeros(network.parameters, f32), np.zeros(network.parameters, f32)
        self.product1, self.product2 = 1.0, 1.0

    def update(self, w, g, samples, rate):
        """New parameters, from the gradient sum over so many samples."""
        g = self.regularised(w, g / f32(self.divisor(g, samples)))
        o, mul_add = self.optimiser, self.mul_add
        eta = f32(rate)
        if o["type"] == "sgd":
            return mul_add(-eta, g, w)
        if o["type"] in ("momentum", "nesterov"):
            mu = f32(o["momentum"])
            self.first = mul_add(-eta, g, mu * self.first)
            if o["type"] == "momentum":
                return w + self.first
            return mul_add(mu, self.first, mul_add(-eta, g, w))
        epsilon = f32(o["epsilon"])
        if o["type"] == "rmsprop":
            self.first = mul_add(f32(1 - o["decay"]), g * g, f32(o["decay"]) * self.first)
            return mul_add(-eta, g / (np.sqrt(self.first) + epsilon), w)
        beta1, beta2 = o["beta1"], o["beta2"]
        self.product1, self.product2 = self.product1 * beta1, self.product2 * beta2
        self.first = mul_add(f32(1 - beta1), g, f32(beta1) * self.first)
        self.second = mul_add(f32(1 - beta2), g * g, f32(beta2) * self.second)
        root = f32(math.sqrt(1 - self.product2))
        return mul_add(
            -f32(rate / (1 - self.product1)), self.first / (np.sqrt(self.second) / root + epsilon), w
        )

    def divisor(self, g, samples):
        if "gradientNormMax" not in self.run:
            return samples
        stripes = [0.0] * 4
        for i, x in enumerate(g.astype(np.float64).tolist()):
            stripes[i % 4] = stripes[i % 4] + x * x
        norm = math.sqrt((stripes[0] + stripes[1]) + (stripes[2] + stripes[3]))
        length = norm / self.run["gradientNormMax"]
        return samples if length <= samples else length

    def regularised(self, w, g):
        regulariser = self.run["regulariser"] or {"type": "l2", "weightDecay": 0}
        factor = f32(regulariser["weightDecay"] / self.samples_per_epoch)
        if factor == 0:
            return g
        if regulariser["type"] == "l2":
            return np.where(self.is_weight, self.mul_add(factor, w, g), g)
        push = np.where(w > 0, factor, np.where(w < 0, -factor, f32(0)))
        return np.where(self.is_weight, g + push, g)


class Course:
    """What the ends of epochs decide, and the factor of the learning rate."""

    def __init__(self, run):
        self.schedule = run.get("schedule", {"type": "constant"})
        self.early_stopping = run.get("earlyStopping")
        self.best, self.waits_since, self.halvings, self.is_over = None, 0, 0, False

    def factor(self, step, epoch):
        s = self.schedule
        warm_up = s.get("warmUpSteps", 0)
        warmth = step / warm_up if step < warm_up else 1
        return warmth * self._epoch_factor(s, epoch)

    def _epoch_factor(self, s, epoch):
        if s["type"] == "constant":
            return 1.0
        if s["type"] == "cosine":
            t = min(1, (epoch - 1) / s["epochs"])
            return s["minimum"] + ((1 - s["minimum"]) * (1 + cos_turns(t / 2))) / 2
        base, times = (s["factor"], (epoch - 1) // s["epochs"]) if s["type"] == "stepped" else (0.5, self.halvings)
        product = 1.0
        for _ in range(times):
            product = product * base
        return product

    def end_epoch(self, epoch, accuracy):
        if self.best is None or accuracy > self.best[1]:
            self.best, self.waits_since = (epoch, accuracy), epoch
        elif self.early_stopping is not None and epoch - self.best[0] >= self.early_stopping["patience"]:
            self.is_over = True
        elif self.schedule["type"] == "halving" and epoch - self.waits_since >= self.schedule["patience"]:
            self.halvings, self.waits_since = self.halvings + 1, epoch
            self.is_over = self.halvings >= self.schedule["halvings"]
