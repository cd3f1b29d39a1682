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

/** What is asked for PyTorch and numpy if nothing else is named. */
export const DEFAULT_PYTHON = "python3";

const DENSE = ["W1", "W2", "W3"] as const;
const CONVOLUTIONAL = ["W4", "W4-128"] as const;

const PYTORCH: [title: string, variant: string, workloads: readonly Workload["name"][]][] = [
  ["eager, `optim.SGD`", "eager", [...DENSE, ...CONVOLUTIONAL]],
  ["`autograd.grad`, one update", "grad", [...DENSE, ...CONVOLUTIONAL]],
  ["the same, channels last", "grad-last", CONVOLUTIONAL],
  ["backward pass by hand", "manual", DENSE],
];

/**
 * ConvNetJS has no cross-entropy of sigmoids, which W2 needs; brain.js and synaptic have no softmax, no convolution, and no loss but
 * the quadratic one.
 */
const JAVASCRIPT: [title: string, module: string, script: string, workloads: readonly Workload["name"][]][] =
  [
    ["TensorFlow.js wasm", "@tensorflow/tfjs-backend-wasm", "tfjs", [...DENSE, ...CONVOLUTIONAL]],
    ["jax-js wasm", "@jax-js/jax", "jaxjs", [...DENSE, ...CONVOLUTIONAL]],
    ["ConvNetJS (f64)", "convnetjs", "convnetjs", ["W1", "W3", ...CONVOLUTIONAL]],
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

/** @returns a sentence where a place that was named has no peer, or where none was named and there is no peer at all. */
export async function missingPeers(
  python: string | undefined,
  folder: string | null,
): Promise<string | null> {
  const { torch, numpy } = await installedPeers(python ?? DEFAULT_PYTHON);
  const versions = folder === null
    ? []
    : await Promise.all(JAVASCRIPT.map(([, module]) => packageVersion(folder, module)));
  const hasScripts = versions.some((version) => version !== null);
  if (folder !== null && !hasScripts) {
    return `No JavaScript peer was found in ${folder}/node_modules: --peers-dir wants a folder that has some.`;
  }
  if (torch !== null || numpy !== null || (python === undefined && hasScripts)) return null;
  return `No PyTorch and no numpy was found with ${
    python ?? DEFAULT_PYTHON
  }: --python wants one that has them.`;
}
