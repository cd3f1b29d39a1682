import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { csvDataSet } from "./csv_data_set.ts";
import type { DataSet } from "./data_set.ts";

const read = (...lines: string[]) => csvDataSet(lines.join("\n"), "x.csv");

/** Samples as `label: inputs`, sorted, so that the order of the split does not matter. */
function samples({ train, test, inputShape: [length] }: DataSet): string[] {
  return [train, test].flatMap(({ inputs, labels }) =>
    [...labels].map((label, i) => `${label}: ${inputs.slice(i * length, (i + 1) * length).join(" ")}`)
  ).sort();
}

Deno.test("csvDataSet() numbers the names of the last column in their order", () => {
  const dataSet = read("0.5,2,pear", "1.5,2,apple", "2.5,3,pear", "3.5,3,fig", "4.5,-1e-3,apple");
  assertEquals(dataSet.inputShape, [2]);
  assertEquals(dataSet.classes, 3);
  assertEquals(dataSet.validation, null);
  const small = Math.fround(-1e-3);
  assertEquals(samples(dataSet), ["0: 1.5 2", `0: 4.5 ${small}`, "1: 3.5 3", "2: 0.5 2", "2: 2.5 3"]);
});

Deno.test("csvDataSet() finds the column called label, class or target, in any case", () => {
  for (const title of ["label", "class", "Target"]) {
    const dataSet = read(`a,${title},b`, "0.5,1,9", "0.5,0,8", "0.5,2,7", "0.5,1,6", "0.5,1,5");
    assertEquals(dataSet.classes, 3);
    assertEquals(samples(dataSet), ["0: 0.5 8", "1: 0.5 5", "1: 0.5 6", "1: 0.5 9", "2: 0.5 7"]);
  }
});

Deno.test("csvDataSet() takes numbered columns for a header where the last is called label", () => {
  assertEquals(samples(read("0,1,label", ...new Array(5).fill("3,4,1"))), new Array(5).fill("1: 3 4"));
});

Deno.test("csvDataSet() keeps whole numbers from 0 to 255 as bytes, but not zeros and ones alone", () => {
  const bytes = read("0,255,0", "7,1,1", "7,1,1", "7,1,1", "7,1,1");
  assertInstanceOf(bytes.train.inputs, Uint8Array);
  assertEquals(samples(bytes), ["0: 0 255", "1: 7 1", "1: 7 1", "1: 7 1", "1: 7 1"]);
  for (const cell of ["1", "256", "-1", "2.5"]) {
    const floats = read(`${cell},0,0`, "0,1,1", "0,1,1", "0,1,1", "0,1,1");
    assertInstanceOf(floats.train.inputs, Float32Array);
    assertInstanceOf(floats.test.inputs, Float32Array);
    assertEquals(samples(floats)[0], `0: ${cell} 0`);
  }
});

Deno.test("csvDataSet() keeps a fifth for testing, the same at every reading", () => {
  const lines = Array.from({ length: 104 }, (_, i) => `${i + 0.5},${i % 2}`);
  const dataSet = read(...lines);
  assertEquals([dataSet.train.count, dataSet.test.count], [84, 20]);
  assertEquals(new Set(samples(dataSet)).size, 104);
  assertEquals(read(...lines), dataSet);
});

const WRONG: [fact: string, lines: string[], message: string][] = [
  ["without text", [], "at least 2 columns parted by commas are needed: there are 0"],
  ["with semicolons", ["1;2;3", "1;2;3"], "at least 2 columns parted by commas are needed: there are 1"],
  ["with 4 samples", ["a,b", "1,0", "1,1", "1,0", "1,1"], "at least 5 samples are needed: there are 4"],
  ["with a short line", ["1,2,0", "1,2,0", "1,2"], "all lines must have 3 cells like line 1: line 3 has 2"],
  ["with a word among the inputs", ["x,y", "1,0", "one,0"], 'line 3, column 1 (x) holds "one"'],
  ["with an empty input", ["1,2,0", "1,,0"], 'line 2, column 2 holds ""'],
  ["with a number beyond f32", ["1,0", "1e39,0"], 'line 2, column 1 holds "1e39"'],
  [
    "with a label that is no whole number",
    ["1,0", "1,1", "1,0.5", "1,1", "1,1"],
    "line 3, column 2 holds 0.5",
  ],
  ["with a label above 255", ["1,0", "1,1", "1,256", "1,1", "1,1"], "line 3, column 2 holds 256"],
  ["with an empty label", ["1,0", "1,", "1,0", "1,1", "1,1"], "line 2, column 2 is empty"],
  ["with one class", new Array(5).fill("1,a"), "it must have 2 to 256 classes: it has 1"],
  [
    "with 257 names",
    Array.from({ length: 257 }, (_, i) => `1,name${i}`),
    "at most 256 classes: column 2 holds 257",
  ],
];
for (const [fact, lines, message] of WRONG) {
  Deno.test(`csvDataSet() refuses a table ${fact}`, () => {
    const error = assertThrows(() => read(...lines), Error);
    assert(error.message.includes(message), error.message);
    assert(error.message.includes("x.csv"), error.message);
  });
}
