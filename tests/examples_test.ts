/** Every example runs as its first lines say, with no more permissions than it needs, and shows what it is for. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { ROOT, RunningTask } from "./support/processes.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** Tested by their names below. */
const TESTED = [
  "own_data_set.ts",
  "own_layer.ts",
  "own_loss.ts",
  "own_model.ts",
  "own_optimiser.ts",
  "perceptron.ts",
  "universal_approximation.ts",
  "vanishing_gradient.ts",
];

/** Starts an example with some permissions, by default none. */
function startExample(name: string, args: string[] = [], permissions: string[] = []): RunningTask {
  const options = ["--quiet", "--no-prompt", ...permissions];
  return RunningTask.command([Deno.execPath(), "run", ...options, `examples/${name}`, ...args]);
}

/** Runs an example to its end. @returns what it wrote. */
async function runExample(...example: Parameters<typeof startExample>): Promise<string> {
  await using task = startExample(...example);
  const { code, stdout, stderr } = await task.finished();
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

Deno.test("every example has a test here", () => {
  const names = [...Deno.readDirSync(join(ROOT, "examples"))].map(({ name }) => name);
  assertEquals(names.filter((name) => name.endsWith(".ts")).sort(), [...TESTED].sort());
});

Deno.test("examples/perceptron.ts adds with NAND gates, learns NAND, and shows that XOR goes round", async () => {
  const told = await runExample("perceptron.ts");
  assertStringIncludes(told, "   1  1     0       1   0\n");
  assertStringIncludes(told, `= ${(2025).toString(2).padStart(12, "0")}   2025`);
  const [, nand, xor] = told.split("\nLearning ");
  assertStringIncludes(nand, "Learnt in ");
  assertStringIncludes(xor, "it goes round for ever");
  assert(xor.match(/gave [01], so w/g)!.length >= 4);
});

Deno.test("examples/universal_approximation.ts draws the book's function, the construction and what was learnt", async () => {
  const told = await runExample("universal_approximation.ts");
  const [, bumps, epochs] = told.match(
    /Set by hand: 50 bumps[^]*?wrong by ([\d.]+) at most[^]*Learnt in 2000 epochs:\n {2}wrong by ([\d.]+)/,
  )!;
  assert(Number(bumps) < 0.07 && Number(epochs) < 0.01, `${bumps}, ${epochs}`);
  assertEquals(told.match(/^ +0\.853 \|.*o/gm)?.length, 2, "two pictures on the same scale");
});

Deno.test("examples/universal_approximation.ts fits surfaces, and says what is wrong with a formula or an end", async () => {
  const told = await runExample("universal_approximation.ts", ["0.5 + 0.4x y - 0.2y", "-1", "1"]);
  assertStringIncludes(told, "10 x 10 towers, linear output");
  const mistakes: [args: string[], sentence: string][] = [
    [["sin(x"], 'Cannot read the formula "sin(x" at position 6'],
    [["x", "a", "b"], 'Cannot draw from a to b as "a" is no number'],
    [["x", "0", ""], 'as "" is no number'],
  ];
  for (const [args, sentence] of mistakes) {
    await using task = startExample("universal_approximation.ts", args);
    const { code, stdout, stderr } = await task.finished();
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, sentence);
  }
});

Deno.test("examples/vanishing_gradient.ts finds each layer slower than the next one, about as much as the book", async () => {
  const told = await runExample("vanishing_gradient.ts", [], ["--allow-read"]);
  const networks = told.split("\ndeep-").slice(1);
  assertEquals(networks.length, 4);
  for (const [i, network] of networks.entries()) {
    const norms = [...network.matchAll(/layer \d {2}([\d.]+)/g)].map(([, norm]) => Number(norm));
    assertEquals(norms.length, i + 1);
    for (let layer = 1; layer <= i; layer++) assert(norms[layer - 1] < 0.5 * norms[layer], network);
    if (i === 0) continue;
    // The book's weights were drawn from the same distribution with other seeds.
    const [ours, book] = network.match(/first \/ last: ([\d.]+) {2}\(the book: ([\d.]+)/)!.slice(1).map(
      Number,
    );
    assert(ours > book / 3 && ours < 3 * book, `${ours} against ${book}`);
  }
});

Deno.test("the examples of parts of one's own train networks that get it right, with no permission", async () => {
  const cases = {
    own_model:
      /Epoch 40: [^]*dense 30 -> 20, relu[^]*Test accuracy (0\.9|1\.)\d+\n\(0\.5, 0\.5\) is of class 2\n/,
    own_data_set: /has not seen: (0\.9|1\.)\d+\n10110010 has 4 bits\n/,
    own_layer: /residual 16; residual 16; residual 16[^]*Test accuracy (0\.9|1\.)/,
    own_loss: /Test accuracy (0\.9|1\.)\d+, huber loss 0\.0/,
    own_optimiser: /Test accuracy (0\.9|1\.)/,
  };
  for (const [name, told] of Object.entries(cases)) assertMatch(await runExample(`${name}.ts`), told);
});
