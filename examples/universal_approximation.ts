/**
 * Chapter 4: a network can compute any function. Draws a formula of x, or of x and y, the network whose weights are set by hand as in
 * the book's proof, and the one that learns.
 *
 *     deno run examples/universal_approximation.ts ["FORMULA" [FROM TO]]
 */
import { approximate, type ApproximationErrors, createWasmKernels, parseFormula } from "@tributary/core";
import { drawCurves, drawSurfaces } from "./support/ascii.ts";

const [text = "0.2 + 0.4x² + 0.3x·sin(15x) + 0.05·cos(50x)", first = "0", last = "1"] = Deno.args;
const kernels = (elements: number) => createWasmKernels(elements, { arithmetic: "exact" });

function main(): void {
  const formula = parseFormula(text), from = numberOf(first), to = numberOf(last);
  console.log(`f = ${text}, from ${from} to ${to}`);
  let wanted: number[] = [], side = 0;
  /** Draws a network's values beside the function's. */
  const draw = (title: string, values: number[], { largest, mean }: ApproximationErrors) => {
    console.log(`\n${title}:\n  wrong by ${largest.toFixed(4)} at most, ${mean.toFixed(4)} on average\n`);
    if (formula.variables === 2) console.log(drawSurfaces([wanted, values], side));
    else console.log(drawCurves([{ mark: "·", values: wanted }, { mark: "o", values }]));
  };
  for (const event of approximate({ formula, from, to }, { kernels })) {
    switch (event.type) {
      case "target":
        ({ values: wanted, side } = event);
        console.log(
          formula.variables === 2
            ? "(left: f, right: the network)"
            : "(·: f, o: the network; where only o is seen, both are)",
        );
        break;
      case "construction": {
        const what = formula.variables === 2
          ? `${event.pieces} x ${event.pieces} towers`
          : `${event.pieces} bumps`;
        draw(`Set by hand: ${what}, ${event.output} output`, event.values, event.errors);
        break;
      }
      case "fit":
        if (event.epoch === 0) console.log(`\nLearning with ${event.steps.length} hidden neurons:`);
        else if (event.epoch < event.epochs) {
          if (event.epoch % (event.epochs / 5) !== 0) break;
          console.log(`  after ${event.epoch} epochs wrong by ${event.errors.largest.toFixed(4)} at most`);
        } else draw(`Learnt in ${event.epochs} epochs`, event.values, event.errors);
    }
  }
}

/** An end of the interval. */
function numberOf(end: string): number {
  const number = Number(end);
  if (end.trim() !== "" && Number.isFinite(number)) return number;
  throw new RangeError(
    `Cannot draw from ${first} to ${last} as "${end}" is no number: write FROM and TO as 0 1`,
  );
}

try {
  main();
} catch (error) {
  if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
  console.error(`${error.message}.`);
  Deno.exit(2);
}
