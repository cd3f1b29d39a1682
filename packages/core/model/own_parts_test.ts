import { assertThrows } from "@std/assert";
import type { Model, OwnLayer } from "./own_parts.ts";
import { planModel } from "./plan.ts";

const model: Omit<Model, "layers"> = { input: [2], loss: "crossEntropy", initialiser: "scaled" };
const hidden = { type: "dense", units: 3, activation: "tanh" } as const;
const output = { type: "dense", units: 2, activation: "sigmoid" } as const;

/** A layer without parameters that says of itself what it likes. */
function liar(inputs: number, outputs: number, shape: number[]): OwnLayer {
  const layer = {
    name: "liar",
    inputs,
    outputs,
    parameters: [],
    bind: () => ({ forward() {}, backward() {} }),
  };
  return { type: "own", plan: () => ({ layers: [layer], shape, summary: "liar", activation: "linear" }) };
}

Deno.test("an own layer whose sizes do not fit is refused with its position and both sizes", () => {
  const nothing: OwnLayer = {
    type: "own",
    plan: () => ({ layers: [], shape: [5], summary: "nothing", activation: "linear" }),
  };
  const twice: OwnLayer = {
    type: "own",
    plan: (input, position) => {
      const [first, second] = [liar(3, 4, [4]), liar(5, 3, [3])].map((own) => own.plan(input, position));
      return { ...second, layers: [...first.layers, ...second.layers] };
    },
  };
  const cases: [OwnLayer, string][] = [
    [liar(9, 3, [3]), "layer 2 does not fit: liar takes 9 inputs, and its input [3] has 3 elements"],
    [liar(3, 7, [5]), "layer 2 does not fit: the output of liar has 7 elements, and its shape is [5]"],
    [nothing, "layer 2 does not fit: its input [3] has 3 elements, and its shape is [5]"],
    [twice, "layer 2 does not fit: liar takes 5 inputs, and the output of liar has 4 elements"],
    [
      liar(3, NaN, [NaN]),
      "layer 2 does not fit: the output of liar has NaN elements, and its shape is [NaN]",
    ],
  ];
  for (const [own, sentence] of cases) {
    const layers = [hidden, own, output];
    assertThrows(
      () => planModel({ ...model, layers }),
      RangeError,
      `Cannot plan a model as ${sentence}`,
    );
  }
});
