/** In which order workers are listed, how many of them, and what all of them do together. Pure. */
import type { RosterRow, TimeShares } from "./roster.ts";

/** A way to order; the name stands in the address. */
export interface RosterOrder {
  name: string;
  title: string;
  /** Larger ones come first, null last; null: the order of joining. */
  value: ((row: RosterRow) => number | null) | null;
}

/** The first one is used where the address names none. */
export const ROSTER_ORDERS: readonly [RosterOrder, ...RosterOrder[]] = [
  { name: "joined", title: "Order of joining", value: null },
  { name: "fast", title: "Fastest first", value: (row) => row.samplesPerSecond },
  { name: "slow", title: "Slowest first", value: ({ samplesPerSecond: rate }) => rate && -rate },
  { name: "waiting", title: "Longest waiting first", value: (row) => row.times?.waiting ?? null },
  { name: "far", title: "Longest round trip first", value: (row) => row.roundTripMs },
  { name: "silent", title: "Longest silence first", value: (row) => row.silentMs },
];

/** More rows than this are shown on demand only: there are other things to see, and they are drawn four times a second. */
export const ROWS_SHOWN = 20;
/** Rows that are added then. */
export const ROWS_MORE = 100;

/** The rows in that order, those that left last; equal ones stay as they are. */
export function orderRows(rows: readonly RosterRow[], name: string | null): readonly RosterRow[] {
  const { value } = ROSTER_ORDERS.find((order) => order.name === name) ?? ROSTER_ORDERS[0];
  if (value === null) return rows;
  const key = (row: RosterRow) => row.left ? -Infinity : value(row) ?? -Number.MAX_VALUE;
  return rows.toSorted((a, b) => {
    const [x, y] = [key(a), key(b)];
    return x === y ? 0 : y > x ? 1 : -1;
  });
}

/** All workers together. */
export interface RosterSummary {
  here: number;
  left: number;
  samplesPerSecond: number | null;
  /** Mean over those that are here; null where it is not known. */
  times: TimeShares | null;
}

/** What the rows come to. */
export function summariseRoster(rows: readonly RosterRow[]): RosterSummary {
  const here = rows.filter(({ left }) => !left);
  const rates = here.flatMap(({ samplesPerSecond }) => samplesPerSecond ?? []);
  const times = here.flatMap(({ times }) => times ?? []);
  const mean = (name: keyof TimeShares) => times.reduce((sum, each) => sum + each[name], 0) / times.length;
  return {
    here: here.length,
    left: rows.length - here.length,
    samplesPerSecond: rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0),
    times: times.length === 0
      ? null
      : { computing: mean("computing"), sending: mean("sending"), waiting: mean("waiting") },
  };
}
