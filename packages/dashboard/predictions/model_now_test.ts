import { assertEquals } from "@std/assert";
import { encodeSafetensors } from "@tributary/core";
import type { RunFacts } from "@tributary/protocol";
import { firstValueFrom, toArray } from "rxjs";
import { FACTS } from "../run/testing.ts";
import { ModelNow, type RunMoment } from "./model_now.ts";
import type { Predictor } from "./predictor.ts";

const course = {};
const facts: RunFacts = {
  ...FACTS,
  run: { ...FACTS.run, model: { ...FACTS.run.model, input: [2, 2] } },
  samples: { train: 40, validation: null, test: 2_500 },
};

/** Inputs count up, labels are 0, 1, 2, ... */
function samplesAt(path: string): Uint8Array<ArrayBuffer> {
  const [first, end] = path.split("/").at(-1)!.split("-").map(Number);
  const inputs = Uint8Array.from({ length: 4 * (end - first) }, (_, i) => 4 * first + i);
  const labels = Uint8Array.from({ length: end - first }, (_, i) => (first + i) % 10);
  return encodeSafetensors(
    new Map([
      ["inputs", { shape: [end - first, 2, 2], data: inputs }],
      ["labels", { shape: [end - first], data: labels }],
    ]),
    new Map([["classes", "10"]]),
  );
}

/** A model whose coordinator and thread are made up; `paths` are what was fetched, `asked` are the parameters that were asked. */
function model() {
  const run = { step: 3, served: 3, isGone: false, course: course as unknown };
  const paths: string[] = [];
  const asked: number[] = [];
  let current = NaN;
  const predictor: Predictor = {
    setSamples: () => {},
    setParameters: (parameters) => current = parameters[0],
    look: () => {
      asked.push(current);
      const empty = {
        answers: new Uint8Array(0),
        confidences: new Float32Array(0),
        losses: new Float64Array(0),
      };
      return Promise.resolve({ ...empty, loss: current, ms: 0 });
    },
    ask: () => {
      asked.push(current);
      return Promise.resolve(Float32Array.of(current));
    },
    [Symbol.dispose]: () => {},
  };
  const now = new ModelNow({
    facts,
    start: () => predictor,
    moment: (): RunMoment => ({ step: run.step, course: run.course }),
    request: (path) => {
      paths.push(path);
      if (run.isGone) return Promise.reject(new Error("Failed to fetch"));
      const headers = { "x-tributary-step": String(run.served) };
      const body = path === "/parameters" ? Float32Array.of(run.served) : samplesAt(path);
      return Promise.resolve(new Response(body, { headers }));
    },
  });
  return { now, run, paths, asked };
}

Deno.test("a look fetches samples in pieces, tells how far it is, and asks the model of that moment", async () => {
  const { now, paths, asked } = model();
  const news = await firstValueFrom(now.look().pipe(toArray()));
  assertEquals(paths, [
    "/parameters",
    "/samples/test/0-1000",
    "/samples/test/1000-2000",
    "/samples/test/2000-2500",
  ]);
  assertEquals(news.map((item) => item.type === "fetching" ? item.done : item.type), [
    0,
    1_000,
    2_000,
    "computing",
    "looked",
  ]);
  const look = news.at(-1)!;
  if (look.type !== "looked") throw new Error("It was not looked at");
  const { step, loss, samples } = look.look;
  assertEquals([step, loss, asked], [3, 3, [3]]);
  assertEquals([samples.count, samples.shape, samples.classes], [2_500, [2, 2], 10]);
  assertEquals(samples.inputs, Uint8Array.from({ length: 10_000 }, (_, i) => i));
  assertEquals(samples.labels.subarray(2_000, 2_003), Uint8Array.of(0, 1, 2));
});

Deno.test("parameters are fetched again only when the run has gone on, or its history is told anew", async () => {
  const { now, run, paths } = model();
  await now.refresh();
  await now.refresh();
  assertEquals(paths.length, 1);
  run.step = 4;
  run.served = 6; // it goes on meanwhile
  await now.refresh();
  run.step = 6;
  await now.refresh();
  assertEquals(paths.length, 2);
  run.course = {};
  await now.refresh();
  assertEquals(paths.length, 3);
});

Deno.test("what was on its way before the run had gone on is not taken for its last state", async () => {
  const { now, run, paths, asked } = model();
  const early = now.refresh();
  run.step = run.served = 9;
  await Promise.all([early, now.refresh()]);
  assertEquals(paths.length, 2);
  await now.ask(new Uint8Array(4));
  assertEquals(asked, [9]);
});

Deno.test("questions that come together fetch the parameters once", async () => {
  const { now, paths } = model();
  const answers = await Promise.all([now.ask(new Uint8Array(4)), now.ask(new Uint8Array(4))]);
  assertEquals(answers, [{ step: 3, outputs: Float32Array.of(3) }, { step: 3, outputs: Float32Array.of(3) }]);
  assertEquals(paths, ["/parameters"]);
});

Deno.test("a look that fails is news, and the next one may succeed", async () => {
  const { now, run } = model();
  run.isGone = true;
  assertEquals(await firstValueFrom(now.look().pipe(toArray())), [{
    type: "failed",
    reason: "Failed to fetch",
  }]);
  run.isGone = false;
  const news = await firstValueFrom(now.look().pipe(toArray()));
  assertEquals(news.at(-1)!.type, "looked");
});
