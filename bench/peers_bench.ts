/**
 * Peers beside us, in turn, on the same machine: training steps in one process on one thread, and PyTorch DDP with two processes
 * against a coordinator with two workers (W1, W2; means over whole runs, pauses included). A ratio above 1 means that we are faster.
 * Peers that are not installed are left out.
 */
import { type Figures, formatFigures, interleave } from "./measure.ts";
import { installedPeers, type Peer, startPeer } from "./peers.ts";
import { listPeers, type PeerPlaces } from "./peers_list.ts";
import { slice, title } from "./steps_bench.ts";
import { VARIANTS } from "./variants.ts";
import { trainDistributed } from "./distributed_run.ts";
import { noiseDigits, trainer, type Workload, WORKLOADS } from "./workloads.ts";

const ROUNDS = 9;
const SAMPLES = 8_000;
const PROCESSES = 2;
/** Half a batch, so that two workers can share it. */
const LEAF_SIZE = 5;
const DISTRIBUTED_ROUNDS = 5;
/** DDP's slices in one turn, of 200 steps each: about as long as a run of ours. */
const DISTRIBUTED_SLICES = 5;

/** What is measured, and where the peers are. */
export interface PeersOptions extends PeerPlaces {
  workloads: readonly Workload["name"][];
  /** Slices of each. */
  rounds?: number;
}

/** Samples per second of one of us or of a peer. */
export interface Row {
  title: string;
  isOurs: boolean;
  figures: Figures;
}

/** Measures all peers that are installed beside all our kernels. @returns the rows by workload. */
export async function benchPeerSteps(options: PeersOptions): Promise<Record<string, Row[]>> {
  const listed = await listPeers(options);
  const dataSet = noiseDigits(SAMPLES);
  const results: Record<string, Row[]> = {};
  for (const workload of options.workloads.map((name) => WORKLOADS[name])) {
    const peers: Peer[] = [];
    for (const { title, workloads, start } of listed) {
      if (workloads.includes(workload.name)) peers.push(await startPeer(title, start(workload.name)));
    }
    const ours = VARIANTS.map(({ make }) => slice(workload, trainer(workload, make, dataSet)));
    const figures = await interleave([...ours, ...peers.map((peer) => peer.slice)], options.rounds ?? ROUNDS);
    await Promise.all(peers.map((peer) => peer.stop()));
    const titles = [
      ...VARIANTS.map(({ title }) => `Tributary, ${title}`),
      ...peers.map(({ title }) => title),
    ];
    const rows = titles.map((title, i) => ({ title, isOurs: i < ours.length, figures: figures[i] }));
    print(title(workload), rows);
    results[workload.name] = rows;
  }
  return results;
}

/** A line for each row; a peer's has the ratio of each of ours to it. */
function print(heading: string, rows: readonly Row[]): void {
  console.log(`${heading}, samples/s; the ratios are ${VARIANTS.map(({ title }) => title).join(" / ")}`);
  const ours = rows.filter(({ isOurs }) => isOurs);
  for (const { title, isOurs, figures } of rows) {
    const ratios = isOurs ? [] : ours.map((mine) => (mine.figures.median / figures.median).toFixed(2));
    console.log(`  ${title.padEnd(52)}${formatFigures(figures)}${ratios.join(" / ")}`);
  }
}

/** Measures PyTorch DDP beside a coordinator with two workers: two processes that share each batch, over loopback. */
export async function benchPeerWire(python: string, rounds = DISTRIBUTED_ROUNDS): Promise<void> {
  if ((await installedPeers(python)).torch === null) {
    console.log(`PyTorch DDP is left out as ${python} has no PyTorch.`);
    return;
  }
  for (const workload of [WORKLOADS.W1, WORKLOADS.W2]) {
    const args = [workload.name, String(PROCESSES), String(freePort())];
    const peer = await startPeer("PyTorch DDP, gloo", {
      command: python,
      script: "torch_distributed.py",
      args,
    });
    const ours = async () => {
      const steps = await trainDistributed({ workload, steps: 2_000, leafSize: LEAF_SIZE }, PROCESSES);
      return 1_000 * workload.batchSize / mean(steps.map(({ step }) => step));
    };
    const theirs = async () => {
      const seconds: number[] = [];
      while (seconds.length < DISTRIBUTED_SLICES) seconds.push(1 / await peer.slice());
      return 1 / mean(seconds);
    };
    const [mine, its] = await interleave([ours, theirs], rounds);
    console.log(`${workload.name}, ${PROCESSES} processes over loopback, leaves of ${LEAF_SIZE}, samples/s`);
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
