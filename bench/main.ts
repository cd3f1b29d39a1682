/** `deno task bench`: how fast the kernels, the training steps and the wire are, and on demand the peers. */
import { parseArgs } from "node:util";
import { benchAllocation } from "./allocation_bench.ts";
import { benchKernels } from "./kernels_bench.ts";
import { keepFigures } from "./kept_figures.ts";
import { benchPage } from "./page_bench.ts";
import { benchPeerSteps, benchPeerWire } from "./peers_bench.ts";
import { DEFAULT_PYTHON, missingPeers } from "./peers_list.ts";
import { benchSteps } from "./steps_bench.ts";
import { benchThreads } from "./threads_bench.ts";
import { benchWire } from "./wire_bench.ts";
import { type Workload, WORKLOADS } from "./workloads.ts";

const HELP = `Usage: deno task bench [options]

Measures this machine for about four minutes. Figures are medians; those in brackets are the 10th and 90th percentile.
Other work on the machine disturbs them: compare figures of one run only.

  kernels    matrix products in GFLOP/s, beside the register tile alone and OpenBLAS; the leaf tree's cost (35 s)
  steps      training steps of W1 to W4 in one process, native, wasm and portable; what they allocate (45 s)
  threads    the same steps with one and with two threads (70 s)
  wire       distributed steps by phase with one and two workers over loopback, and an echo in MB/s (80 s)
  page       the page in Chromium, on Linux (2 minutes; only if it is named)
  peers      training steps of other libraries, in turn with ours (4 minutes; only if named, or with --peers)
  peer-wire  PyTorch DDP with two processes against a coordinator with two workers (1 minute; as peers)

Options:
  --only <names>       some of these, with commas between them (by default the first four)
  --short              few rounds, for ratios; without --only, steps only (12 s)
  --peers              peers and peer-wire, too
  --python <path>      with peers or peer-wire: the Python that has PyTorch and numpy (by default ${DEFAULT_PYTHON})
  --peers-dir <path>   with peers: the folder whose node_modules has JavaScript peers: @tensorflow/tfjs with
                       @tensorflow/tfjs-backend-wasm, @jax-js/jax, convnetjs, brain.js, synaptic (needs node)
  --workloads <names>  with peers: some of ${Object.keys(WORKLOADS).join(", ")} (by default all)
  --json <path>        with peers: keep the figures of these workloads in this file, for bench/plot.ts
  --help               show this text
`;

const BENCHES = ["kernels", "steps", "threads", "wire", "page", "peers", "peer-wire"] as const;
type Bench = typeof BENCHES[number];

/** Rounds of a short bench. */
const SHORT_ROUNDS = 3;

/** What the command line asks for. */
interface Options {
  benches: readonly Bench[];
  isShort: boolean;
  python: string | undefined;
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
  const mistake = typeof options === "string" ? options : await mistakeIn(options);
  if (typeof options === "string" || mistake !== null) {
    console.error(`${mistake} (--help lists the options)`);
    return 2;
  }
  console.log(`Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, ${navigator.hardwareConcurrency} cores`);
  for (const bench of options.benches) {
    console.log();
    await run(bench, options);
  }
  return 0;
}

async function run(bench: Bench, { isShort, python, folder, workloads, json }: Options): Promise<void> {
  const rounds = isShort ? SHORT_ROUNDS : undefined;
  switch (bench) {
    case "kernels":
      return await benchKernels(rounds);
    case "steps":
      if (!isShort) benchAllocation();
      return await benchSteps(rounds);
    case "threads":
      return await benchThreads(rounds);
    case "wire":
      return await benchWire(isShort ? 1 : undefined);
    case "page":
      return await benchPage(isShort);
    case "peers": {
      const rows = await benchPeerSteps({ python: python ?? DEFAULT_PYTHON, folder, workloads, rounds });
      if (json !== null) await keepFigures(json, rows);
      return;
    }
    case "peer-wire":
      return await benchPeerWire(python ?? DEFAULT_PYTHON, isShort ? 1 : undefined);
  }
}

/** @returns a sentence when peers are asked for that are not there, or the file for figures cannot be written. */
async function mistakeIn({ benches, python, folder, json }: Options): Promise<string | null> {
  if (!benches.includes("peers") && !benches.includes("peer-wire")) return null;
  try {
    if (json !== null) await keepFigures(json, {});
  } catch (error) {
    return `Cannot keep figures in ${json}: ${(error as Error).message}.`;
  }
  return await missingPeers(python, folder);
}

/** @returns a sentence instead when the command line is wrong. */
function parse(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: "string" },
        short: { type: "boolean", default: false },
        peers: { type: "boolean", default: false },
        python: { type: "string" },
        "peers-dir": { type: "string" },
        workloads: { type: "string" },
        json: { type: "string" },
      },
    });
    const { short: isShort, python, json } = values;
    const usual: readonly Bench[] = isShort ? ["steps"] : ["kernels", "steps", "threads", "wire"];
    const chosen = some("only", values.only, BENCHES) ?? usual;
    const peers = values.peers ? ["peers", "peer-wire"] : [];
    const benches = BENCHES.filter((bench) => chosen.includes(bench) || peers.includes(bench));
    for (const name of ["python", "peers-dir", "workloads", "json"] as const) {
      const users = name === "python" ? ["peers", "peer-wire"] : ["peers"];
      if (values[name] !== undefined && !benches.some((bench) => users.includes(bench))) {
        return `The option --${name} does nothing without ${
          users.join(" or ")
        }: name it with --only, or use --peers.`;
      }
    }
    const all = Object.keys(WORKLOADS) as Workload["name"][];
    const workloads = some("workloads", values.workloads, all) ?? all;
    return { benches, isShort, python, folder: values["peers-dir"] ?? null, workloads, json: json ?? null };
  } catch (error) {
    const [line] = (error as Error).message.split("\n");
    return line.replace(/(?<!\.)$/, ".");
  }
}

/** The names in a list with commas, in the order of `known`. */
function some<Name extends string>(
  option: string,
  list: string | undefined,
  known: readonly Name[],
): readonly Name[] | null {
  if (list === undefined) return null;
  const names: readonly string[] = list.split(",");
  const unknown = names.find((name) => !(known as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new Error(`Wanted --${option} with some of ${known.join(", ")}, got ${unknown || "nothing"}.`);
  }
  return known.filter((name) => names.includes(name));
}

Deno.exit(await main(Deno.args));
