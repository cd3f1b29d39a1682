"""Ten training steps of small networks as PyTorch makes them, for torch_steps_test.ts.

    /usr/bin/python3 tests/oracle/torch_steps.py

writes one .safetensors file per network beside this script: the initial parameters ("start.1.weight", ...), the batches
("inputs" [steps, batch, ...], "targets" [steps, batch, outputs]), the mean loss of each batch before its step ("losses"), the
parameters after the last step ("end.1.weight", ...), and the description in the metadata. Needs Debian's python3-torch; the
tests need neither it nor Python.

Tensors are stored as Tributary lays them out: weights of dense layers [in, out], where PyTorch has [out, in]. The updates
are torch.optim.SGD's in f32, with weight decay λ/n on weights alone.
"""
import functools
import json
import pathlib
import struct

import torch
from torch import nn
from torch.nn import functional as F

STEPS, BATCH, TRAINING_SAMPLES = 10, 7, 70


def dense(units, activation):
    return {"type": "dense", "units": units, "activation": activation}


def convolution(maps, kernel, activation, stride=1, padding=0):
    return {"type": "convolution", "maps": maps, "kernel": kernel, "stride": stride, "padding": padding, "activation": activation}


def pool(kind, size, stride):
    return {"type": kind, "size": size, "stride": stride}


CASES = {
    "dense": {
        "input": [12],
        "layers": [dense(8, "sigmoid"), dense(5, "sigmoid")],
        "loss": "crossEntropy",
        "learning_rate": 0.5,
        "weight_decay": 5.0,
    },
    "dense_tanh": {
        "input": [12],
        "layers": [dense(8, "tanh"), dense(6, "relu"), dense(5, "sigmoid")],
        "loss": "quadratic",
        "learning_rate": 1.0,
        "weight_decay": 0.0,
    },
    "convolution": {
        "input": [8, 8],
        "layers": [convolution(2, [3, 3], "relu"), pool("maxPool", [2, 2], 2), dense(5, "softmax")],
        "loss": "logLikelihood",
        "learning_rate": 0.2,
        "weight_decay": 2.0,
    },
    "convolution_deep": {
        "input": [2, 9, 9],
        "layers": [
            convolution(3, [3, 3], "tanh", padding=1),
            pool("averagePool", [3, 3], 2),
            convolution(4, [2, 3], "sigmoid", stride=2, padding=1),
            {"type": "flatten"},
            dense(6, "tanh"),
            dense(3, "linear"),
        ],
        "loss": "quadratic",
        "learning_rate": 0.1,
        "weight_decay": 1.0,
    },
}

ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "linear": lambda z: z}
# Of logits z, outputs a and targets t; sums over outputs, means over the batch.
LOSSES = {
    "quadratic": lambda z, a, t: 0.5 * (a - t).square().sum() / len(t),
    "crossEntropy": lambda z, a, t: F.binary_cross_entropy_with_logits(z, t, reduction="sum") / len(t),
    "logLikelihood": lambda z, a, t: F.cross_entropy(z, t),
}


