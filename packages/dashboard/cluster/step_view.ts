/** One step of the cluster, as bars and in words: who was asked when, what its time went on, and who held the step up. */
import type { StepBar, StepTimeline } from "@tributary/protocol";
import { combineLatest, distinctUntilChanged, map, type Observable } from "rxjs";
import type { RunState } from "../run/run_state.ts";
import { formatCount, formatMs, plural } from "../words/words.ts";

/** Of a step's bars, so many are shown at first. */
export const BARS_SHOWN = 12;
/** Who is done less than this share of a step after the others does not hold it up. */
const HELD_UP_MIN = 0.1;

/** What a bar's time goes on; `none`: no answer came. */
export type PartKind = "sending" | "computing" | "receiving" | "none" | "waiting";

/** A range that a worker was asked for. */
export interface StepRow {
  key: number;
  name: string;
  /** "4 leaves", and what is unusual. */
  note: string;
  /** From left to right, as shares of the whole step. */
  parts: { kind: PartKind; start: number; end: number }[];
  /** Milliseconds of each part in words; a dash where there is none. */
  words: Record<Exclude<PartKind, "none">, string>;
}

/** The step as it is shown. */
export interface StepView {
  step: number;
  /** "Step 412 took 12.4 ms: 11 ms until the last gradient, 1.4 ms of adding up and updating." */
  text: string;
  /** Who held it up, or that nobody did. */
  verdict: string;
  /** Where the coordinator's own work begins, as a share of the step. */
  roundEnd: number;
  rows: StepRow[];
  /** Ranges that could be shown besides, and that were not told. */
  hidden: number;
  omitted: number;
}

/** The latest step that was told of, with at most so many bars: those that ended last. Null until there is one. */
export function stepView$(
  state$: Observable<RunState>,
  shown$: Observable<number>,
): Observable<StepView | null> {
  const told$ = state$.pipe(
    distinctUntilChanged((a, b) => a.pulse?.timeline === b.pulse?.timeline),
    map(({ pulse, roster }) => {
      if (!pulse?.timeline) return null;
      const names = new Map(roster.map(({ worker }) => [worker.id, worker.name]));
      return { timeline: pulse.timeline, nameOf: (id: number) => names.get(id) ?? `worker ${id}` };
    }),
  );
  return combineLatest([told$, shown$]).pipe(
    map(([told, shown]) => told && stepView(told.timeline, { nameOf: told.nameOf, shown })),
  );
}

/** The step as it is shown. */
export function stepView(
  timeline: StepTimeline,
  { nameOf, shown }: { nameOf: (id: number) => string; shown: number },
): StepView {
  const { step, ms, roundMs, bars, omitted } = timeline;
  const last = [...bars].sort((a, b) => endOf(b) - endOf(a)).slice(0, shown);
  return {
    step,
    text: `Step ${formatCount(step)} took ${formatMs(ms)}: ${formatMs(roundMs)} until the last gradient, ` +
      `${formatMs(ms - roundMs)} of adding up and updating.`,
    verdict: verdictOf(timeline, nameOf),
    roundEnd: share(roundMs, ms),
    rows: bars.filter((bar) => last.includes(bar)).map((bar, key) =>
      rowOf(bar, { key, ms, roundMs, nameOf })
    ),
    hidden: bars.length - last.length,
    omitted,
  };
}

function endOf({ answeredMs }: StepBar): number {
  return answeredMs ?? Infinity;
}

function share(ms: number, of: number): number {
  return of > 0 ? Math.min(1, Math.max(0, ms / of)) : 0;
}

interface Times {
  sending: number;
  computing: number;
  receiving: number;
}

/** When it computed is not known, only how long: what is left of the time is the way back. */
function timesOf({ askedMs, sentMs, computeMs, answeredMs }: StepBar): Times {
  const whole = (answeredMs ?? Infinity) - askedMs;
  const computing = Math.min(computeMs, whole);
  const sending = Math.min(Math.max(0, (sentMs ?? askedMs) - askedMs), whole - computing);
  return { sending, computing, receiving: answeredMs === null ? 0 : whole - computing - sending };
}

