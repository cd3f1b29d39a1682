"""For each line of standard input, {model, arithmetic, leafSize}: the SHA-256 of the arithmetic proof."""
import hashlib
import json
import sys

import numpy as np

from network import Network

if __name__ == "__main__":
    np.seterr(all="ignore")
    for line in sys.stdin:
        case = json.loads(line)
        proof = Network(case["model"], case["arithmetic"]).proof(case["leafSize"])
        print(hashlib.sha256(proof).hexdigest())
