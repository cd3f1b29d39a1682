"""A second worker, written from PROTOCOL.md and ARITHMETIC.md alone: python3 worker.py LINK [NAME]. Slow, and the same bits."""
import hashlib
import json
import math
import sys
import time
import urllib.request
from urllib.parse import parse_qs, urlsplit

import numpy as np

from arithmetic import canonical
from data_set import DataSet
from inspection import describe
from leaf_tree import block_samples, complete, subtrees, tree_sum
from network import Network, Pass, add
from websocket import Closed, connect
from wire import ARITHMETIC, PARAMETERS, PROTOCOL, gradient_frames, read_frame, text_of


class Refusal(Exception):
    """What the coordinator sent cannot be followed."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code


class Worker:
    def __init__(self, link, name):
        url = urlsplit(link)
        self.origin = f"{url.scheme}://{url.netloc}"
        self.token = parse_qs(url.fragment)["work"][0]
        self.socket = connect(url.hostname, url.port or 80, "/work")
        self.name = name
        self.network = None
        self.step, self.parameters, self.incoming = None, None, None
        self.answered = 0

    def run(self):
        """Works until the run ends. Gives the reason."""
        self.say(
            type="hello",
            protocol=PROTOCOL,
            arithmeticVersion=ARITHMETIC,
            token=self.token,
            name=self.name,
            kind="deno",
            threads=1,
        )
        while True:
            message = self.socket.receive()
            try:
                if isinstance(message, bytes):
                    self.on_frame(message)
                    continue
                message = json.loads(message)
                kind = message["type"]
                if kind in ("ended", "refused"):
                    self.socket.close(1000, kind)
                    return f"{kind}: {message['reason']}"
                self.follow(kind, message)
            except Refusal as refusal:
                self.say(type="refused", code=refusal.code, reason=str(refusal))
                self.socket.close(4000, refusal.code)
                return f"refused the coordinator: {refusal}"

    def say(self, **message):
        self.socket.send(text_of(message))

    def follow(self, kind, message):
        if kind == "welcome":
            return self.join(message)
        answers = {"differentiate": self.differentiate, "evaluate": self.evaluate, "inspect": self.inspect}
        if kind not in answers or self.step is None or message["step"] != self.step:
            raise Refusal("message", f"Cannot follow {kind} in this state")
        return answers[kind](message)

    def join(self, welcome):
        run = json.loads(welcome["run"])
        request = urllib.request.Request(
            f"{self.origin}/data/{welcome['dataSha256']}", headers={"authorization": f"Bearer {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            blob = response.read()
        data_sha256 = hashlib.sha256(blob).hexdigest()
        if data_sha256 != welcome["dataSha256"]:
            raise Refusal("data", "The data set has another hash")
        started = time.perf_counter()
        self.leaf_size, self.seed = run["leafSize"], run["seed"]
        self.network = Network(run["model"], run["arithmetic"])
        self.data = DataSet(blob, run.get("expansion"), self.seed)
        if math.prod(self.data.shape) != math.prod(self.network.input) or self.data.classes != self.network.outputs:
            raise Refusal("data", "The data set does not fit the model")
        proof = self.network.proof(self.leaf_size)
        self.say(
            type="ready",
            runSha256=hashlib.sha256(welcome["run"].encode()).hexdigest(),
            dataSha256=data_sha256,
            proofSha256=hashlib.sha256(proof).hexdigest(),
            kernels="numpy",
            proofMs=milliseconds_since(started),
        )

    def on_frame(self, frame):
        if self.network is None:
            raise Refusal("message", "The coordinator sent a frame before its welcome")
        header, elements = read_frame(frame)
        step, offset, total = header.id, header.offset, header.total
        if header.kind != PARAMETERS or total != self.network.parameters:
            raise Refusal("message", "The coordinator sent no frame of the model's parameters")
        self.step = None
        if offset == 0:
            self.incoming = step, []
        if self.incoming is None or self.incoming[0] != step or sum(map(len, self.incoming[1])) != offset:
            raise Refusal("message", "The coordinator sent frames out of order")
        self.incoming[1].append(elements)
        if offset + len(elements) == total:
            self.step, self.parameters = step, np.concatenate(self.incoming[1]).astype(np.float32)
            self.incoming = None

    def differentiate(self, ask):
        samples = ask["samples"]
        leaves = -(-samples // self.leaf_size)
        if not 0 <= ask["first"] < ask["end"] <= leaves:
            raise Refusal("message", "The coordinator asked for leaves that are not there")

        def leaf(i):
            first = i * self.leaf_size
            count = min(self.leaf_size, samples - first)
            place = ask["position"] + first
            x, t = self.data.training(ask["epoch"], place, count)
            sums, _ = self.network.differentiate_leaf(self.parameters, x, t, Pass(self.seed, ask["epoch"], place))
            return sums

        def node(level, index):
            return complete(level, index, leaves, lambda level, index: leaf(index) if level == 0 else None, add)

        for level, index in subtrees(ask["first"], ask["end"], leaves):
            started = time.perf_counter()
            gradient, loss, correct = node(level, index)
            sums = canonical(gradient), loss, correct
            for frame in gradient_frames(ask["round"], (level, index), sums, milliseconds_since(started)):
                self.socket.send(frame)
        self.answered += 1

    def evaluate(self, ask):
        started = time.perf_counter()
        block = block_samples(self.leaf_size)
        count, losses, correct = self.data.count(ask["split"]), [], 0
        if not 0 <= ask["first"] < ask["end"] <= -(-count // block):
            raise Refusal("message", "The coordinator asked for blocks that are not there")
        for i in range(ask["first"], ask["end"]):
            numbers = np.arange(i * block, min((i + 1) * block, count))
            x, t = self.data.samples(ask["split"], numbers)
            values = self.network.forward(self.parameters, x, None)
            leaves = [slice(first, first + self.leaf_size) for first in range(0, len(numbers), self.leaf_size)]
            sums = [self.network.sums([value[rows] for value in values[-2:]], t[rows]) for rows in leaves]
            losses.append(tree_sum([loss for loss, _ in sums], lambda left, right: left + right))
            correct += sum(right for _, right in sums)
        self.say(
            type="evaluated",
            round=ask["round"],
            first=ask["first"],
            losses=losses,
            correct=correct,
            computeMs=milliseconds_since(started),
        )

    def inspect(self, ask):
        count, samples = self.data.count("train"), ask["samples"]
        x, t = self.data.samples("train", [i * count // samples for i in range(samples)])
        layers = describe(self.network, self.parameters, x, t, Pass(self.seed, 0, 0), self.leaf_size)
        self.say(type="inspected", id=ask["id"], layers=layers)


def milliseconds_since(started):
    return 1_000 * (time.perf_counter() - started)


if __name__ == "__main__":
    np.seterr(all="ignore")
    worker = Worker(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "numpy")
    try:
        print(worker.run())
    except Closed as closed:
        print(f"closed: {closed}")
        sys.exit(1)
    finally:
        print(f"answered {worker.answered} ranges")
