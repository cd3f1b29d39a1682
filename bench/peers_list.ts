/** Who is measured beside us, and on what. */
import { installedPeers, packageVersion, type PeerScript } from "./peers.ts";
import type { Workload } from "./workloads.ts";

/** A peer that is installed here. */
export interface ListedPeer {
  title: string;
  workloads: readonly Workload["name"][];
  /** How it is started on one of them. */
  start(workload: Workload["name"]): PeerScript;
}

/** Where peers are installed. */
export interface PeerPlaces {
  /** The Python that may have PyTorch and numpy. */
  python: string;
  /** The folder whose node_modules may have JavaScript peers, or null. */
  folder: string | null;
}

const DENSE = ["W1", "W2", "W3"] as const;
const CONVOLUTIONAL = ["W4", "W4-128"] as const;

const PYTORCH: [title: string, variant: string, workloads: readonly Workload["name"][]][] = [
  ["eager, `optim.SGD`", "eager", [...DENSE, ...CONVOLUTIONAL]],
  ["`autograd.grad`, one update", "grad", [...DENSE, ...CONVOLUTIONAL]],
  ["the same, channels last", "grad-last", CONVOLUTIONAL],
  ["backward pass by hand", "manual", DENSE],
];

const JAVASCRIPT: [title: string, module: string, script: string, workloads: readonly Workload["name"][]][] =
  [
    ["TensorFlow.js wasm", "@tensorflow/tfjs-backend-wasm", "tfjs", [...DENSE, "W4"]],
    ["jax-js wasm", "@jax-js/jax", "jaxjs", [...DENSE, "W4"]],
    ["ConvNetJS (f64)", "convnetjs", "convnetjs", ["W1", "W4"]],
    ["brain.js (batch 1)", "brain.js", "brainjs", ["W1"]],
    ["synaptic (f64, batch 1)", "synaptic", "synaptic", ["W1"]],
  ];

/** The peers that are installed, best known first. */
export async function listPeers({ python, folder }: PeerPlaces): Promise<ListedPeer[]> {
  const { torch, numpy } = await installedPeers(python);
  const listed: ListedPeer[] = [];
  if (torch !== null) {
    for (const [title, variant, workloads] of PYTORCH) {
      const start = (name: string) => ({ command: python, script: "torch_steps.py", args: [name, variant] });
      listed.push({ title: `PyTorch ${torch}, ${title}`, workloads, start });
    }
  }
  if (numpy !== null) {
    const start = (name: string) => ({ command: python, script: "numpy_steps.py", args: [name] });
    listed.push({ title: `numpy ${numpy}, backward pass by hand`, workloads: DENSE, start });
  }
  if (folder === null) return listed;
  for (const [title, module, script, workloads] of JAVASCRIPT) {
    const version = await packageVersion(folder, module);
    if (version === null) continue;
    const start = (name: string) => ({
      command: "node",
      script: `${script}_steps.mjs`,
      args: [name, folder],
    });
    listed.push({ title: `${title} ${version}`, workloads, start });
  }
  return listed;
}
