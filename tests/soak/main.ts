/**
 * `deno task soak --minutes N [--seed S] [--faults N]`: one run after the other while faults strike by a schedule that the seed
 * draws. Every run must end by itself, with each sample of each epoch used once and the SHA-256 of one loop over core.
 */
import { command, runCommand, wholeNumber } from "../../packages/coordinator/process/command_line.ts";
import { FaultyRun, workingRun } from "../support/faulty_run.ts";
import { congruential } from "../support/toy.ts";
import { type FaultKind, FAULTS, type Struck } from "./faults.ts";

/** Of 4 steps each: 10 to 20 s a run. */
const EPOCHS = 300;
/** Past this share of a run there is no time left to strike and to recover. */
const STRIKE_UNTIL = 0.85;
/** Every worker is asked for something before the first fault. */
const STRIKE_FROM_STEP = 20;

/** How long, how hard, and which faults. */
interface SoakOptions {
  minutes: number;
  seed: number;
  faults?: number;
}

/** What became of one run. */
interface Soaked {
  faults: Struck[];
  seconds: number;
  /** What was wrong with it, or null. */
  failure: string | null;
}

/** After so many failed runs nothing new is learnt. */
const FAILURES_MAX = 3;

/** One run; strikes until `more` says that it is enough. */
async function soakOnce(
  draw: (below: number) => number,
  sha256: string,
  more: () => boolean,
): Promise<Soaked> {
  const started = performance.now();
  const faults: Struck[] = [];
  let failure: string | null = null;
  try {
    await using run = await workingRun(EPOCHS);
    await using faulty = await FaultyRun.start(run, { args: ["--audit", "1"], folder: run.file("out") });
    await faulty.watcher.step(STRIKE_FROM_STEP);
    const lastStep = EPOCHS * faulty.stepsPerEpoch * STRIKE_UNTIL;
    while (faulty.lastStep < lastStep && faulty.isRunning && more()) {
      const kind = FAULTS[draw(FAULTS.length)];
      const struck = await kind.strike(faulty, [...faulty.workers.keys()][draw(3)], draw);
      if (struck !== null) faults.push({ ...struck, kind: kind.name });
    }
    await faulty.finish(sha256, 120_000);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  return { faults, seconds: (performance.now() - started) / 1_000, failure };
}

async function hashAlone(): Promise<string> {
  await using run = await workingRun(EPOCHS);
  return await run.hashAlone();
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
}

function printTable(runs: readonly Soaked[], seed: number): void {
  const faults = runs.flatMap(({ faults }) => faults);
  const row = (...cells: (string | number)[]) =>
    console.log(
      cells.map((cell, i) => String(cell)[i === 0 ? "padEnd" : "padStart"](i === 0 ? 12 : 16)).join(""),
    );
  console.log("");
  row("fault", "struck", "goes on, mean", "goes on, max", "back, mean");
  for (const kind of [...FAULTS.map(({ name }) => name), "all"] as (FaultKind["name"] | "all")[]) {
    const of = faults.filter((fault) => kind === "all" || fault.kind === kind);
    if (of.length === 0) continue;
    const gaps = of.map(({ gapMs }) => gapMs),
      backs = of.map(({ backMs }) => backMs).filter((ms) => ms !== null);
    const ms = (value: number) => Number.isFinite(value) ? `${Math.round(value)} ms` : "-";
    row(kind, of.length, ms(mean(gaps)), ms(Math.max(...gaps)), ms(mean(backs)));
  }
  console.log(
    `\n${runs.length} runs, ${faults.length} faults, ${failuresOf(runs)} runs failed; seed ${seed}.`,
  );
}

function failuresOf(runs: readonly Soaked[]): number {
  return runs.filter(({ failure }) => failure !== null).length;
}

/** @returns the exit code: 1 when a run failed. */
async function soak({ minutes, seed, faults = Infinity }: SoakOptions): Promise<number> {
  const next = congruential(seed);
  const draw = (below: number) => next() % below;
  const deadline = performance.now() + minutes * 60_000;
  const sha256 = await hashAlone();
  const runs: Soaked[] = [];
  let struck = 0;
  while (performance.now() < deadline && struck < faults && failuresOf(runs) < FAILURES_MAX) {
    let left = faults - struck;
    const soaked = await soakOnce(draw, sha256, () => left-- > 0);
    runs.push(soaked);
    struck += soaked.faults.length;
    const counts = Object.entries(Object.groupBy(soaked.faults, ({ kind }) => kind!));
    const story = counts.map(([kind, of]) => `${of!.length} ${kind}`).join(", ");
    const verdict = soaked.failure === null ? "same bits" : `FAILED: ${soaked.failure}`;
    console.log(`Run ${runs.length}, ${soaked.seconds.toFixed(1)} s: ${story || "no fault"}; ${verdict}.`);
  }
  printTable(runs, seed);
  return failuresOf(runs) > 0 ? 1 : 0;
}

await runCommand(async () => {
  const parsed = command("soak", "Runs, one after the other, while faults strike by a seeded schedule")
    .option("--minutes <n>", "for how long", wholeNumber(0), 10)
    .option("--seed <n>", "decides which faults strike, and when", wholeNumber(0), 1)
    .option("--faults <n>", "end after so many", wholeNumber(0))
    .parse(Deno.args, { from: "user" });
  return await soak(parsed.opts<SoakOptions>());
});
