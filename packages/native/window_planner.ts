/** Parts of plans that several convolutions share: pictures with +0 around them, panels of weights, and the products of both. */
import type { ConvolutionSize } from "@tributary/core";
import type { Machine } from "./machine.ts";
import { type Argument, type Place, place, type Plan, SCRATCH } from "./plan.ts";
import { CONSTANTS_BYTES, SCRATCH_BYTES } from "./plan_runner.ts";
import { clear, copyMaps } from "./programs/moves.ts";
import { transposeRows } from "./programs/pack.ts";
import type { ProgramStore } from "./programs/program_store.ts";
import { type Filled, type Windows, type WindowShape, windowTiles } from "./programs/window_tiles.ts";
import { type Panel, rowsOf } from "./tile_sizes.ts";

/** Operands: what is read first, and the biases. */
const A = 0, BIAS = 3;

/** Bytes of a panel's block of maps: half of the first-level cache. */
const BLOCK_BYTES = 16 << 10;

/** Hands out scratch memory. */
export class Scratch {
  #end = CONSTANTS_BYTES;

  /** Whether there is as much as was taken. */
  get fits(): boolean {
    return this.#end <= SCRATCH_BYTES;
  }

  /** @returns where so many bytes begin, on a line of the cache. */
  take(bytes: number): number {
    const start = this.#end;
    this.#end += Math.ceil(bytes / 64) * 64;
    return start;
  }
}

/** Appends calls to plans, for one machine. */
export class WindowPlanner {
  readonly #programs: ProgramStore;
  readonly #machine: Machine;

  /** `machine` is any of those that the programs are for. */
  constructor(programs: ProgramStore, machine: Machine) {
    this.#programs = programs;
    this.#machine = machine;
  }

  /** Where the windows' picture is: x itself, or a copy between +0, which `sample` makes and whose rim `before` clears. */
  padded(
    { inputs, height, width, padding }: ConvolutionSize,
    { row, map }: Windows,
    scratch: Scratch | null,
    before: Plan | null,
    sample: Plan,
    picture: Place = padding > 0 ? place(SCRATCH, scratch!.take(inputs * map)) : place(A),
  ): Place {
    if (padding === 0) return picture;
    if (before !== null) this.clear(before, picture.offset, inputs * map);
    const shape = { height, width, toRow: row, toMap: map };
    const inner = place(SCRATCH, picture.offset + padding * (row + 4));
    sample.call(this.#programs.get("copy maps", shape, copyMaps), place(A), inner, inputs);
    return picture;
  }

  /** The result's vectors of all windows; chains over maps in blocks whose weights stay in the first-level cache. */
  correlate(plan: Plan, { picture, windows, maps, columns, panels, result, bias, filled }: {
    picture: Place;
    windows: Windows;
    maps: number;
    columns: number;
    panels: (Panel & { at: number })[];
    result: number;
    bias: boolean;
    filled: Filled | null;
  }): void {
    const area = windows.kernelHeight * windows.kernelWidth;
    for (const panel of panels) {
      const bStep = this.step(panel);
      const block = Math.max(1, Math.floor(BLOCK_BYTES / (area * bStep)));
      for (let map = 0; map < maps; map += block) {
        const count = Math.min(block, maps - map);
        const shape: WindowShape = {
          ...windows,
          reversed: !bias,
          width: panel.width,
          bStep,
          cRow: 4 * columns,
          rows: rowsOf(this.#machine, panel.vectors),
          more: map > 0,
          bias: bias && map + count === maps,
          filled,
        };
        const args: Argument[] = [
          place(picture.operand, picture.offset + map * windows.map),
          place(SCRATCH, panel.at + map * area * bStep),
          place(SCRATCH, result + 4 * panel.first),
          count,
          place(BIAS, 4 * panel.first),
        ];
        plan.call(this.#programs.get("windows", shape, windowTiles), ...args);
      }
    }
  }

  /** Transposes rows of `terms` elements, as many as the panel is wide, into the panel. */
  pack(plan: Plan, panel: Panel, from: Place, to: number, terms: number): void {
    const { lanes } = this.#machine;
    const shape = { width: panel.width, fromRow: 4 * terms, rest: terms % lanes };
    const program = this.#programs.get("transpose", shape, transposeRows);
    plan.call(program, from, place(SCRATCH, to), Math.floor(terms / lanes));
  }

  clear(plan: Plan, to: number, bytes: number): void {
    const count = Math.ceil(bytes / 4 / this.#machine.lanes);
    plan.call(this.#programs.get("clear", {}, clear), 0, place(SCRATCH, to), count);
  }

  /** Bytes from one row of a panel to the next. */
  step({ vectors }: Panel): number {
    return 4 * vectors * this.#machine.lanes;
  }
}

/** The windows that a convolution's kernel visits on x with its padding, and their elements. */
export function windowsOf(size: ConvolutionSize): { windows: Windows; area: number } {
  const { height, width, kernelHeight, kernelWidth, stride, padding } = size;
  const row = 4 * (width + 2 * padding);
  const windows = {
    map: row * (height + 2 * padding),
    row,
    kernelHeight,
    kernelWidth,
    stride,
    down: Math.floor((height + 2 * padding - kernelHeight) / stride) + 1,
    across: Math.floor((width + 2 * padding - kernelWidth) / stride) + 1,
  };
  return { windows, area: kernelHeight * kernelWidth };
}
