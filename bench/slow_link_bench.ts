/**
 * Steps of W3, whose parameters and gradients are 7.4 MB each way, over links that carry less than loopback: milliseconds, median
 * (10th to 90th percentile). One worker; the link is bench/slow_link.ts.
 *
 *     deno run -A bench/slow_link_bench.ts [MEGABYTES_PER_SECOND...]
 */
import { formatFigures, summarise } from "./measure.ts";
import { trainDistributed } from "./distributed_run.ts";
import { WORKLOADS } from "./workloads.ts";

/** 100: about a gigabit a second. */
const RATES = [100, 250];
const ROUNDS = 3;
const RUN = { workload: WORKLOADS.W3, steps: 20, leafSize: 32 };
const LINK = new URL("./slow_link.ts", import.meta.url).pathname;

const rates = Deno.args.length > 0 ? Deno.args.map(Number) : RATES;
for (let round = 0; round < ROUNDS; round++) {
  for (const rate of rates) console.log(`W3, ${rate} MB/s: ${await measure(rate)} ms a step`);
}

async function measure(rate: number): Promise<string> {
  const links: Deno.ChildProcess[] = [];
  const steps = await trainDistributed(RUN, 1, async (port) => {
    const link = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--allow-net=127.0.0.1", LINK, String(port), String(rate)],
      stdout: "piped",
    }).spawn();
    links.push(link);
    for await (const text of link.stdout.pipeThrough(new TextDecoderStream())) return Number(text);
    throw new Error("The link ended before it said its port");
  });
  for (const link of links) {
    link.kill();
    await link.status;
  }
  return formatFigures(summarise(steps.map(({ step }) => step)));
}
