import { assertEquals } from "@std/assert";
import type { RunDescription } from "@tributary/protocol";
import fc from "fast-check";
import { FACTS } from "../run/testing.ts";
import { differencesOf } from "./differences.ts";

const RUN = FACTS.run;

/** Any JSON that a description could be one day. */
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    tie("list"),
    tie("object"),
  ),
  list: fc.array(tie("value"), { maxLength: 3 }),
  object: fc.dictionary(fc.stringMatching(/^[a-d]{1,2}$/), tie("value"), { maxKeys: 4 }),
})).object as fc.Arbitrary<Record<string, unknown>>;
const asRun = (value: unknown) => value as RunDescription;

Deno.test("differencesOf() tells the fields that differ, by hand", () => {
  const layers: RunDescription["model"]["layers"] = [
    { type: "dense", units: 30, activation: "sigmoid" },
    ...RUN.model.layers,
  ];
  const other: RunDescription = {
    ...RUN,
    name: "other",
    description: "Not told.",
    optimiser: { type: "momentum", learningRate: 0.1, momentum: 0.9 },
    regulariser: { type: "l2", weightDecay: 5 },
    model: { ...RUN.model, input: [784], layers },
  };
  assertEquals(differencesOf([RUN, other]), [
    { path: "model.input", values: ["[28,28]", "[784]"] },
    { path: "model.layers[0].units", values: ["10", "30"] },
    { path: "model.layers[0].activation", values: ['"softmax"', '"sigmoid"'] },
    { path: "optimiser.type", values: ['"sgd"', '"momentum"'] },
    { path: "regulariser", values: ["null", null] },
    { path: "model.layers[1].type", values: [null, '"dense"'] },
    { path: "model.layers[1].units", values: [null, "10"] },
    { path: "model.layers[1].activation", values: [null, '"softmax"'] },
    { path: "optimiser.momentum", values: [null, "0.9"] },
    { path: "regulariser.type", values: [null, '"l2"'] },
    { path: "regulariser.weightDecay", values: [null, "5"] },
  ]);
});

Deno.test("differencesOf() of equal descriptions, of one and of none is nothing", () => {
  assertEquals(differencesOf([]), []);
  fc.assert(fc.property(json, fc.integer({ min: 1, max: 4 }), (value, count) => {
    assertEquals(differencesOf(Array.from({ length: count }, () => asRun(structuredClone(value)))), []);
  }));
});

Deno.test("differencesOf() tells one changed field and nothing else, wherever it is", () => {
  fc.assert(
    fc.property(json, fc.array(fc.constantFrom("x", "y"), { minLength: 1, maxLength: 4 }), (value, path) => {
      const withLeaf = (leaf: number) => {
        const all = structuredClone(value) as Record<string, unknown>;
        let place = all;
        for (const name of path.slice(0, -1)) place = place[name] = {};
        place[path.at(-1)!] = leaf;
        return asRun(all);
      };
      assertEquals(differencesOf([withLeaf(1), withLeaf(1), withLeaf(2)]), [
        { path: path.join("."), values: ["1", "1", "2"] },
      ]);
    }),
  );
});

Deno.test("differencesOf() goes by the descriptions alone: their order changes the order of values only", () => {
  fc.assert(fc.property(json, json, (a, b) => {
    const sorted = (runs: unknown[]) =>
      differencesOf(runs.map(asRun)).map(({ path, values }) => ({ path, values })).sort((a, b) =>
        a.path < b.path ? -1 : 1
      );
    assertEquals(
      sorted([b, a]).map(({ path, values }) => ({ path, values: [...values].reverse() })),
      sorted([a, b]),
    );
    for (const { values } of sorted([a, b])) assertEquals(values[0] === values[1], false);
  }));
});
