/**
 * How convolutions are computed: with one lane for each map of the result, so that a picture is read where it lies, whatever its
 * width. Weights, derivatives and results are transposed to that order and back, which costs a few hundredths of the products.
 */
import type { ConvolutionSize } from "@tributary/core";
import type { Machine } from "./machine.ts";
import { place, Plan, SCRATCH } from "./plan.ts";
import { type GradientShape, gradientTiles } from "./programs/gradient_tiles.ts";
import { addAll, copyMaps, transposeExact } from "./programs/moves.ts";
import { productTiles, UNROLL } from "./programs/product_tiles.ts";
import type { ProgramStore } from "./programs/program_store.ts";
import { panelsOf, rowsOf } from "./tile_sizes.ts";
import { Scratch, WindowPlanner, windowsOf } from "./window_planner.ts";

/** Operands: the picture or derivative that is read, the weights or the other derivative, and what is written. */
const A = 0, B = 1, Y = 2;

/** Elements of a window up to which there is code for each of them. */
const AREA_MAX = 64;

/** Calls before the first sample, and for each of them. */
export interface SamplePlans {
  readonly before: Plan;
  readonly sample: Plan;
}

/** Calls that may leave out terms of +0, and those that do not. */
export interface BackwardPlans extends SamplePlans {
  /** Takes the place of `sample` where that gave -0, infinity or NaN. */
  readonly whole: Plan;
}

/** Calls of the sums over a leaf tree. Level 0 is the lowest of the sums that wait. */
export interface LeafPlans {
  /** Before the first sample. */
  readonly before: Plan;
  /** One sample into the sum at a level: a leaf's first one, or another. */
  sample(level: number, isFirst: boolean): Plan;
  /** Adds the sum at a level to the one below it. */
  fold(level: number): Plan;
  /** Writes the sum at level 0 to where it belongs. */
  readonly after: Plan;
}

/** Plans convolutions for one machine. Every method gives null where it has no code for a size. */
export class ConvolutionPlans {
  readonly #programs: ProgramStore;
  readonly #machine: Machine;
  readonly #planner: WindowPlanner;

  /** `machine` is any of those that the programs are for. */
  constructor(programs: ProgramStore, machine: Machine) {
    this.#programs = programs;
    this.#machine = machine;
    this.#planner = new WindowPlanner(programs, machine);
  }

