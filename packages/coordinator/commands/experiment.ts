/** `deno task experiment NAME`: trains the networks of an experiment of the book, and says whether its figure was reached. */
import { stringify, UserError } from "@tributary/protocol";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { votedAccuracy } from "../storage/ensemble.ts";
import { userPath } from "../data_sources/user_file.ts";
import { type Experiment, EXPERIMENTS, findExperiment } from "../experiments/catalog.ts";
import { readTrainedRun, runFolderName, type TrainedRun } from "../experiments/trained_run.ts";
import { judge, ROW_HEAD, type Verdict, verdictRow, verdictText } from "../experiments/verdict.ts";
import { command, runCommand, wholeNumber } from "../process/command_line.ts";
import { onInterrupt } from "../process/interrupts.ts";

interface Options {
  workers: number;
  folder: string;
  monitorTraining?: true;
  table?: true;
  json?: true;
}

const TRAIN = fileURLToPath(new URL("./train.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../../deno.json", import.meta.url));
const RUNS = fileURLToPath(new URL("../../../runs/experiments/", import.meta.url));

await runCommand(async () => {
  const parsed = command(
    "experiment",
    "Trains the networks of an experiment of the book with local workers, and says whether its figure was reached. A run " +
      "that was interrupted goes on where it was; one that is done is not trained again.",
  )
    .argument("[name]", "an experiment of the list below")
    .option("--workers <n>", "local workers", wholeNumber(1, 256), 2)
    .option("--folder <folder>", "where the runs go, a folder each", RUNS)
    .option(
      "--monitor-training",
      "evaluate the training split, too, at each epoch's end, as in train: for plots of overfitting",
    )
    .option("--table", "train nothing: print a table (Markdown) of the experiments that are done")
    .option("--json", "write one JSON object to standard output")
    .addHelpText("after", `\nExperiments:\n${list()}`)
    .parse(Deno.args, { from: "user" });
  const { table, json, workers, folder, monitorTraining } = parsed.opts<Options>();
  const runs = userPath(folder);
  if (table) {
    console.log(await tableOf(runs));
    return 0;
  }
  if (parsed.args.length === 0) {
    console.log(`Experiments, by chapter of the book:\n${list()}`);
    return 0;
  }
  const experiment = findExperiment(parsed.args[0]);
  const trained: TrainedRun[] = [];
  for (const { run, seed } of pairs(experiment)) {
    const done = await train(experiment, { run, seed, runs, workers, monitorTraining });
    if (done === "stopped") {
      console.error(`Stopped in ${run} with seed ${seed}: the same command goes on with it.`);
      return 130;
    }
    trained.push(done);
  }
  const verdict = judge(experiment, trained, await voteOf(experiment, trained));
  console.log(
    json
      ? stringify({
        experiment: experiment.name,
        ...verdict,
        wanted: experiment.wanted,
        book: experiment.book,
        runs: trained,
      })
      : verdictText(experiment, trained, verdict),
  );
  return verdict.reached ? 0 : 1;
});

function pairs({ runs, seeds }: Experiment): { run: string; seed: number }[] {
  return runs.flatMap((run) => seeds.map((seed) => ({ run, seed })));
}

/** Accuracy of all runs voting, where the experiment is a vote. */
async function voteOf(
  { verdict, measure }: Experiment,
  trained: readonly TrainedRun[],
): Promise<number | null> {
  return verdict === "vote" ? await votedAccuracy(trained.map(({ folder }) => folder), measure.split) : null;
}

/** Trains a run to its end, from where it is; it may be there already. */
async function train(
  { measure }: Experiment,
  { run, seed, runs, workers, monitorTraining = false }: {
    run: string;
    seed: number;
    runs: string;
    workers: number;
    monitorTraining?: boolean;
  },
): Promise<TrainedRun | "stopped"> {
  const folder = join(runs, runFolderName(run, seed));
  const done = await readTrainedRun(folder, { run, seed, measure });
  if (done !== null) return done;
  const isBegun = await Deno.stat(join(folder, "run.json")).then(() => true, () => false);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      `--config=${CONFIG}`,
      "--permission-set=launcher",
      TRAIN,
      ...isBegun ? ["--resume"] : [run, `--seed=${seed}`],
      `--checkpoint=${folder}`,
      `--workers=${workers}`,
      ...monitorTraining ? ["--monitor-training"] : [],
      "--port=0",
      "--json",
    ],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  // A Ctrl-C in a terminal reaches the child too, which saves what it has learnt.
  onInterrupt({ stop: () => signal(child, "SIGTERM"), end: () => signal(child, "SIGKILL") });
  const { code } = await child.status;
  const ended = await readTrainedRun(folder, { run, seed, measure });
  if (ended !== null) return ended;
  if (code === 130) return "stopped";
  throw new UserError(
    `Cannot tell what the experiment found as ${run} with seed ${seed} failed: see above.`,
  );
}

function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch {
    // It has ended by itself.
  }
}

/** The experiments whose runs are all done, a row each. */
async function tableOf(runs: string): Promise<string> {
  const rows: string[] = [];
  for (const experiment of EXPERIMENTS) {
    const trained = await Promise.all(
      pairs(experiment).map(({ run, seed }) =>
        readTrainedRun(join(runs, runFolderName(run, seed)), { run, seed, measure: experiment.measure })
      ),
    );
    const done = trained.filter((run) => run !== null);
    if (done.length < trained.length) continue;
    const verdict: Verdict = judge(experiment, done, await voteOf(experiment, done));
    rows.push(verdictRow(experiment, done, verdict));
  }
  return [ROW_HEAD, ...rows].join("\n");
}

function list(): string {
  const width = Math.max(...EXPERIMENTS.map(({ name }) => name.length));
  return EXPERIMENTS.map(({ name, chapter, title, book }) =>
    `  ${name.padEnd(width)}  ch. ${chapter}: ${title} (the book: ${book})`
  ).join("\n");
}