# Our names of the options, and PyTorch's.
OPTIMISERS = {
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": "momentum"}),
    "nesterov": (functools.partial(torch.optim.SGD, nesterov=True), {"momentum": "momentum"}),
    "rmsprop": (torch.optim.RMSprop, {"decay": "alpha", "epsilon": "eps"}),
    "adam": (torch.optim.Adam, {"epsilon": "eps"}),
}
SMALL = {
    "input": [7],
    "layers": [dense(5, "tanh"), dense(3, "softmax")],
    "loss": "logLikelihood",
    "learning_rate": 0.1,
    "weight_decay": 1.0,
}
CASES.update({
    "momentum": {**SMALL, "optimiser": {"type": "momentum", "momentum": 0.9}},
    "nesterov": {**SMALL, "optimiser": {"type": "nesterov", "momentum": 0.8}, "gradient_norm_max": 0.2},
    "rmsprop": {**SMALL, "learning_rate": 0.01, "optimiser": {"type": "rmsprop", "decay": 0.9, "epsilon": 1e-6}},
    "adam": {
        **SMALL,
        "learning_rate": 0.01,
        "optimiser": {"type": "adam", "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-6},
    },
})


class Network(nn.Module):
    """A network from its description, with modules of PyTorch."""

    def __init__(self, case):
        super().__init__()
        self.layers = case["layers"]
        shape = case["input"] if len(case["input"]) != 2 else [1, *case["input"]]
        self.input = shape
        x = torch.zeros(1, *shape)
        self.trained = nn.ModuleDict()
        for position, layer in enumerate(self.layers, 1):
            if layer["type"] == "dense":
                self.trained[str(position)] = nn.Linear(x[0].numel(), layer["units"])
            elif layer["type"] == "convolution":
                options = {"stride": layer["stride"], "padding": layer["padding"]}
                self.trained[str(position)] = nn.Conv2d(x.shape[1], layer["maps"], layer["kernel"], **options)
            x, _ = self.apply_layer(position, x)

    def apply_layer(self, position, x):
        """Output and, of layers with a non-linearity, the logits."""
        layer = self.layers[position - 1]
        kind = layer["type"]
        if kind == "maxPool":
            return F.max_pool2d(x, layer["size"], layer["stride"]), None
        if kind == "averagePool":
            return F.avg_pool2d(x, layer["size"], layer["stride"]), None
        if kind == "flatten":
            return x.flatten(1), None
        z = self.trained[str(position)](x.flatten(1) if kind == "dense" else x)
        softmax = layer["activation"] == "softmax"
        return (torch.softmax(z, 1) if softmax else ACTIVATIONS[layer["activation"]](z)), z

    def forward(self, x):
        z = None
        for position in range(1, len(self.layers) + 1):
            x, z = self.apply_layer(position, x)
        return z, x

    def stored(self, prefix):
        """Copies of the parameters in our layout and under our names."""
        tensors = {}
        for position, module in self.trained.items():
            weight = module.weight.detach()
            tensors[f"{prefix}.{position}.weight"] = (weight.t() if isinstance(module, nn.Linear) else weight).clone()
            tensors[f"{prefix}.{position}.bias"] = module.bias.detach().clone()
        return tensors


def train(case):
    net = Network(case)
    outputs = case["layers"][-1]["units"]
    inputs = torch.rand(STEPS, BATCH, *case["input"])
    targets = F.one_hot(torch.randint(outputs, (STEPS, BATCH)), outputs).float()
    weights = [module.weight for module in net.trained.values()]
    biases = [module.bias for module in net.trained.values()]
    decay = case["weight_decay"] / TRAINING_SAMPLES
    make, options = OPTIMISERS[case.get("optimiser", {"type": "sgd"})["type"]]
    given = {options[name]: value for name, value in case.get("optimiser", {}).items() if name in options}
    if make is torch.optim.Adam:
        given["betas"] = (case["optimiser"]["beta1"], case["optimiser"]["beta2"])
    optimiser = make(
        [{"params": weights, "weight_decay": decay}, {"params": biases}], lr=case["learning_rate"], **given
    )
    tensors = {"inputs": inputs, "targets": targets, **net.stored("start")}
    losses = []
    for x, t in zip(inputs, targets):
        loss = LOSSES[case["loss"]](*net(x.reshape(-1, *net.input)), t)
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        if "gradient_norm_max" in case:
            nn.utils.clip_grad_norm_(net.parameters(), case["gradient_norm_max"])
        optimiser.step()
    return {**tensors, "losses": torch.tensor(losses), **net.stored("end")}


def write_safetensors(path, tensors, description):
    """The safetensors format, see packages/core/files/safetensors.ts."""
    header = {"__metadata__": {"description": json.dumps(description), "torch": torch.__version__}}
    data = b""
    for name, tensor in sorted(tensors.items()):
        values = tensor.contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    text += b" " * (-(8 + len(text)) % 64)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, case in CASES.items():
        torch.manual_seed(1)
        description = {**case, "batch": BATCH, "training_samples": TRAINING_SAMPLES}
        path = pathlib.Path(__file__).parent / f"torch_{name}.safetensors"
        write_safetensors(path, train(case), description)
        print(f"{path.name}: {path.stat().st_size} bytes")
