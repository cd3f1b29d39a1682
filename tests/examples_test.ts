/** Every example runs as its first lines say, with no more permissions than it needs, and shows what it is for. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { ROOT, RunningTask } from "./support/processes.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** Tested by their names below. */
const TESTED = ["perceptron.ts"];

/** Runs an example to its end. @returns what it wrote. */
async function runExample(name: string, args: string[] = [], permissions: string[] = []): Promise<string> {
  const command = [
    Deno.execPath(),
    "run",
    "--quiet",
    "--no-prompt",
    ...permissions,
    `examples/${name}`,
    ...args,
  ];
  await using task = RunningTask.command(command);
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
