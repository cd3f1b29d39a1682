/** What is on the pad, and how a hand, a key or a picture that was picked changes it. Pure: no DOM. */
import { PAD_SIZE, type Point, type Stroke } from "./ink.ts";

/** The pad: strokes, or one of the samples. */
export interface Pad {
  readonly strokes: readonly Stroke[];
  /** Whether the pen is down, so that the last stroke grows. */
  readonly isDown: boolean;
  /** Where the pen is that the keys move. */
  readonly pen: Point;
  /** A sample that is asked about instead of strokes, moved by whole pixels. */
  readonly picked: { sample: number; right: number; down: number } | null;
}

/** What can be done. */
export type PadAction =
  | { type: "down"; at: Point }
  /** All points since the last one: a browser tells several at once. */
  | { type: "move"; through: readonly Point[] }
  | { type: "up" }
  /** Moves the pen, which draws where it is down, or the sample that was picked. */
  | { type: "step"; right: number; down: number }
  /** Puts the pen of the keys down, or lifts it. */
  | { type: "toggle" }
  | { type: "undo" }
  | { type: "clear" }
  | { type: "pick"; sample: number };

/** The middle of the pad. */
const MIDDLE: Point = { x: PAD_SIZE / 2, y: PAD_SIZE / 2 };

/** Nothing drawn. */
export const EMPTY_PAD: Pad = { strokes: [], isDown: false, pen: MIDDLE, picked: null };

/** The pad after `action`. */
export function reducePad(pad: Pad, action: PadAction): Pad {
  switch (action.type) {
    case "down": {
      const at = inside(action.at);
      return { strokes: [...pad.strokes, [at]], isDown: true, pen: at, picked: null };
    }
    case "move":
      return pad.isDown ? drawn(pad, action.through.map(inside)) : pad;
    case "up":
      return pad.isDown ? { ...pad, isDown: false } : pad;
    case "step":
      return stepped(pad, action);
    case "toggle":
      return reducePad(pad, pad.isDown ? { type: "up" } : { type: "down", at: pad.pen });
    case "undo":
      return pad.picked
        ? { ...pad, picked: null }
        : { ...pad, strokes: pad.strokes.slice(0, -1), isDown: false };
    case "clear":
      return { ...EMPTY_PAD, pen: pad.pen };
    case "pick":
      return { ...EMPTY_PAD, picked: { sample: action.sample, right: 0, down: 0 } };
    default:
      return action satisfies never;
  }
}

/** Whether there is something to ask about. */
export function isEmptyPad({ strokes, picked }: Pad): boolean {
  return strokes.length === 0 && picked === null;
}

function stepped(pad: Pad, { right, down }: { right: number; down: number }): Pad {
  const { picked, pen } = pad;
  if (picked) return { ...pad, picked: { ...picked, right: picked.right + right, down: picked.down + down } };
  const to = inside({ x: pen.x + right, y: pen.y + down });
  return pad.isDown ? drawn(pad, [to]) : { ...pad, pen: to };
}

function drawn(pad: Pad, through: readonly Point[]): Pad {
  const last = pad.strokes.at(-1)!;
  const end = last.at(-1)!;
  const isStill = through.every(({ x, y }) => x === end.x && y === end.y);
  if (isStill) return pad;
  return { ...pad, strokes: [...pad.strokes.slice(0, -1), [...last, ...through]], pen: through.at(-1)! };
}

function inside({ x, y }: Point): Point {
  const clamped = (value: number) => Math.min(PAD_SIZE, Math.max(0, value));
  return { x: clamped(x), y: clamped(y) };
}
