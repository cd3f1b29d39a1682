"""Data-parallel training steps of PyTorch DDP over gloo on loopback, one thread per process.

python3 torch_distributed.py WORKLOAD PROCESSES PORT starts the processes; rank 0 answers for all.
"""
import os
import subprocess
import sys
import time

import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel

from slices import SAMPLES, WORKLOADS, batches

name, processes, port = sys.argv[1], int(sys.argv[2]), sys.argv[3]
rank = int(sys.argv[4]) if len(sys.argv) > 4 else 0
STEPS = 200
others = [subprocess.Popen([sys.executable, *sys.argv[:4], str(i)]) for i in range(1, processes)] if rank == 0 else []

torch.set_num_threads(1)
os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=port, GLOO_SOCKET_IFNAME="lo")
dist.init_process_group("gloo", rank=rank, world_size=processes)
sizes, batch, rate, _ = WORKLOADS[name]
share = batch // processes
torch.manual_seed(1)
inputs = torch.rand(SAMPLES, 784) * (torch.rand(SAMPLES, 784) < 0.2)
hot = F.one_hot(torch.randint(10, (SAMPLES,)), 10).float()
# All ranks draw the same permutations; each takes its share of every batch.
indices = batches(lambda: torch.randperm(SAMPLES), batch)
layers = []
for n_in, n_out in zip(sizes, sizes[1:]):
    layers += [nn.Linear(n_in, n_out), nn.Sigmoid()]
if name == "W1":
    loss = lambda a, y: F.mse_loss(a, y, reduction="sum") / (2 * share)
else:
    layers.pop()
    loss = lambda z, y: F.binary_cross_entropy_with_logits(z, y, reduction="sum") / share
net = DistributedDataParallel(nn.Sequential(*layers), gradient_as_bucket_view=True)
optimiser = torch.optim.SGD(net.parameters(), lr=rate)
go = torch.zeros(1)


def train(count):
    for _ in range(count):
        mine = next(indices)[rank * share:(rank + 1) * share]
        optimiser.zero_grad(set_to_none=True)
        loss(net(inputs.index_select(0, mine)), hot.index_select(0, mine)).backward()
        optimiser.step()


train(STEPS)
if rank == 0:
    print("ready", flush=True)
while True:
    if rank == 0:
        go.fill_(1 if sys.stdin.readline() else 0)
    dist.broadcast(go, 0)  # The other ranks wait here.
    if not go.item():
        break
    started = time.perf_counter()
    train(STEPS)
    if rank == 0:
        print(STEPS * batch / (time.perf_counter() - started), flush=True)
sys.stdout.flush()
os._exit(0)  # destroy_process_group() hangs with gloo in PyTorch 1.13.
