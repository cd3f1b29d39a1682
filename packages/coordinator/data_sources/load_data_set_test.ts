import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { UserError } from "@tributary/protocol";
import { loadFashionMnist } from "./idx_folder.ts";
import { DATA_SETS, loadDataSet } from "./load_data_set.ts";

const TRAIN_IMAGES = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6);
const TRAIN_LABELS = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 2, 0, 1);
const TEST_IMAGES = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 8);
const TEST_LABELS = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 3);

type Files = Record<string, Uint8Array | string | null>;

const IDX_FILES: Files = {
  "train-images-idx3-ubyte": TRAIN_IMAGES,
  "train-labels-idx1-ubyte": TRAIN_LABELS,
  "t10k-images-idx3-ubyte": TEST_IMAGES,
  "t10k-labels-idx1-ubyte": TEST_LABELS,
};

/** Writes `files` (null: none) into a new folder, which is gone when the caller's scope ends. */
async function folderOf(files: Files): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === "string") await Deno.writeTextFile(join(path, name), content);
    else if (content !== null) await Deno.writeFile(join(path, name), content);
  }
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The sentence with which `name` is refused. */
async function refusal(name: string): Promise<string> {
  const error = await assertRejects(() => loadDataSet(name), UserError);
  assertEquals(error.exitCode, 2);
  assertEquals(error.message.includes("\n"), false);
  return error.message;
}

Deno.test("loadDataSet() reads a folder of IDX files", async () => {
  await using folder = await folderOf(IDX_FILES);
  const { inputShape, classes, train, validation, test } = await loadDataSet(`idx:${folder.path}`);
  assertEquals({ inputShape, classes, validation }, { inputShape: [1, 2], classes: 4, validation: null });
  assertEquals(train, { count: 3, inputs: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(2, 0, 1) });
  assertEquals(test, { count: 1, inputs: Uint8Array.of(7, 8), labels: Uint8Array.of(3) });
});

Deno.test("loadDataSet() reads compressed files, and those called test- instead of t10k-", async () => {
  await using plain = await folderOf(IDX_FILES);
  await using other = await folderOf({
    "train-images.idx3-ubyte.gz": await gzip(TRAIN_IMAGES),
    "train-labels.idx1-ubyte.gz": await gzip(TRAIN_LABELS),
    "test-images.gz": await gzip(TEST_IMAGES),
    "test-labels": TEST_LABELS,
  });
  const expected = await loadDataSet(`idx:${plain.path}`);
  assertEquals({ ...await loadDataSet(`idx:${other.path}`), name: expected.name }, expected);
});

Deno.test("loadDataSet() takes relative paths from the folder the user stood in", async () => {
  await using folder = await folderOf({ "table.csv": "1,0\n2,1\n3,0\n4,1\n5,0\n" });
  const before = Deno.env.get("INIT_CWD");
  Deno.env.set("INIT_CWD", folder.path);
  try {
    assertEquals((await loadDataSet("csv:table.csv")).name, "csv:table.csv");
    assertEquals((await loadDataSet("csv:./table.csv")).train.count, 4);
  } finally {
    if (before === undefined) Deno.env.delete("INIT_CWD");
    else Deno.env.set("INIT_CWD", before);
  }
});

Deno.test("loadDataSet() refuses an unknown name and lists the known ones", async () => {
  for (const name of ["mnits", "", "idx:", "csv:", "MNIST"]) {
    const message = await refusal(name);
    for (const known of DATA_SETS) assertStringIncludes(message, known.name);
  }
});

const WRONG_IDX: [fact: string, changes: Files, message: string][] = [
  [
    "without test labels",
    { "t10k-labels-idx1-ubyte": null },
    "begins with t10k-labels or test-labels: it holds t10k-images",
  ],
  [
    "with a truncated file",
    { "train-images-idx3-ubyte": TRAIN_IMAGES.subarray(0, 20) },
    "3 x 1 x 2, 22 bytes with the header: it has 20",
  ],
  ["with an empty file", { "train-labels-idx1-ubyte": new Uint8Array() }, "it begins with nothing"],
  ["with damaged gzip", { "train-labels-idx1-ubyte": Uint8Array.of(0x1f, 0x8b, 1, 2) }, "Cannot read "],
  [
    "with labels for pictures",
    { "train-images-idx3-ubyte": TRAIN_LABELS },
    "pictures need at least 2 dimensions",
  ],
  [
    "with pictures for labels",
    { "train-labels-idx1-ubyte": TRAIN_IMAGES },
    "labels need 1 dimension: it has 3",
  ],
  [
    "with the other split's labels",
    { "train-labels-idx1-ubyte": TEST_LABELS },
    "there are 1 labels and 3 pictures",
  ],
  [
    "with pictures of two sizes",
    { "t10k-images-idx3-ubyte": Uint8Array.of(...TEST_IMAGES.subarray(0, 8), 0, 0, 0, 2, 0, 0, 0, 1, 7, 8) },
    "its pictures must be as large as those to train with, 1 x 2: they are 2 x 1",
  ],
];
for (const [fact, changes, message] of WRONG_IDX) {
  Deno.test(`loadDataSet() refuses a folder ${fact}`, async () => {
    await using folder = await folderOf({ ...IDX_FILES, ...changes });
    assertStringIncludes(await refusal(`idx:${folder.path}`), message);
  });
}

Deno.test("loadDataSet() refuses a folder or a file that is not there, or is the other", async () => {
  await using folder = await folderOf({ "table.csv": "" });
  assertStringIncludes(await refusal(`idx:${folder.path}/none`), "/none as it does not exist");
  assertStringIncludes(await refusal(`csv:${folder.path}/none.csv`), "/none.csv as it does not exist");
  assertStringIncludes(await refusal(`csv:${folder.path}`), "Cannot read ");
  assertStringIncludes(await refusal(`idx:${folder.path}/table.csv`), "Cannot read folder ");
});

Deno.test("loadDataSet() names file, line and column of a wrong cell", async () => {
  await using folder = await folderOf({ "table.csv": "a,b,label\n1,2,0\n1,two,1\n" });
  assertStringIncludes(
    await refusal(`csv:${folder.path}/table.csv`),
    'table.csv as inputs must be numbers that 32-bit floats can hold: line 3, column 2 (b) holds "two"',
  );
});

Deno.test("loadDataSet() refuses a CSV file that is not UTF-8", async () => {
  await using folder = await folderOf({ "table.csv": Uint8Array.of(0xff, 0xfe, 0x31, 0x00) });
  assertStringIncludes(await refusal(`csv:${folder.path}/table.csv`), "must be text in UTF-8");
});

Deno.test("loadFashionMnist() says how to get the files where they are missing", async () => {
  await using folder = await folderOf({});
  const error = await assertRejects(() => loadFashionMnist(join(folder.path, "none")), UserError);
  assertStringIncludes(error.message, "apt-get install dataset-fashion-mnist");
  assertStringIncludes(error.message, "--dataset idx:DIR");
});
