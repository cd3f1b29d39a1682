"""Training steps of PyTorch on one thread: python3 torch_steps.py WORKLOAD eager|grad|manual|eager-last|grad-last

- eager: modules, backward(), optim.SGD, as in the tutorials.
- grad: the same network with autograd.grad and one update over all parameters, the quickest way with autograd.
- manual: the backward pass by hand, into tensors allocated once (W1 to W3).
- eager-last, grad-last: the same as without -last, with the maps of a picture innermost in memory (W4).
"""
import sys

import torch
from torch import nn
from torch.nn import functional as F

from slices import SAMPLES, WORKLOADS, batches, serve

name, variant = sys.argv[1:3]
torch.set_num_threads(1)
sizes, batch, rate, steps = WORKLOADS[name]
convolutional = name.startswith("W4")
relu = name == "W3" or convolutional
channels_last = variant.endswith("-last")
decay = 5 / SAMPLES if name == "W2" else 0.0
inputs = torch.rand(SAMPLES, 784) * (torch.rand(SAMPLES, 784) < 0.2)
labels = torch.randint(10, (SAMPLES,))
targets = labels if relu else F.one_hot(labels, 10).float()
if convolutional:
    inputs = inputs.view(-1, 1, 28, 28)
indices = batches(lambda: torch.randperm(SAMPLES), batch)


def modules():
    if convolutional:
        maps = [nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 40, 5), nn.ReLU(), nn.MaxPool2d(2)]
        net = nn.Sequential(*maps, nn.Flatten(), nn.Linear(640, 100), nn.ReLU(), nn.Linear(100, 10))
        return net.to(memory_format=torch.channels_last) if channels_last else net
    layers = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        layers += [nn.Linear(n_in, n_out), nn.ReLU() if relu else nn.Sigmoid()]
    # Cross-entropy losses take logits.
    return nn.Sequential(*(layers if name == "W1" else layers[:-1]))


def with_autograd():
    net = modules()
    losses = {
        "W1": lambda a, y: F.mse_loss(a, y, reduction="sum") / (2 * batch),
        "W2": lambda z, y: F.binary_cross_entropy_with_logits(z, y, reduction="sum") / batch,
    }
    loss = losses.get(name, F.cross_entropy)
    parameters = list(net.parameters())
    weights, biases = parameters[::2], parameters[1::2]
    groups = [{"params": weights, "weight_decay": decay}, {"params": biases}]
    optimiser = torch.optim.SGD(groups, lr=rate)

    def eager(x, y):
        optimiser.zero_grad(set_to_none=True)
        loss(net(x), y).backward()
        optimiser.step()

    def grad(x, y):
        gradients = torch.autograd.grad(loss(net(x), y), parameters)
        with torch.no_grad():
            if decay:
                torch._foreach_mul_(weights, 1 - rate * decay)
            torch._foreach_add_(parameters, gradients, alpha=-rate)

    step = eager if variant.startswith("eager") else grad

    def train(count):
        for _ in range(count):
            chosen = next(indices)
            x = inputs.index_select(0, chosen)
            if channels_last:
                x = x.contiguous(memory_format=torch.channels_last)
            step(x, targets.index_select(0, chosen))

    return train


def by_hand():
    w = [torch.randn(n_out, n_in) / n_in**0.5 for n_in, n_out in zip(sizes, sizes[1:])]
    b = [torch.randn(n_out) for n_out in sizes[1:]]
    wt = [matrix.t() for matrix in w]
    a = [torch.empty(batch, size) for size in sizes]
    d = [torch.empty(batch, size) for size in sizes]
    dt = [delta.t() for delta in d]
    y = torch.empty(batch, 10)
    hot = F.one_hot(labels, 10).float()
    ones = torch.ones(batch)
    last = len(w)
    sigmoid_slope = torch.ops.aten.sigmoid_backward.grad_input
    relu_slope = torch.ops.aten.threshold_backward.grad_input

    def slope(delta, value):
        if relu:
            relu_slope(delta, value, 0, grad_input=delta)
        else:
            sigmoid_slope(delta, value, grad_input=delta)

    def train(count):
        for _ in range(count):
            chosen = next(indices)
            torch.index_select(inputs, 0, chosen, out=a[0])
            torch.index_select(hot, 0, chosen, out=y)
            for i in range(last):
                torch.addmm(b[i], a[i], wt[i], out=a[i + 1])
                if relu and i + 1 == last:
                    torch.softmax(a[last], 1, out=d[last])
                elif relu:
                    a[i + 1].relu_()
                else:
                    a[i + 1].sigmoid_()
            torch.sub(d[last] if relu else a[last], y, out=d[last])
            if name == "W1":
                slope(d[last], a[last])
            for i in range(last - 1, -1, -1):
                if i > 0:
                    torch.mm(d[i + 1], w[i], out=d[i])
                    slope(d[i], a[i])
                w[i].addmm_(dt[i + 1], a[i], beta=1 - rate * decay, alpha=-rate / batch)
                b[i].addmv_(dt[i + 1], ones, alpha=-rate / batch)

    return torch.no_grad()(train)


serve(batch, steps, by_hand() if variant == "manual" else with_autograd())
