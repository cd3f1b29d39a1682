"""
A second coordinator, written from PROTOCOL.md and ARITHMETIC.md alone: python3 coordinator.py RUN DATA WORKERS. Prints a link, waits
for so many workers, has them compute, and prints the SHA-256 of the parameters. It checks all that they say; whoever errs ends it.
"""
import hashlib
import json
import queue
import secrets
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from data_set import DataSet
from leaf_tree import block_samples, complete, subtrees
from network import Network, add
from repeat import train
from websocket import WebSocket, accept_of
from wire import ARITHMETIC, GRADIENT, PROTOCOL, numbers_of, parameter_frames, read_frame, text_of


class Coordinator:
    def __init__(self, run_text, blob):
        self.run_text, self.blob = run_text, blob
        self.run = json.loads(run_text)
        self.token = secrets.token_urlsafe(16)
        self.data_sha256 = hashlib.sha256(blob).hexdigest()
        self.data = DataSet(blob, self.run.get("expansion"), self.run["seed"])
        self.network = Network(self.run["model"], self.run["arithmetic"])
        self.proof_sha256 = hashlib.sha256(self.network.proof(self.run["leafSize"])).hexdigest()
        self.joined = queue.Queue()
        self.workers, self.round, self.sent = [], 0, {}

    def admit(self, socket):
        """From hello to ready. Says what is wrong, or lets the worker in."""
        hello = json.loads(socket.receive())
        wanted = {"type": "hello", "protocol": PROTOCOL, "token": self.token, "arithmeticVersion": ARITHMETIC}
        codes = {"protocol": "protocol-version", "token": "token", "arithmeticVersion": "arithmetic-version"}
        if not self.matches(socket, hello, wanted, codes):
            return
        data = {"dataSha256": self.data_sha256, "dataBytes": len(self.blob)}
        socket.send(text_of({"type": "welcome", "run": self.run_text, **data}))
        wanted = {
            "type": "ready",
            "runSha256": hashlib.sha256(self.run_text.encode()).hexdigest(),
            "dataSha256": self.data_sha256,
            "proofSha256": self.proof_sha256,
        }
        if self.matches(socket, json.loads(socket.receive()), wanted, {"dataSha256": "data", "proofSha256": "proof"}):
            self.joined.put(socket)

    @staticmethod
    def matches(socket, message, wanted, codes):
        for field, value in wanted.items():
            if message.get(field) != value:
                code = codes.get(field, "message")
                socket.send(text_of({"type": "refused", "code": code, "reason": f"The field {field} is wrong"}))
                socket.close(4000, code)
                return False
        return True

    def gradient_sum(self, parameters, step, epoch, place, samples):
        """The root of a step's leaf tree, from what the workers answer for equal shares of its leaves."""
        self.round += 1
        leaves = -(-samples // self.run["leafSize"])
        cuts = [leaves * i // len(self.workers) for i in range(len(self.workers) + 1)]
        shares = [share for share in zip(self.workers, cuts, cuts[1:]) if share[1] < share[2]]
        for worker, first, end in shares:
            step_is = {"epoch": epoch, "position": place, "samples": samples}
            self.ask(worker, parameters, step, type="differentiate", **step_is, first=first, end=end)
        known = {}
        for worker, first, end in shares:
            for node in subtrees(first, end, leaves):
                known[node] = self.receive_gradient(worker, node)
        root = (leaves - 1).bit_length()
        return complete(root, 0, leaves, lambda level, index: known.get((level, index)), add)[0]

    def ask(self, worker, parameters, step, **request):
        if self.sent.get(worker) != step:
            self.sent[worker] = step
            for frame in parameter_frames(step, parameters):
                worker.send(frame)
        worker.send(text_of({**request, "round": self.round, "step": step}))

    def receive_gradient(self, worker, node):
        parts, missing = [], self.network.parameters
        while missing > 0:
            header, elements = read_frame(worker.receive())
            wanted = GRADIENT, self.round, *node, missing, self.network.parameters
            end = header.offset + len(elements)
            came = header.kind, header.id, header.level, header.index, end, header.total
            if came != wanted:
                raise ValueError(f"A worker sent a frame {came}, wanted {wanted}")
            parts.insert(0, elements)
            missing = header.offset
        return np.concatenate(parts).astype(np.float32), header.loss, header.correct

    def correct(self, parameters, step, split):
        """Correct answers of a whole split, by one worker."""
        self.round += 1
        worker = self.workers[step % len(self.workers)]
        blocks = -(-self.data.count(split) // block_samples(self.run["leafSize"]))
        self.ask(worker, parameters, step, type="evaluate", split=split, first=0, end=blocks)
        answer = json.loads(worker.receive())
        losses = numbers_of(answer["losses"])
        if (answer["type"], answer["round"], answer["first"], len(losses)) != ("evaluated", self.round, 0, blocks):
            raise ValueError(f"A worker answered {answer}")
        return answer["correct"]

    def end(self):
        for worker in self.workers:
            worker.send(text_of({"type": "ended", "reason": "All epochs are done."}))
            worker.close(1000, "the run is over")


def handler_for(coordinator):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            path = self.path.split("?")[0]
            if path == "/healthz":
                self.answer(200, text_of({"tributary": "coordinator", "protocol": PROTOCOL}).encode())
            elif path == f"/data/{coordinator.data_sha256}":
                is_known = self.headers["authorization"] == f"Bearer {coordinator.token}"
                self.answer(200 if is_known else 401, coordinator.blob if is_known else b"")
            elif path == "/work" and "sec-websocket-key" in self.headers:
                self.send_response(101)
                self.send_header("upgrade", "websocket")
                self.send_header("connection", "Upgrade")
                self.send_header("sec-websocket-accept", accept_of(self.headers["sec-websocket-key"]))
                self.end_headers()
                coordinator.admit(WebSocket(self.connection, self.rfile, masks=False))
                is_over.wait()
                self.close_connection = True
            else:
                self.answer(404, b"")

        def answer(self, status, body):
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


if __name__ == "__main__":
    np.seterr(all="ignore")
    run_path, data_path, workers = sys.argv[1:]
    coordinator = Coordinator(Path(run_path).read_text(), Path(data_path).read_bytes())
    is_over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(coordinator))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/#work={coordinator.token}", file=sys.stderr, flush=True)
    coordinator.workers = [coordinator.joined.get() for _ in range(int(workers))]
    sha256, _ = train(coordinator.run, coordinator.data, coordinator.network, coordinator)
    coordinator.end()
    is_over.set()
    print(sha256)
