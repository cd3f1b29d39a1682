/** `deno task bench`: how fast the kernels, the training steps and the wire are, and on demand the peers. */
import { benchAllocation } from "./allocation_bench.ts";
import { benchKernels } from "./kernels_bench.ts";
import { keepFigures } from "./kept_figures.ts";
import { benchPage } from "./page_bench.ts";
import { benchPeerSteps, benchPeerWire } from "./peers_bench.ts";
import { benchSteps } from "./steps_bench.ts";
import { benchThreads } from "./threads_bench.ts";
import { benchWire } from "./wire_bench.ts";
import { benchTiles } from "./tile_bench.ts";
import { type Workload, WORKLOADS } from "./workloads.ts";

const HELP = `Usage: deno task bench [options]

Measures this machine for about two minutes: the matrix products, training steps in one process, and the steps of
distributed runs over loopback. Figures are medians; those in brackets are the 10th and 90th percentile. Other work on
the machine disturbs them: compare figures of one run only.

Options:
  --only <names>       some of kernels, tiles, steps, threads, wire, page, peers, peer-wire, with commas between them;
                       page needs Chromium and Linux, and is not measured unless it is named
  --short              training steps only, few rounds: the ratios of our own kernels in half a minute; with --only page
                       behind it, a page in half a minute
  --peers              also measure the peers that are installed, in turn with us (some minutes more)
  --python <path>      the Python that has PyTorch and numpy (by default python3)
  --peers-dir <path>   the folder whose node_modules has JavaScript peers: @tensorflow/tfjs with
                       @tensorflow/tfjs-backend-wasm, @jax-js/jax, convnetjs, brain.js, synaptic (needs node)
  --workloads <names>  with peers: some of ${Object.keys(WORKLOADS).join(", ")} (by default all)
  --json <path>        with peers: keep the figures of these workloads in this file, for bench/plot.ts
  --help               show this text
`;

const BENCHES = ["kernels", "tiles", "steps", "threads", "wire", "page", "peers", "peer-wire"] as const;
type Bench = typeof BENCHES[number];

/** Rounds of a short bench. */
const SHORT_ROUNDS = 3;

/** What the command line asks for. */
interface Options {
  benches: readonly Bench[];
  short: boolean;
  python: string;
  folder: string | null;
  workloads: readonly Workload["name"][];
  json: string | null;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  const options = parse(args);
  if (typeof options === "string") {
    console.error(`${options} (--help lists the options)`);
    return 2;
  }
  console.log(`Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, ${navigator.hardwareConcurrency} cores`);
  for (const bench of options.benches) {
    console.log();
    await run(bench, options);
  }
  return 0;
}

async function run(bench: Bench, options: Options): Promise<void> {
  switch (bench) {
    case "kernels":
      return benchKernels();
    case "tiles":
      return await benchTiles();
    case "steps":
      if (!options.short) benchAllocation();
      return await benchSteps(options.short ? SHORT_ROUNDS : undefined);
    case "threads":
      return await benchThreads();
    case "wire":
      return await benchWire();
    case "page":
      return await benchPage(options.short);
    case "peers": {
      const rows = await benchPeerSteps(options);
      if (options.json !== null) await keepFigures(options.json, rows);
      return;
    }
    case "peer-wire":
      return await benchPeerWire(options.python);
  }
}

/** @returns a sentence instead when the command line is wrong. */
function parse(args: readonly string[]): Options | string {
  const all = Object.keys(WORKLOADS) as Workload["name"][];
  const options: Options = {
    benches: ["kernels", "tiles", "steps", "threads", "wire"],
    short: false,
    python: "python3",
    folder: null,
    workloads: all,
    json: null,
  };
  let peers = false;
  for (let i = 0; i < args.length; i++) {
    const [name, given] = args[i].split("=", 2);
    if (name === "--peers") {
      peers = true;
      continue;
    }
    if (name === "--short") {
      options.short = true;
      options.benches = ["steps"];
      continue;
    }
    if (!["--only", "--python", "--peers-dir", "--workloads", "--json"].includes(name)) {
      return `Unknown option ${args[i]}.`;
    }
    const value = given ?? args[++i];
    if (value === undefined) return `The option ${name} needs a value.`;
    if (name === "--python") options.python = value;
    if (name === "--peers-dir") options.folder = value;
    if (name === "--json") options.json = value;
    if (name !== "--only" && name !== "--workloads") continue;
    const known: readonly string[] = name === "--only" ? BENCHES : all;
    const names = value.split(",");
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) return `Wanted ${name} with some of ${known.join(", ")}, got ${unknown}.`;
    if (name === "--only") options.benches = BENCHES.filter((bench) => names.includes(bench));
    else options.workloads = all.filter((workload) => names.includes(workload));
  }
  if (peers) options.benches = [...new Set([...options.benches, "peers", "peer-wire"] as const)];
  return options;
}

Deno.exit(await main(Deno.args));
