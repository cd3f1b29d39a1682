"""For each line of standard input, {run, data}: repeats the whole run, and prints the SHA-256 of its parameters and its epochs."""
import hashlib
import json
import sys

import numpy as np

from arithmetic import canonical
from data_set import DataSet
from leaf_tree import tree_sum
from network import Network, Pass, add
from update import Course, Updater


class Alone:
    """Computes the sums of steps and evaluations in this process."""

    def __init__(self, run, data, network):
        self.run, self.data, self.network = run, data, network

    def gradient_sum(self, parameters, _step, epoch, place, samples):
        """The root of a step's leaf tree."""
        nodes = []
        for first in range(0, samples, self.run["leafSize"]):
            x, t = self.data.training(epoch, place + first, min(self.run["leafSize"], samples - first))
            training = Pass(self.run["seed"], epoch, place + first)
            nodes.append(self.network.differentiate_leaf(parameters, x, t, training)[0])
        return tree_sum(nodes, add)[0]

    def correct(self, parameters, _step, split):
        x, t = self.data.samples(split, np.arange(self.data.count(split)))
        return self.network.sums(self.network.forward(parameters, x, None)[-2:], t)[1]


def train(run, data, network, computing):
    """The course of a run. Gives the SHA-256 of the parameters, and the epochs."""
    count = data.samples_per_epoch()
    updater, course = Updater(run, network, count), Course(run)
    parameters = network.initial_parameters(run["seed"])
    step, epoch = 0, 0
    while epoch < run["epochs"] and not course.is_over:
        epoch += 1
        for place in range(0, count, run["batchSize"]):
            samples = min(run["batchSize"], count - place)
            gradient = computing.gradient_sum(parameters, step, epoch, place, samples)
            step += 1
            rate = course.factor(step, epoch) * run["optimiser"]["learningRate"]
            parameters = updater.update(parameters, gradient, samples, rate)
        if data.count("validation") > 0:
            correct = computing.correct(parameters, step, "validation")
            course.end_epoch(epoch, correct / data.count("validation"))
    return hashlib.sha256(canonical(parameters).astype("<f4").tobytes()).hexdigest(), epoch


if __name__ == "__main__":
    np.seterr(all="ignore")
    for line in sys.stdin:
        case = json.loads(line)
        data = DataSet(bytes.fromhex(case["data"]), case["run"].get("expansion"), case["run"]["seed"])
        network = Network(case["run"]["model"], case["run"]["arithmetic"])
        print(*train(case["run"], data, network, Alone(case["run"], data, network)))
