"""How a peer talks to the benchmark: for each line on standard input it runs one slice and prints its samples per second."""
import sys
import time

WORKLOADS = {
    # sizes, batch, learning rate, steps in a slice
    "W1": ([784, 30, 10], 10, 3.0, 1500),
    "W2": ([784, 100, 10], 10, 0.5, 1000),
    "W3": ([784, 1024, 1024, 10], 256, 0.1, 8),
    # 20 maps of 5x5, pool, 40 maps of 5x5, pool, 100, 10
    "W4": (None, 10, 0.03, 60),
    "W4-128": (None, 128, 0.1, 5),
}
SAMPLES = 8000


def serve(batch, steps, train):
    """Warms up with a slice, says so, then answers until standard input ends. `train(steps)` makes that many steps."""
    train(steps)
    print("ready", flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        train(steps)
        print(steps * batch / (time.perf_counter() - started), flush=True)


def batches(order, batch):
    """Endless batches of indices; `order()` draws an epoch's permutation."""
    while True:
        drawn = order()
        for first in range(0, len(drawn) - batch + 1, batch):
            yield drawn[first:first + batch]
