/** What the page that joins knows, and how news changes it. Pure: no clock, no worker, no DOM. */
import type { WebWorkerMessage } from "./messages.ts";

/** The rate is taken over this time. */
const RATE_WINDOW_MS = 5_000;

/** Everything the page knows. Times are in milliseconds of one clock. */
export interface JoinState {
  readonly stage:
    | { type: "tokenless" }
    | { type: "connecting" }
    | { type: "fetching"; bytes: number }
    | { type: "working"; run: string }
    | { type: "away"; reason: string; until: number }
    | { type: "ended"; reason: string }
    | { type: "left" }
    | { type: "refused"; reason: string }
    /** The browser could not start the Web Worker, or it died. */
    | { type: "broken"; reason: string };
  readonly samples: number;
  /** Totals at some times of the last {@link RATE_WINDOW_MS}, oldest first. */
  readonly points: readonly { at: number; samples: number }[];
  /** Since when the tab has been hidden; null while it can be seen. */
  readonly hidden: { at: number; samples: number } | null;
  /** The last time that it was hidden, once it can be seen again. */
  readonly wasHidden: { ms: number; samples: number } | null;
  /** Charge from 0 to 1 while the device runs on battery; null where it does not, or nobody knows. */
  readonly battery: number | null;
}

/** What can happen. */
export type JoinNews =
  | WebWorkerMessage
  | { type: "start" }
  | { type: "visibility"; hidden: boolean }
  | { type: "battery"; level: number | null }
  | { type: "broken"; reason: string };

/** Before anything has happened. */
export function emptyJoinState(hasToken: boolean): JoinState {
  return {
    stage: { type: hasToken ? "connecting" : "tokenless" },
    samples: 0,
    points: [],
    hidden: null,
    wasHidden: null,
    battery: null,
  };
}

/** `state` after `news`, at a time. */
export function reduceJoinState(state: JoinState, news: JoinNews, at: number): JoinState {
  switch (news.type) {
    case "start":
      return { ...state, stage: { type: "connecting" }, samples: 0, points: [], wasHidden: null };
    case "connecting":
      // The attempts while the coordinator is away follow each other; the page stays calm.
      return state.stage.type === "away" ? state : { ...state, stage: { type: "connecting" } };
    case "fetching":
      return { ...state, stage: { type: "fetching", bytes: news.bytes } };
    case "joined":
      return {
        ...state,
        stage: { type: "working", run: news.run },
        points: [{ at, samples: state.samples }],
      };
    case "answered":
      return { ...state, samples: news.samples, points: advance(state.points, at, news.samples) };
    case "away":
      return { ...state, stage: { type: "away", reason: news.reason, until: at + news.pauseMs }, points: [] };
    case "ended":
    case "refused":
      return {
        ...state,
        stage: { type: news.type, reason: news.reason },
        samples: news.samples,
        points: [],
      };
    case "left":
      return { ...state, stage: { type: "left" }, samples: news.samples, points: [] };
    case "broken":
      return { ...state, stage: { type: "broken", reason: news.reason }, points: [] };
    case "visibility":
      return setHidden(state, news.hidden, at);
    case "battery":
      return { ...state, battery: news.level };
  }
}

/** Samples per second over the last seconds, 0 while nothing is computed, or null before there is anything to say. */
export function samplesPerSecond({ points, stage }: JoinState, at: number): number | null {
  if (stage.type !== "working" || points.length < 2) return null;
  const [first] = points, last = points[points.length - 1];
  return 1_000 * (last.samples - first.samples) / Math.max(at - first.at, 1);
}

/** Whether the Web Worker is at work, or on its way to it. */
export function isActive({ stage }: JoinState): boolean {
  return ["connecting", "fetching", "working", "away"].includes(stage.type);
}

function setHidden(state: JoinState, hidden: boolean, at: number): JoinState {
  if (hidden === (state.hidden !== null)) return state;
  if (hidden) return { ...state, hidden: { at, samples: state.samples }, wasHidden: null };
  const { at: since, samples } = state.hidden!;
  const wasHidden = isActive(state) ? { ms: at - since, samples: state.samples - samples } : null;
  return { ...state, hidden: null, wasHidden };
}

/** One point from before the window stays, so that the points always span the whole of it. */
function advance(points: JoinState["points"], at: number, samples: number): JoinState["points"] {
  const first = points.findLastIndex((point) => point.at <= at - RATE_WINDOW_MS);
  return [...points.slice(Math.max(first, 0)), { at, samples }];
}
