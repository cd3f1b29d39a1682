"""For each line of standard input, {round, node, loss, correct, computeMs, elements}: the frames of the gradient 0, ½, 1, 1½, ..."""
import hashlib
import json
import sys

import numpy as np

from wire import gradient_frames

if __name__ == "__main__":
    for line in sys.stdin:
        case = json.loads(line)
        vector = np.arange(case["elements"], dtype=np.float32) * np.float32(0.5)
        sums = vector, case["loss"], case["correct"]
        for frame in gradient_frames(case["round"], tuple(case["node"]), sums, case["computeMs"]):
            print(len(frame), hashlib.sha256(frame).hexdigest())
