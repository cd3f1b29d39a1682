/** `deno task bench`: how fast the kernels, the training steps and the wire are, and on demand the peers. */
import { benchAllocation } from "./allocation_bench.ts";
import { benchKernels } from "./kernels_bench.ts";
import { benchPeers } from "./peers_bench.ts";
import { benchSteps } from "./steps_bench.ts";
import { benchWire } from "./wire_bench.ts";

const HELP = `Usage: deno task bench [options]

Measures this machine for about two minutes: the matrix products, training steps in one process, and the steps of
distributed runs over loopback. Figures are medians; those in brackets are the 10th and 90th percentile. Other work on
the machine disturbs them: compare figures of one run only.

Options:
  --only <names>   some of kernels, steps, wire, peers, with commas between them
  --peers          also measure PyTorch and numpy, where they are installed, in turn with us (2 minutes more)
  --python <path>  the Python that has them (by default python3)
  --help           show this text
`;

const BENCHES = ["kernels", "steps", "wire", "peers"] as const;
type Bench = typeof BENCHES[number];

/** What the command line asks for. */
interface Options {
  benches: readonly Bench[];
  python: string;
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
    if (bench === "kernels") benchKernels();
    if (bench === "steps") {
      benchAllocation();
      await benchSteps();
    }
    if (bench === "wire") await benchWire();
    if (bench === "peers") await benchPeers(options.python);
  }
  return 0;
}

/** @returns a sentence instead when the command line is wrong. */
function parse(args: readonly string[]): Options | string {
  let benches: readonly Bench[] = ["kernels", "steps", "wire"];
  let peers = false;
  let python = "python3";
  for (let i = 0; i < args.length; i++) {
    const [name, given] = args[i].split("=", 2);
    if (name === "--peers") {
      peers = true;
      continue;
    }
    if (name !== "--only" && name !== "--python") return `Unknown option ${args[i]}.`;
    const value = given ?? args[++i];
    if (value === undefined) return `The option ${name} needs a value.`;
    if (name === "--python") {
      python = value;
      continue;
    }
    const names = value.split(",");
    const unknown = names.find((name) => !BENCHES.includes(name as Bench));
    if (unknown !== undefined) return `Wanted --only with some of ${BENCHES.join(", ")}, got ${unknown}.`;
    benches = BENCHES.filter((bench) => names.includes(bench));
  }
  if (peers && !benches.includes("peers")) benches = [...benches, "peers"];
  return { benches, python };
}

Deno.exit(await main(Deno.args));
