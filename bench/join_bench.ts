/**
 * How long it takes from the start of a worker's process to the first step that it has computed, on loopback, with `quickstart` on
 * real digits: start, handshake, data set, proof, answer.
 *
 *     deno run -A bench/join_bench.ts [rounds]
 */
import { printedLinks } from "../tests/support/join_links.ts";
import { RunningTask } from "../tests/support/processes.ts";
import { Watcher } from "../tests/support/watcher.ts";
import { summarise } from "./measure.ts";

const rounds = Number(Deno.args[0] ?? 5);
const joined: number[] = [], answered: number[] = [];
for (let i = 0; i < rounds; i++) {
  await using coordinator = RunningTask.start("coordinator", ["quickstart", "--port", "0", "--json"]);
  const { port, link } = await printedLinks(coordinator);
  await using watcher = await Watcher.open(port);
  await watcher.event("waiting");
  const started = Date.now();
  await using _ = RunningTask.start("worker", [link]);
  await watcher.step(1);
  joined.push(watcher.eventsOf("workerJoined")[0].at - started);
  answered.push(watcher.steps.at[0] - started);
}
for (const [what, times] of [["joined", joined], ["first step done", answered]] as const) {
  const { median } = summarise(times);
  console.log(`${what.padEnd(16)} ${median.toFixed(0)} ms (${Math.min(...times)} to ${Math.max(...times)})`);
}
