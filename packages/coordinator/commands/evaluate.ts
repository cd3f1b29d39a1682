/** `deno task evaluate MODEL...`: how good a saved model is, or several that vote. */
import { SPLIT_NAMES, type SplitName } from "@tributary/core";
import { stringify, UserError } from "@tributary/protocol";
import { Option } from "commander";
import { command, runCommand } from "../process/command_line.ts";
import { ensembleReport, evaluationReport } from "../process/evaluation_report.ts";
import { loadDataSet } from "../data_sources/load_data_set.ts";
import { evaluateEnsemble, loadEnsemble } from "../storage/ensemble.ts";
import { planRun } from "../storage/run_source.ts";

interface Options {
  dataset?: string;
  split: SplitName;
  json?: true;
}

await runCommand(async () => {
  const parsed = command(
    "evaluate",
    "Accuracy and confusion matrix of a saved model, or of several and their vote.",
  )
    .argument("<models...>", "the folders that runs were saved to, usually of one run with different seeds")
    .option("--dataset <name>", "another data set than the one it was trained on")
    .addOption(new Option("--split <name>", "the part of the data set").choices(SPLIT_NAMES).default("test"))
    .option("--json", "write one JSON object to standard output")
    .parse(Deno.args, { from: "user" });
  const options = parsed.opts<Options>();
  const members = await loadEnsemble(parsed.args, options.dataset);
  const name = options.dataset ?? members[0].model.run.dataset;
  const dataSet = await loadDataSet(name);
  for (const { model } of members) planRun(model.run, dataSet);
  if (dataSet[options.split] === null) {
    const splits = SPLIT_NAMES.filter((split) => dataSet[split] !== null).join(", ");
    throw new UserError(
      `Cannot evaluate on the ${options.split} split of ${name} as it has only ${splits}.`,
      2,
    );
  }
  const warning = overlap(members.map(({ model }) => model.run.dataset), name);
  if (warning !== null) console.error(warning);
  const { models, vote } = evaluateEnsemble(members, dataSet, options.split);
  const where = `the ${options.split} split of ${name}`;
  const about = { dataset: name, split: options.split };
  const runName = members[0].model.run.name;
  if (members.length === 1) {
    console.log(
      options.json
        ? stringify({ model: runName, ...about, ...models[0] })
        : evaluationReport(`${runName} on ${where}`, models[0]),
    );
  } else if (options.json) {
    const each = models.map((evaluation, i) => ({
      model: members[i].model.run.name,
      folder: members[i].name,
      seed: members[i].model.run.seed,
      ...evaluation,
    }));
    console.log(stringify({ ...about, models: each, vote }));
  } else {
    const each = models.map((evaluation, i) => ({ name: members[i].name, evaluation }));
    const all = { name: `the vote of all ${members.length}`, evaluation: vote };
    console.log(ensembleReport([...each, all], where));
  }
  return 0;
});

/** The digits of `mnist` are the first 10,000 that `mnist-full` trains with. */
function overlap(trainedOn: readonly string[], dataset: string): string | null {
  if (!trainedOn.includes("mnist-full") || dataset !== "mnist") return null;
  return "Warning: this model was trained on mnist-full, which holds all digits of mnist, so this accuracy says little " +
    "about digits that it has not seen.";
}