  /** y from x (A), w (B) and the biases. */
  forward(size: ConvolutionSize): SamplePlans | null {
    const { inputs, outputs } = size;
    const { windows, area } = windowsOf(size);
    const scratch = new Scratch();
    const [before, sample] = [new Plan(), new Plan()];
    const picture = this.#planner.padded(size, windows, scratch, before, sample);
    const panels = panelsOf(this.#machine, outputs).map((panel) => {
      const to = scratch.take(inputs * area * this.#planner.step(panel));
      const from = place(B, 4 * panel.first * inputs * area);
      this.#planner.pack(before, panel, from, to, inputs * area);
      return { ...panel, at: to };
    });
    const count = windows.down * windows.across;
    const result = scratch.take(4 * count * outputs);
    if (!scratch.fits || area > AREA_MAX) return null;
    this.#planner.correlate(sample, {
      picture,
      windows,
      maps: inputs,
      columns: outputs,
      panels,
      result,
      bias: true,
      filled: null,
    });
    const shape = { rows: count, columns: outputs, fromRow: 4 * outputs, toRow: 4 * count };
    sample.call(
      this.#programs.get("transpose exact", shape, transposeExact),
      place(SCRATCH, result),
      place(Y),
    );
    return { before, sample };
  }

  /**
   * dx from dy (A) and w (B): all windows at distances of 1 on dy with +0 around it, whose elements are taken backwards. `sample`
   * leaves out the terms of that +0. With finite weights they are ±0, and adding ±0 to a chain changes it only where it is -0,
   * which a chain that starts at +0 becomes by underflow alone; then it ends as another number all the same, or as -0. Every weight
   * has a term in every sample, so that weights which are not finite show as well.
   */
  backward(size: ConvolutionSize): BackwardPlans | null {
    const { inputs, outputs, height, width, kernelHeight, kernelWidth, stride, padding } = size;
    const { windows: forward, area } = windowsOf(size);
    if (stride !== 1) return null;
    const row = 4 * (width + kernelWidth - 1);
    const map = row * (height + kernelHeight - 1);
    const windows = { map, row, kernelHeight, kernelWidth, stride, down: height, across: width };
    const scratch = new Scratch();
    const before = new Plan();
    const spread = scratch.take(outputs * map);
    this.#planner.clear(before, spread, outputs * map);
    const inner = { height: forward.down, width: forward.across, toRow: row, toMap: map };
    const [top, left] = [kernelHeight - 1 - padding, kernelWidth - 1 - padding];
    const filled = { top, left, height: forward.down, width: forward.across };
    const panels = panelsOf(this.#machine, inputs).map((panel) => {
      const to = scratch.take(outputs * area * this.#planner.step(panel));
      for (let o = 0; o < outputs; o++) {
        const from = place(B, 4 * (o * inputs + panel.first) * area);
        this.#planner.pack(before, panel, from, to + o * area * this.#planner.step(panel), area);
      }
      return { ...panel, at: to };
    });
    const result = scratch.take(4 * height * width * inputs);
    if (!scratch.fits || area > AREA_MAX) return null;
    const shape = { rows: height * width, columns: inputs, fromRow: 4 * inputs, toRow: 4 * height * width };
    const [sample, whole] = [filled, null].map((filled) => {
      const plan = new Plan();
      plan.call(
        this.#programs.get("copy maps", inner, copyMaps),
        place(A),
        place(SCRATCH, spread + top * row + 4 * left),
        outputs,
      );
      this.#planner.correlate(plan, {
        picture: place(SCRATCH, spread),
        windows,
        maps: outputs,
        columns: inputs,
        panels,
        result,
        bias: false,
        filled,
      });
      plan.call(
        this.#programs.get("transpose exact", shape, transposeExact),
        place(SCRATCH, result),
        place(Y),
      );
      return plan;
    });
    return { before, sample, whole };
  }

  /** dw and, behind it, db from x (A) and dy (B), with at most so many sums waiting. */
  leaves(size: ConvolutionSize, levels: number): LeafPlans | null {
    const { inputs, outputs } = size;
    const { windows, area } = windowsOf(size);
    const terms = inputs * area;
    const scratch = new Scratch();
    const [before, padded, after] = [new Plan(), new Plan(), new Plan()];
    const picture = this.#planner.padded(size, windows, scratch, before, padded);
    const count = windows.down * windows.across;
    const panels = panelsOf(this.#machine, outputs).map((panel) => ({
      ...panel,
      at: scratch.take(count * this.#planner.step(panel)),
    }));
    const slotVectors = Math.ceil((terms + 1) * outputs / this.#machine.lanes);
    const slots = Array.from({ length: levels }, () => scratch.take(4 * slotVectors * this.#machine.lanes));
    if (!scratch.fits || area > AREA_MAX) return null;

    const sample = (level: number, more: boolean): Plan => {
      const plan = new Plan();
      if (size.padding > 0) this.#planner.padded(size, windows, null, null, plan, picture);
      for (const panel of panels) {
        this.#planner.pack(plan, panel, place(B, 4 * panel.first * count), panel.at, count);
        const bStep = this.#planner.step(panel);
        const shape: GradientShape = {
          ...windows,
          width: panel.width,
          bStep,
          cRow: 4 * outputs,
          rows: rowsOf(this.#machine, panel.vectors),
          more,
        };
        const to = slots[level] + 4 * panel.first;
        const right = place(SCRATCH, panel.at);
        plan.call(
          this.#programs.get("gradient", shape, gradientTiles),
          picture,
          right,
          place(SCRATCH, to),
          inputs,
        );
        // A product by 1 is exact: dy·1 + sum is dy + sum.
        const sums = {
          rows: 1,
          width: panel.width,
          aRow: 0,
          aStep: 0,
          bStep,
          packed: true,
          cRow: 0,
          more,
          bias: false,
        };
        const one = place(SCRATCH, 0);
        const db = place(SCRATCH, to + 4 * terms * outputs);
        const [turns, rest] = [Math.floor(count / UNROLL), count % UNROLL];
        plan.call(this.#programs.get("product", sums, productTiles), one, right, db, turns, rest, 1, 0);
      }
      return plan;
    };
    const samples = slots.map((_, level) => [sample(level, false), sample(level, true)]);
    const folds = slots.map((slot, level) => {
      const plan = new Plan();
      if (level === 0) return plan;
      const [left, right] = [place(SCRATCH, slots[level - 1]), place(SCRATCH, slot)];
      plan.call(this.#programs.get("add", {}, addAll), right, left, slotVectors);
      return plan;
    });
    const shape = { rows: terms, columns: outputs, fromRow: 4 * outputs, toRow: 4 * terms };
    after.call(
      this.#programs.get("transpose exact", shape, transposeExact),
      place(SCRATCH, slots[0]),
      place(Y),
    );
    const biases = { height: 1, width: outputs, toRow: 4 * outputs, toMap: 4 * outputs };
    after.call(
      this.#programs.get("copy maps", biases, copyMaps),
      place(SCRATCH, slots[0] + 4 * terms * outputs),
      place(Y, 4 * terms * outputs),
      1,
    );
    return {
      before,
      after,
      sample: (level, isFirst) => samples[level][isFirst ? 0 : 1],
      fold: (level) => folds[level],
    };
  }
}
