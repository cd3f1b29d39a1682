/** Everything the page knows of a run, and how an update changes it. Pure: no clock, no socket, no DOM. */
import {
  type ClusterPulse,
  forgetOldRanges,
  type ForgottenRanges,
  type GradientPoint,
  gradientPoint,
  isOfRange,
  type JoinLinks,
  NONE_FORGOTTEN,
  type RunFacts,
  type Settings,
  settingsOf,
  type StepsTold,
  type TrainingEvent,
  type WatchUpdate,
  withGradientPoint,
  type WorkerFacts,
  type WorkerProgress,
  type WorkerPulse,
} from "@tributary/protocol";
import { appendSteps, emptyHistory, lastOf, type StepHistory } from "./history.ts";

/** A worker's rate is taken over this time: short enough to show a change, long enough to be calm. */
export const RATE_WINDOW_MS = 5_000;
/** Shares of a worker's time are taken over this one: a step may take seconds. */
export const TIMES_WINDOW_MS = 30_000;
const TIMES_INTERVAL_MS = 2_500;
/** Points of a worker's progress are kept at this distance, so that a thousand workers stay cheap. */
const POINT_INTERVAL_MS = 500;

/** The result of an epoch. */
export type EpochDone = Extract<TrainingEvent, { type: "epochDone" }>;
/** The network as a worker saw it. */
export type LayersInspected = Extract<TrainingEvent, { type: "layersInspected" }>;
/** How the run ended. */
export type RunEnded = Extract<TrainingEvent, { type: "runEnded" }>;

/** A worker that takes part, or took part. */
export interface RosterEntry {
  readonly worker: WorkerFacts;
  /** The last totals that came; null while none came. */
  readonly progress: WorkerProgress | null;
  /** Samples done at some times of the last {@link RATE_WINDOW_MS}, oldest first. */
  readonly points: readonly { at: number; samples: number }[];
  /** How it does; null until that is told, and when it has gone. */
  readonly pulse: WorkerPulse | null;
  /** Its times at some moments of the last {@link TIMES_WINDOW_MS}, oldest first. */
  readonly times: readonly { at: number; busyMs: number; computeMs: number }[];
  /** Why and during which step it left; null while it is here. */
  readonly left: { at: number; reason: string; during: number | null } | null;
}

/** A time in which the run did not go on, in milliseconds since 1970. */
export interface Halt {
  from: number;
  to: number;
  /** No process of the run was there; else it waited, or was paused. */
  isRest: boolean;
}

/** Everything the page knows. */
export interface RunState {
  /** Null until the coordinator tells of a run. */
  readonly facts: RunFacts | null;
  /** The coordinator's clock when the run started and at the last update, in milliseconds since 1970. */
  readonly startedAt: number | null;
  readonly at: number;
  readonly steps: StepHistory;
  /** Number of steps when all have come that the coordinator said would follow. */
  readonly stepsExpected: number;
  readonly events: readonly TrainingEvent[];
  /** How many of them are of ranges, and how many of those are no longer among them. */
  readonly ranges: number;
  readonly forgotten: ForgottenRanges;
  readonly epochs: readonly EpochDone[];
  /** The latest one; null until a worker has looked. */
  readonly inspected: LayersInspected | null;
  /** What stays of the earlier ones. */
  readonly gradients: readonly GradientPoint[];
  /** How the cluster does; null until that is told. */
  readonly pulse: ClusterPulse | null;
  /** In the order of joining; those that left stay. */
  readonly roster: readonly RosterEntry[];
  /** What the run waits for, and since when; null while it goes on. `paused`: it waits for a person to let it go on. */
  readonly waiting: { type: "waiting" | "paused"; reason: string; at: number } | null;
  /** Those that are over, in the order of their ends. */
  readonly halts: readonly Halt[];
  /** In force in the steps to come; null until the coordinator tells of a run. */
  readonly settings: Settings | null;
  /** Whether this page may send commands; null until the coordinator has told. */
  readonly mayControl: boolean | null;
  readonly ended: RunEnded | null;
  /** The ways to join, the best address first. */
  readonly links: readonly JoinLinks[];
}

/** What the page knows before the first update. */
export function emptyRunState(): RunState {
  return {
    facts: null,
    startedAt: null,
    at: 0,
    steps: emptyHistory(),
    stepsExpected: 0,
    events: [],
    ranges: 0,
    forgotten: NONE_FORGOTTEN,
    epochs: [],
    inspected: null,
    gradients: [],
    pulse: null,
    roster: [],
    waiting: null,
    halts: [],
    settings: null,
    mayControl: null,
    ended: null,
    links: [],
  };
}

/** `state` after what the coordinator told; for `scan`. An update `fromStart` replaces everything. */
export function reduceRunState(state: RunState, update: WatchUpdate | StepsTold): RunState {
  if (update.type === "steps") {
    const steps = appendSteps(state.steps, update.steps);
    return { ...state, steps, waiting: hasMovedOn(state.waiting, steps) ? null : state.waiting };
  }
  const { gradients = [], forgotten = NONE_FORGOTTEN } = update;
  const before = update.fromStart ? { ...emptyRunState(), gradients, forgotten } : state;
  const after = update.events.reduce(reduceEvent, before);
  const steps = appendSteps(after.steps, update.steps);
  return {
    ...after,
    at: update.at,
    links: update.links ?? after.links,
    mayControl: update.fromStart ? update.mayControl === true : after.mayControl,
    ...appendEvents(after, update.events),
    steps,
    stepsExpected: steps.length + (update.stepsToCome ?? 0),
    pulse: update.pulse ?? after.pulse,
    roster: takePulse(advanceRoster(after.roster, update), update),
    waiting: hasMovedOn(after.waiting, steps) ? null : after.waiting,
  };
}

