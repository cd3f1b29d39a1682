/** How the places of each x axis are written. */
import { formatCount } from "../words/words.ts";
import type { XAxis } from "./line.ts";

/** An axis in words. */
export interface XAxisWords {
  /** What people choose it by. */
  name: string;
  /** Allowed distances between the marks of the axis. */
  distances: number[];
  /** A mark; `distance` is that to the next one. */
  mark: (x: number, distance: number) => string;
  /** A place, such as "Step 1,500". */
  place: (x: number) => string;
}

const INTEGERS = decimals(0, 12);
const FRACTIONS = decimals(-4, 8);
/** Seconds: a millisecond to 100 days. */
const TIMES = [
  ...decimals(-3, 0),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 18_000, 36_000],
  ...[1, 2, 5, 10, 20, 50, 100].map((days) => 86_400 * days),
];

/** All axes. */
export const X_AXIS_WORDS: Readonly<Record<XAxis, XAxisWords>> = {
  step: {
    name: "Step",
    distances: INTEGERS,
    mark: formatCount,
    place: (step) => `Step ${formatCount(step)}`,
  },
  epoch: {
    name: "Epoch",
    distances: FRACTIONS,
    mark: (epoch) => String(Number(epoch.toPrecision(7))),
    place: (epoch) => `Epoch ${Number.isInteger(epoch) ? formatCount(epoch) : epoch.toFixed(2)}`,
  },
  time: {
    name: "Time",
    distances: TIMES,
    mark: (seconds, distance) => formatMoment(seconds, distance),
    place: (seconds) => `At ${formatMoment(seconds, 0.1)}`,
  },
};

/** "0:42.5", "1:02:07": seconds with as many digits as marks at this distance need. */
export function formatMoment(seconds: number, distance: number): string {
  const digits = distance >= 1 ? 0 : Math.min(3, Math.ceil(-Math.log10(distance)));
  const total = Number(Math.max(0, seconds).toFixed(digits));
  const [hours, minutes] = [Math.floor(total / 3_600), Math.floor(total / 60) % 60];
  const rest = (total % 60).toFixed(digits).padStart(digits === 0 ? 2 : digits + 3, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

function decimals(lowest: number, highest: number): number[] {
  const powers = Array.from({ length: highest - lowest }, (_, i) => lowest + i);
  return powers.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
}
