/**
 * A folder with four IDX files, named as MNIST's are:
 *
 * | name begins with | holds |
 * |---|---|
 * | `train-images`, `train-labels` | the training split |
 * | `t10k-images`, `t10k-labels`, or `test-images`, `test-labels` | the test split |
 *
 * Each may be compressed by gzip.
 */
import { basename, join } from "node:path";
import { checkDataSet, type DataSet } from "@tributary/core";
import { UserError } from "@tributary/protocol";
import { type IdxFile, idxSplit } from "./idx_split.ts";
import { readUserFile } from "./user_file.ts";

/** Where Debian's package `dataset-fashion-mnist` puts the files. */
const FASHION_MNIST_FOLDER = "/usr/share/datasets/fashion-mnist";

/**
 * Reads a data set from a folder. There are as many classes as the greatest label says.
 *
 * @param folder absolute path.
 * @throws {UserError} if the folder or a file in it cannot be read.
 * @throws {SyntaxError | RangeError} if a file is damaged, or the files do not belong together.
 */
export async function loadIdxFolder(folder: string, name = `idx:${basename(folder)}`): Promise<DataSet> {
  const names = await fileNames(folder);
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    readFirst(folder, names, ["train-images"]),
    readFirst(folder, names, ["train-labels"]),
    readFirst(folder, names, ["t10k-images", "test-images"]),
    readFirst(folder, names, ["t10k-labels", "test-labels"]),
  ]);
  const { split: train, inputShape } = idxSplit(trainImages, trainLabels);
  const { split: test, inputShape: testShape } = idxSplit(testImages, testLabels);
  if (testShape.join() !== inputShape.join()) {
    throw new RangeError(
      `Cannot use ${testImages.name} as its pictures must be as large as those to train with, ` +
        `${inputShape.join(" x ")}: they are ${testShape.join(" x ")}`,
    );
  }
  const classes = 1 +
    [train, test].reduce((max, { labels }) => labels.reduce((a, b) => Math.max(a, b), max), 0);
  return checkDataSet({ name, inputShape, classes, train, validation: null, test });
}

/**
 * Reads Fashion-MNIST: 60,000 pictures to train with, 10,000 to test with.
 *
 * @throws {UserError} if it is not installed; the sentence says how to get it.
 */
export async function loadFashionMnist(folder: string = FASHION_MNIST_FOLDER): Promise<DataSet> {
  const found = await Deno.stat(folder).then((entry) => entry.isDirectory, () => false);
  if (found) return await loadIdxFolder(folder, "fashion-mnist");
  throw new UserError(
    `Cannot load data set "fashion-mnist" as there is no folder ${folder}: get it by "apt-get install ` +
      `dataset-fashion-mnist", or name the folder that holds its four IDX files by --dataset idx:DIR`,
    2,
  );
}

async function fileNames(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter((entry) => !entry.isDirectory).map((entry) => entry.name).sort();
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "it does not exist" : error;
    throw new UserError(
      `Cannot read folder ${folder} as ${reason instanceof Error ? reason.message : reason}`,
      2,
    );
  }
}

/** A file that is there plain and compressed is read plain, as that name comes first. */
async function readFirst(folder: string, names: string[], prefixes: string[]): Promise<IdxFile> {
  const found = names.find((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  if (found === undefined) {
    throw new UserError(
      `Cannot load a data set from ${folder} as it must hold a file whose name begins with ` +
        `${prefixes.join(" or ")}: it holds ${names.slice(0, 8).join(", ") || "no file"}`,
      2,
    );
  }
  const path = join(folder, found);
  return { name: path, bytes: await readUserFile(path) };
}