/** Of layers only the latest inspection is kept, elsewhere; of ranges, the newest events. */
function appendEvents(
  { events, ranges, forgotten }: RunState,
  told: readonly TrainingEvent[],
): Pick<RunState, "events" | "ranges" | "forgotten"> {
  const more = told.filter(({ type }) => type !== "layersInspected");
  if (more.length === 0) return { events, ranges, forgotten };
  const all = [...events, ...more];
  const allRanges = ranges + more.filter(isOfRange).length;
  const shorter = forgetOldRanges(all, allRanges, forgotten);
  if (shorter === null) return { events: all, ranges: allRanges, forgotten };
  return {
    events: shorter.events,
    ranges: allRanges - (all.length - shorter.events.length),
    forgotten: shorter.forgotten,
  };
}

/** Whether steps of the past are still on their way. */
export function isCatchingUp({ steps, stepsExpected }: RunState): boolean {
  return steps.length < stepsExpected;
}

/** A step that is done after the run began to wait shows that it waits no more. */
function hasMovedOn(waiting: RunState["waiting"], steps: StepHistory): boolean {
  return waiting !== null && (lastOf(steps, "at") ?? 0) > waiting.at;
}

function reduceEvent(state: RunState, event: TrainingEvent): RunState {
  switch (event.type) {
    case "runStarted":
      return { ...state, facts: event.facts, startedAt: event.at, settings: settingsOf(event.facts.run) };
    case "workerJoined":
      return {
        ...state,
        roster: [...state.roster, newcomer(event.worker)],
      };
    case "workerLeft":
      return { ...state, roster: state.roster.map((entry) => leave(entry, event)) };
    case "waiting":
    case "paused":
      return { ...state, waiting: event };
    case "resumed":
      return { ...state, waiting: null, halts: withHalt(state.halts, event.at, event.waitedMs, false) };
    case "controlChanged":
      return { ...state, settings: event.settings };
    case "epochDone":
      return { ...state, epochs: [...state.epochs, event] };
    case "layersInspected":
      return {
        ...state,
        inspected: event,
        gradients: withGradientPoint(state.gradients, gradientPoint(event)),
      };
    case "runEnded":
      return { ...state, waiting: null, ended: event };
    case "workerRefused":
    case "rangeReassigned":
    case "rangeLate":
    case "wrongAnswer":
    case "rolledBack": // The coordinator tells the whole history anew.
    case "checkpoint":
      return state;
    case "notice":
      return event.restMs === undefined
        ? state
        : { ...state, halts: withHalt(state.halts, event.at, event.restMs, true) };
    default:
      event satisfies never;
      return state; // an event of a newer coordinator
  }
}

function withHalt(halts: readonly Halt[], to: number, ms: number, isRest: boolean): readonly Halt[] {
  return [...halts, { from: to - ms, to, isRest }];
}

function newcomer(worker: WorkerFacts): RosterEntry {
  return { worker, progress: null, points: [], pulse: null, times: [], left: null };
}

function leave(entry: RosterEntry, event: Extract<TrainingEvent, { type: "workerLeft" }>): RosterEntry {
  if (entry.worker.id !== event.worker.id) return entry;
  return { ...entry, pulse: null, left: { at: event.at, reason: event.reason, during: event.during } };
}

function advanceRoster(roster: readonly RosterEntry[], update: WatchUpdate): readonly RosterEntry[] {
  const progressOf = new Map(update.workers.map((progress) => [progress.id, progress]));
  let isSame = true;
  const advanced = roster.map((entry) => {
    // Who is not told of has done nothing since, and time goes on for it, too.
    const progress = progressOf.get(entry.worker.id) ?? entry.progress;
    if (progress === null) return entry;
    const points = entry.left ? entry.points : advancePoints(entry, progress, update.at);
    if (progress === entry.progress && points === entry.points) return entry;
    isSame = false;
    return { ...entry, progress, points };
  });
  return isSame ? roster : advanced;
}

function takePulse(roster: readonly RosterEntry[], { pulse, at }: WatchUpdate): readonly RosterEntry[] {
  if (pulse === undefined) return roster;
  const pulseOf = new Map(pulse.workers.map((worker) => [worker.id, worker]));
  return roster.map((entry) => {
    const own = pulseOf.get(entry.worker.id);
    return own && !entry.left ? { ...entry, pulse: own, times: advanceTimes(entry.times, own, at) } : entry;
  });
}

function advanceTimes(
  times: RosterEntry["times"],
  { busyMs, computeMs }: WorkerPulse,
  at: number,
): RosterEntry["times"] {
  const last = times.at(-1);
  if (last && at - last.at < TIMES_INTERVAL_MS) return times;
  return [...windowOf(times, at - TIMES_WINDOW_MS), { at, busyMs, computeMs }];
}

function advancePoints(entry: RosterEntry, progress: WorkerProgress, at: number): RosterEntry["points"] {
  const points = entry.points;
  const last = points.at(-1);
  if (last && at - last.at < POINT_INTERVAL_MS) return points;
  return [...windowOf(points, at - RATE_WINDOW_MS), { at, samples: progress.samples }];
}

/** One point from before the window stays, so that the points always span the whole of it. */
function windowOf<Point extends { at: number }>(points: readonly Point[], since: number): readonly Point[] {
  return points.slice(Math.max(points.findLastIndex((point) => point.at <= since), 0));
}
