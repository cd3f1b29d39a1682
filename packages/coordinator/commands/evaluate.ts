/** `deno task evaluate CHECKPOINT`: how good a saved model is. */
import { SPLIT_NAMES, type SplitName } from "@tributary/core";
import { stringify, UserError } from "@tributary/protocol";
import { Option } from "commander";
import { command, runCommand } from "../process/command_line.ts";
import { loadDataSet } from "../data_sources/load_data_set.ts";
import { userPath } from "../data_sources/user_file.ts";
import { loadModel } from "../storage/model_folder.ts";
import { planRun } from "../storage/run_source.ts";
import { evaluateModel, type ModelEvaluation } from "../storage/saved_model.ts";
import { formatAccuracy, formatCount } from "../process/terminal.ts";

interface Options {
  dataset?: string;
  split: SplitName;
  json?: true;
}

await runCommand(async () => {
  const parsed = command("evaluate", "Accuracy and confusion matrix of a saved model.")
    .argument("<model>", "the folder that a run was saved to")
    .option("--dataset <name>", "another data set than the one it was trained on")
    .addOption(new Option("--split <name>", "the part of the data set").choices(SPLIT_NAMES).default("test"))
    .option("--json", "write one JSON object to standard output")
    .parse(Deno.args, { from: "user" });
  const options = parsed.opts<Options>();
  const model = await loadModel(userPath(parsed.args[0]));
  const name = options.dataset ?? model.run.dataset;
  const dataSet = await loadDataSet(name);
  planRun(model.run, dataSet);
  if (dataSet[options.split] === null) {
    const splits = SPLIT_NAMES.filter((split) => dataSet[split] !== null).join(", ");
    throw new UserError(
      `Cannot evaluate on the ${options.split} split of ${name} as it has only ${splits}.`,
      2,
    );
  }
  const warning = overlap(model.run.dataset, name);
  if (warning !== null) console.error(warning);
  const evaluation = evaluateModel(model, dataSet, options.split);
  console.log(
    options.json
      ? stringify({ model: model.run.name, dataset: name, split: options.split, ...evaluation })
      : report(`${model.run.name} on the ${options.split} split of ${name}`, evaluation),
  );
  return 0;
});

/** The digits of `mnist` are the first 10,000 that `mnist-full` trains with. */
function overlap(trainedOn: string, dataset: string): string | null {
  if (trainedOn !== "mnist-full" || dataset !== "mnist") return null;
  return "Warning: this model was trained on mnist-full, which holds all digits of mnist, so this accuracy says little " +
    "about digits that it has not seen.";
}

function report(what: string, { samples, accuracy, loss, confusion }: ModelEvaluation): string {
  const width = Math.max(5, ...confusion.flat().map((n) => formatCount(n).length + 1));
  const row = (cells: (number | string)[]) => cells.map((cell) => String(cell).padStart(width)).join("");
  return [
    `${what}: accuracy ${formatAccuracy(accuracy)} of ${formatCount(samples)} samples, loss ${
      loss.toPrecision(4)
    }`,
    "",
    `${"label".padEnd(7)}answered as`,
    `${" ".repeat(7)}${row(confusion.map((_, answer) => answer))}   correct`,
    ...confusion.map((counts, label) => {
      const total = counts.reduce((sum, n) => sum + n, 0);
      const share = total === 0 ? "" : formatAccuracy(counts[label] / total);
      return `${String(label).padEnd(7)}${row(counts.map((n) => n === 0 ? "." : formatCount(n)))}${
        share.padStart(10)
      }`;
    }),
  ].join("\n");
}
