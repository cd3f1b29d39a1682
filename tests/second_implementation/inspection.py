"""What `inspect` asks for: layers described for people. Decides no bit."""
import math

import numpy as np

from leaf_tree import tree_sum

BINS = 30
RANGES = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}
ENDS = {"sigmoid": (0.05, 0.95), "softmax": (0.05, 0.95), "tanh": (-0.9, 0.9)}


def describe(network, parameters, x, t, training, leaf_size):
    samples = len(x)
    values = network.forward(parameters, x, training)
    dy = network.derivatives(parameters, values, t, training)
    nodes = [network.gradient(values, dy, slice(i, i + leaf_size)) for i in range(0, samples, leaf_size)]
    tensors, gradients = network.split(parameters), network.split(tree_sum(nodes, lambda left, right: left + right))
    layers, begin = [], 0
    for layer, end in zip(network.model["layers"], network.ends):
        activation = layer.get("activation", "linear")
        outputs = values[end].astype(np.float64)
        trained = None
        if begin < end and tensors[begin]:
            norms = [math.sqrt(float((g.astype(np.float64) ** 2).sum())) / samples for g in gradients[begin]]
            mean = histogram(gradients[begin][0])
            mean["min"], mean["max"] = mean["min"] / samples, mean["max"] / samples
            trained = {
                "gradientNorms": {"weight": norms[0], "bias": norms[1]},
                "weights": histogram(tensors[begin][0]),
                "gradients": mean,
            }
        low, high = ENDS.get(activation, (-math.inf, math.inf))
        saturated = float(((outputs < low) | (outputs > high)).mean()) if activation in ENDS else None
        units = layer["maps"] if layer["type"] == "convolution" else math.prod(outputs.shape[1:])
        alive = (outputs.reshape(samples, units, -1) != 0).any((0, 2))
        layers.append(
            {
                "trained": trained,
                "activations": histogram(outputs, RANGES.get(activation)),
                "saturated": saturated,
                "dead": float((~alive).mean()) if activation == "relu" else None,
            }
        )
        begin = end
    return layers


def histogram(values, ends=None):
    values = np.asarray(values, np.float64).ravel()
    finite = values[np.isfinite(values)]
    low, high = ends or ((float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0))
    per_unit = BINS / (high - low) if high > low else 0.0
    bins = np.floor((finite - low) * per_unit).clip(0, BINS - 1).astype(int)
    return {
        "min": low,
        "max": high,
        "counts": np.bincount(bins, minlength=BINS).tolist(),
        "nan": int(np.isnan(values).sum()),
        "infinite": int(np.isinf(values).sum()),
    }