function rowOf(
  bar: StepBar,
  { key, ms, roundMs, nameOf }: { key: number; ms: number; roundMs: number; nameOf: (id: number) => string },
): StepRow {
  const { askedMs, answeredMs } = bar;
  const { sending, computing, receiving } = timesOf(bar);
  const isAnswered = answeredMs !== null;
  const waiting = isAnswered ? ms - answeredMs : ms - roundMs;
  const lengths: [PartKind, number][] = isAnswered
    ? [["sending", sending], ["computing", computing], ["receiving", receiving], ["waiting", waiting]]
    : [["sending", sending], ["none", roundMs - askedMs - sending], ["waiting", waiting]];
  let at = askedMs;
  const parts = lengths.map(([kind, length]) => {
    const start = share(at, ms);
    at += Math.max(0, length);
    return { kind, start, end: share(at, ms) };
  });
  const leaves = bar.leaves === 1 ? "1 leaf" : `${formatCount(bar.leaves)} leaves`;
  const notes = [leaves, bar.takenOver && "taken over", bar.late && "late", !isAnswered && "no answer"];
  return {
    key,
    name: nameOf(bar.worker),
    note: notes.filter(Boolean).join(", "),
    parts: parts.filter(({ start, end }) => end > start),
    words: {
      sending: formatMs(sending),
      computing: formatMs(isAnswered ? computing : null),
      receiving: formatMs(isAnswered ? receiving : null),
      waiting: formatMs(waiting),
    },
  };
}

function verdictOf({ step, ms, bars }: StepTimeline, nameOf: (id: number) => string): string {
  const answered = bars.filter(({ answeredMs }) => answeredMs !== null).sort((a, b) => endOf(b) - endOf(a));
  const silent = bars.filter(({ answeredMs }) => answeredMs === null).map(({ worker }) => nameOf(worker));
  const missing = silent.length === 0
    ? ""
    : ` No answer came from ${namesOf(silent)}; others did its leaves.`;
  const [last] = answered;
  if (last === undefined) return `Nobody has answered.${missing}`;
  const others = answered.filter(({ worker }) => worker !== last.worker);
  const name = nameOf(last.worker);
  if (last.takenOver) return `${name} came last, with leaves that it had taken over.${missing}`;
  if (others.length === 0) {
    return silent.length > 0
      ? `${name} did the step.${missing}`
      : `${name} did the whole step: it computed for ${formatMs(timesOf(last).computing)}.`;
  }
  const afterMs = endOf(last) - endOf(others[0]);
  if (afterMs < HELD_UP_MIN * ms) {
    return `Nobody held the step up: the last two answers came within ${formatMs(afterMs)}.${missing}`;
  }
  const reason = reasonOf(last, others);
  return `${name} held step ${formatCount(step)} up by ${formatMs(afterMs)}${
    reason && `: ${reason}`
  }.${missing}`;
}

/** On what it spent more time than the others do in the median, if on anything. */
function reasonOf(last: StepBar, others: readonly StepBar[]): string {
  const own = timesOf(last);
  const theirs = others.map(timesOf);
  const excess = (Object.keys(own) as (keyof Times)[]).map((kind) => {
    const median = theirs.map((times) => times[kind]).sort((a, b) => a - b)[theirs.length >> 1];
    return { kind, median, more: own[kind] - median };
  }).reduce((most, each) => each.more > most.more ? each : most);
  if (excess.more <= 0) return "";
  const [mine, usual] = [formatMs(own[excess.kind]), formatMs(excess.median)];
  switch (excess.kind) {
    case "computing":
      return `it computed for ${mine}, others for ${usual}`;
    case "sending":
      return `its parameters took ${mine} to leave, those of others ${usual}`;
    case "receiving":
      return `the way back took ${mine}, that of others ${usual}`;
  }
}

function namesOf(names: readonly string[]): string {
  return names.length <= 3 ? names.join(" and ") : plural(names.length, "worker");
}
