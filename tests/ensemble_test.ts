/** Several saved models that vote, with the commands that users start. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { votedAccuracy } from "../packages/coordinator/storage/ensemble.ts";
import { runTask } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** Trains the run with each seed. @returns the folders. */
async function trainSeeds(run: SmallRun, seeds: readonly number[]): Promise<string[]> {
  const folders: string[] = [];
  for (const seed of seeds) {
    const args = [run.path, "--port", "0", "--json", "--workers", "1", "--seed", `${seed}`];
    const { code, stdout, stderr } = await runTask("train", args);
    assertEquals(code, 0, stderr);
    folders.push(JSON.parse(stdout).savedTo);
  }
  return folders;
}

/** A PGM of 4 x 4 pixels with a dark border and ink in the middle. */
const PICTURE = "P2 4 4 255\n0 0 0 0\n0 200 90 0\n0 130 40 0\n0 0 0 0\n";

Deno.test("evaluate and predict let models of three seeds vote, and report each one", async () => {
  await using run = await SmallRun.make({ epochs: 1 });
  const folders = await trainSeeds(run, [1, 2, 3]);

  const evaluated = await runTask("evaluate", [...folders, "--json"]);
  assertEquals([evaluated.code, evaluated.stderr], [0, ""]);
  const { models, vote } = JSON.parse(evaluated.stdout);
  assertEquals(models.map(({ seed }: { seed: number }) => seed), [1, 2, 3]);
  for (const [i, folder] of folders.entries()) {
    const alone = await runTask("evaluate", [folder, "--json"]);
    const { accuracy, loss, confusion } = JSON.parse(alone.stdout);
    assertEquals(
      [models[i].folder, models[i].accuracy, models[i].loss, models[i].confusion],
      [folder, accuracy, loss, confusion],
    );
  }
  assertEquals(vote.samples, 200);
  const diagonal = vote.confusion.reduce((sum: number, row: number[], label: number) => sum + row[label], 0);
  assertEquals(vote.accuracy, diagonal / 200);

  assertEquals(await votedAccuracy(folders, "test"), vote.accuracy);

  const told = await runTask("evaluate", folders);
  const percent = (accuracy: number) => `${(100 * accuracy).toFixed(2)} %`;
  const [, ...table] = told.stdout.trimEnd().split("\n").slice(-5);
  assertEquals(
    table.map((line) => line.replace(/ {2,}/, "|")),
    [
      ...folders.map((folder, i) => `${folder}|${percent(models[i].accuracy)}`),
      `the vote of all 3|${percent(vote.accuracy)}`,
    ],
  );
  assertEquals(told.stdout.match(/answered as/g)?.length, 4);

  await Deno.writeTextFile(run.file("picture.pgm"), PICTURE);
  const predicted = await runTask("predict", [...folders, run.file("picture.pgm"), "--json"]);
  assertEquals([predicted.code, predicted.stderr], [0, ""]);
  const said = JSON.parse(predicted.stdout);
  assertEquals(said.votes.reduce((sum: number, n: number) => sum + n, 0), 3);
  assertEquals(said.votes[said.answer], Math.max(...said.votes));
  for (const [i, folder] of folders.entries()) {
    const alone = JSON.parse((await runTask("predict", [folder, run.file("picture.pgm"), "--json"])).stdout);
    assertEquals([said.models[i].answer, said.models[i].outputs], [alone.answer, alone.outputs]);
  }
  const line = (await runTask("predict", [...folders, run.file("picture.pgm")])).stdout;
  assertStringIncludes(
    line,
    `picture.pgm: ${said.answer}  (${said.votes[said.answer]} of 3 votes, mean output `,
  );
});

Deno.test("models that do not fit together, and a missing picture, are one sentence and exit code 2", async () => {
  await using run = await SmallRun.make({ epochs: 1 });
  await using other = await SmallRun.make({ epochs: 1 });
  const [[one], [elsewhere]] = [await trainSeeds(run, [1]), await trainSeeds(other, [2])];
  const cases: [args: string[], ...parts: string[]][] = [
    [["evaluate", one, elsewhere], one, elsewhere, "different data sets"],
    [["evaluate", one, one], "they are the same model", "--seed"],
    [["evaluate", one, "/nowhere/model"], "Cannot load a model from /nowhere/model"],
    [["predict", one, elsewhere, "/nowhere/x.png"], "different data sets"],
    [["predict", one, elsewhere], "no picture was given"],
    [["predict", one, "/nowhere/x.png"], "/nowhere/x.png", "does not exist"],
  ];
  for (const [[task, ...args], ...parts] of cases) {
    const { code, stdout, stderr } = await runTask(task, args);
    assertEquals([code, stdout], [2, ""], stderr);
    for (const part of parts) assertStringIncludes(stderr, part);
    assert(stderr.trimEnd().split("\n").length === 1, stderr);
  }
});
