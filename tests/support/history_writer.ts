/** A process that records a run without end, as fast as it can, and writes after each writing how many steps it had. */
import { TestRun } from "../../packages/coordinator/history/testing.ts";
import { openHistoryFile } from "../../packages/coordinator/history/history_file.ts";
import { FakeClock } from "./fake_clock.ts";

const STEPS = 170;
using clock = new FakeClock();
const run = new TestRun(openHistoryFile(Deno.args[0], 50));
for (let step = 1;; step += STEPS) {
  run.train(step, step + STEPS - 1);
  clock.tick(1_000);
  Deno.stdout.writeSync(new TextEncoder().encode(`${step + STEPS - 1}\n`));
}
