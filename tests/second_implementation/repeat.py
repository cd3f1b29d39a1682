"""For each line of standard input, {run, data}: repeats the whole run, and prints the SHA-256 of its parameters and its epochs."""
import hashlib
import json
import sys

import numpy as np

from arithmetic import canonical
from data_set import DataSet
from network import Network, Pass, add
from update import Course, Updater


def gradient_sum(network, data, parameters, run, epoch, place, samples):
    """The root of a step's leaf tree: gradient, loss, correct answers."""
    nodes = []
    for first in range(0, samples, run["leafSize"]):
        x, t = data.training(epoch, place + first, min(run["leafSize"], samples - first))
        sums, _ = network.differentiate_leaf(parameters, x, t, Pass(run["seed"], epoch, place + first))
        nodes.append(sums)
    while len(nodes) > 1:
        pairs = [nodes[i : i + 2] for i in range(0, len(nodes), 2)]
        nodes = [add(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return nodes[0]


def repeat(run, blob):
    data = DataSet(blob, run.get("expansion"), run["seed"])
    network = Network(run["model"], run["arithmetic"])
    count = data.samples_per_epoch()
    updater, course = Updater(run, network, count), Course(run)
    parameters = network.initial_parameters(run["seed"])
    step, epoch = 0, 0
    while epoch < run["epochs"] and not course.is_over:
        epoch += 1
        for place in range(0, count, run["batchSize"]):
            step += 1
            samples = min(run["batchSize"], count - place)
            gradient, _, _ = gradient_sum(network, data, parameters, run, epoch, place, samples)
            rate = course.factor(step, epoch) * run["optimiser"]["learningRate"]
            parameters = updater.update(parameters, gradient, samples, rate)
        if data.count("validation") > 0:
            x, t = data.samples("validation", np.arange(data.count("validation")))
            _, correct = network.sums(network.forward(parameters, x, None)[-2:], t)
            course.end_epoch(epoch, correct / len(t))
    return hashlib.sha256(canonical(parameters).astype("<f4").tobytes()).hexdigest(), epoch


if __name__ == "__main__":
    np.seterr(all="ignore")
    for line in sys.stdin:
        case = json.loads(line)
        print(*repeat(case["run"], bytes.fromhex(case["data"])))
