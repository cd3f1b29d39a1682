/**
 * Peers beside us, in turn, on the same machine: training steps in one process on one thread (W1, W2, W3), and PyTorch DDP
 * with two processes against a coordinator with two workers (W1, W2; means over whole runs, pauses included). A ratio above 1 means
 * that we are faster. Peers that are not installed are left out.
 *
 *     deno run -A bench/peers_bench.ts [python]
 */
import { formatFigures, interleave } from "./measure.ts";
import { installedPeers, type Peer, startPeer } from "./peers.ts";
import { slice } from "./steps_bench.ts";
import { trainDistributed } from "./wire_bench.ts";
import { noiseDigits, trainer, WORKLOADS } from "./workloads.ts";

const ROUNDS = 9;
const SAMPLES = 8_000;
const PROCESSES = 2;
const DISTRIBUTED_ROUNDS = 5;
/** DDP's slices in one turn, of 200 steps each: about as long as a run of ours. */
const DISTRIBUTED_SLICES = 5;

/** Measures all peers that this Python has, and prints a line for each. */
export async function benchPeers(python: string): Promise<void> {
  const { torch, numpy } = await installedPeers(python);
  console.log(`Peers: PyTorch ${torch ?? "is missing"}, numpy ${numpy ?? "is missing"} (${python})`);
  const dataSet = noiseDigits(SAMPLES);
  for (const workload of [WORKLOADS.W1, WORKLOADS.W2, WORKLOADS.W3]) {
    const { name } = workload;
    const peers: Peer[] = [];
    if (torch !== null) {
      for (
        const [title, variant] of [
          ["PyTorch, eager, optim.SGD", "eager"],
          ["PyTorch, autograd.grad, one update", "grad"],
          ["PyTorch, backward pass by hand", "manual"],
        ]
      ) peers.push(await startPeer(title, { python, script: "torch_steps.py", args: [name, variant] }));
    }
    if (numpy !== null) {
      peers.push(
        await startPeer("numpy, backward pass by hand", { python, script: "numpy_steps.py", args: [name] }),
      );
    }
    const ours = slice(workload, trainer(workload, "exact", dataSet));
    const [mine, ...theirs] = await interleave([ours, ...peers.map((peer) => peer.slice)], ROUNDS);
    console.log(`${name}  ${workload.title}, samples/s`);
    console.log(`  ${"Tributary, exact".padEnd(40)}${formatFigures(mine)}`);
    peers.forEach(({ title }, i) => {
      const ratio = (mine.median / theirs[i].median).toFixed(2);
      console.log(`  ${title.padEnd(40)}${formatFigures(theirs[i])}x ${ratio}`);
    });
    await Promise.all(peers.map((peer) => peer.stop()));
  }
  if (torch !== null) await benchDistributed(python);
}

/** Two processes that share each batch, over loopback. */
async function benchDistributed(python: string): Promise<void> {
  for (const workload of [WORKLOADS.W1, WORKLOADS.W2]) {
    const args = [workload.name, String(PROCESSES), String(freePort())];
    const peer = await startPeer("PyTorch DDP, gloo", { python, script: "torch_distributed.py", args });
    const ours = async () => {
      const steps = await trainDistributed(workload, PROCESSES);
      return 1_000 * workload.batchSize / mean(steps.map(({ step }) => step));
    };
    const theirs = async () => {
      const seconds: number[] = [];
      while (seconds.length < DISTRIBUTED_SLICES) seconds.push(1 / await peer.slice());
      return 1 / mean(seconds);
    };
    const [mine, its] = await interleave([ours, theirs], DISTRIBUTED_ROUNDS);
    console.log(`${workload.name}, ${PROCESSES} processes over loopback, samples/s`);
    console.log(`  ${"Tributary, exact".padEnd(40)}${formatFigures(mine)}`);
    const ratio = (mine.median / its.median).toFixed(2);
    console.log(`  ${peer.title.padEnd(40)}${formatFigures(its)}x ${ratio}`);
    await peer.stop();
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

if (import.meta.main) await benchPeers(Deno.args[0] ?? "python3");
