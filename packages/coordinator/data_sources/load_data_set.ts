/** Data sets by name, as `--dataset` and run descriptions give them. */
import { type DataSet, limitTraining } from "@tributary/core";
import { type RunDescription, UserError } from "@tributary/protocol";
import { loadCsvFile } from "./csv_file.ts";
import { loadFashionMnist, loadIdxFolder } from "./idx_folder.ts";
import { loadMnist } from "./mnist.ts";
import { loadMnistFull } from "./mnist_full.ts";
import { userPath } from "./user_file.ts";

/** What `--dataset` takes. */
export const DATA_SETS: readonly { name: string; description: string }[] = [
  {
    name: "mnist",
    description: "10,000 handwritten digits of 28 x 28: 8,000 to train with, 2,000 to test with",
  },
  {
    name: "mnist-full",
    description: "all of MNIST: 50,000 to train with, 10,000 to validate with, 10,000 to test with",
  },
  {
    name: "fashion-mnist",
    description: "pictures of clothes of 28 x 28: 60,000 to train with, 10,000 to test with",
  },
  {
    name: "idx:DIR",
    description: "a folder with train-images..., train-labels..., t10k-images... and t10k-labels...",
  },
  {
    name: "csv:FILE",
    description:
      "a table of numbers; the column called label, class or target, or else the last, is the label",
  },
];

/**
 * Loads a data set.
 *
 * @param name one of {@link DATA_SETS}; a relative path in it is relative to the folder the user stood in.
 * @throws {UserError} if there is no such data set, or it cannot be read, or is damaged.
 */
export async function loadDataSet(name: string): Promise<DataSet> {
  try {
    return await load(name);
  } catch (error) {
    // What core says of a file's content is a full sentence.
    if (error instanceof RangeError || error instanceof SyntaxError) throw new UserError(error.message, 2);
    throw error;
  }
}

/**
 * Loads what a run learns from: its data set, or the first `trainingSamples` of it.
 *
 * @throws {UserError} as {@link loadDataSet}, or when there are not so many samples.
 */
export async function loadRunData(
  { dataset, trainingSamples }: Pick<RunDescription, "dataset" | "trainingSamples">,
): Promise<DataSet> {
  const dataSet = await loadDataSet(dataset);
  if (trainingSamples === undefined) return dataSet;
  try {
    return limitTraining(dataSet, trainingSamples);
  } catch (error) {
    throw new UserError(`${(error as Error).message}.`, 2);
  }
}

async function load(name: string): Promise<DataSet> {
  if (name === "mnist") return await loadMnist();
  if (name === "mnist-full") return await loadMnistFull();
  if (name === "fashion-mnist") return await loadFashionMnist();
  const [, kind, path] = name.match(/^(idx|csv):(.+)$/s) ?? [];
  if (kind === "idx") return await loadIdxFolder(userPath(path!));
  if (kind === "csv") return await loadCsvFile(userPath(path!));
  const wanted = DATA_SETS.map((dataSet) => dataSet.name).join(", ");
  throw new UserError(`Cannot load data set ${JSON.stringify(name)}: the name must be one of ${wanted}`, 2);
}
