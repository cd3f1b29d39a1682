/** What the page says. Pure. */
import { isActive, type JoinState, samplesPerSecond } from "./join_state.ts";

/** Everything that stands on the page. */
export interface JoinWords {
  /** Decides colours; the dashboard's style sheet knows them. */
  phase: "connecting" | "live" | "disconnected" | "refused" | "ended";
  /** One word or two. */
  headline: string;
  /** A sentence or two. */
  detail: string;
  samples: string;
  rate: string;
  /** What a person should know, sentences. */
  warnings: string[];
  /** What the button does; null where there is nothing to do. */
  button: "Leave" | "Join again" | null;
  title: string;
}

/** Facts about the page itself. */
export interface JoinPlace {
  origin: string;
  /** How the worker calls itself. */
  name: string;
  /** Whether the browser gives the page everything; over plain http from another machine it does not. */
  isSecure: boolean;
}

/** The page's words at a time. */
export function joinWords(state: JoinState, place: JoinPlace, at: number): JoinWords {
  const rate = samplesPerSecond(state, at);
  const stage = stageWords(state, place, at);
  return {
    ...stage,
    samples: formatCount(state.samples),
    rate: rate === null ? "–" : formatCount(rate),
    warnings: isActive(state) ? warningsOf(state, place) : [],
    button: isActive(state) ? "Leave" : state.stage.type === "tokenless" ? null : "Join again",
    title: `${state.hidden && isActive(state) ? "Hidden · " : ""}${stage.headline} · Tributary`,
  };
}

function stageWords(
  { stage }: JoinState,
  { origin, name }: JoinPlace,
  at: number,
): Pick<JoinWords, "phase" | "headline" | "detail"> {
  switch (stage.type) {
    case "tokenless":
      return {
        phase: "refused",
        headline: "No token",
        detail:
          "This address alone lets nobody work: open the whole link that the coordinator printed, with what " +
          "stands behind its #, or scan the code on its page.",
      };
    case "connecting":
      return { phase: "connecting", headline: "Connecting", detail: `Asking ${origin} for its run.` };
    case "fetching": {
      const megabytes = (stage.bytes / 1e6).toFixed(1);
      return { phase: "connecting", headline: "Joining", detail: `Fetching the data set, ${megabytes} MB.` };
    }
    case "working":
      return {
        phase: "live",
        headline: "Working",
        detail:
          `This tab computes for the run ${stage.run}, as ${name}. Closing it leaves; others take over.`,
      };
    case "away": {
      const seconds = Math.max(0, Math.ceil((stage.until - at) / 1_000));
      const next = seconds > 0 ? `Trying again in ${seconds} s.` : "Trying again.";
      return { phase: "disconnected", headline: "Reconnecting", detail: `${stage.reason} ${next}` };
    }
    case "ended":
      return { phase: "ended", headline: "The run is over", detail: `${stage.reason} Thank you.` };
    case "left":
      return {
        phase: "ended",
        headline: "You left",
        detail: "The run goes on without this tab; what it owed is computed by others.",
      };
    case "refused":
      return { phase: "refused", headline: "Refused", detail: stage.reason };
    case "broken":
      return {
        phase: "refused",
        headline: "Stopped",
        detail: `This browser could not run the worker: ${stage.reason}.`,
      };
  }
}

function warningsOf({ hidden, wasHidden, battery }: JoinState, { isSecure }: JoinPlace): string[] {
  const warnings: string[] = [];
  if (hidden !== null) {
    warnings.push(
      "This tab is hidden. It goes on working, but browsers may give a hidden tab less of the processor, and phones " +
        "stop it after a while: keep it in sight.",
    );
  } else if (wasHidden !== null) {
    warnings.push(
      `While this tab was hidden, for ${formatSeconds(wasHidden.ms)}, it computed ` +
        `${formatCount(wasHidden.samples)} samples.`,
    );
  }
  if (battery !== null) {
    warnings.push(
      `This device runs on battery, ${Math.round(100 * battery)} % charged. Computing empties it quickly.`,
    );
  }
  if (!isSecure) {
    warnings.push(
      "This page came over plain http, where a browser has no SHA-256 of its own and no shared memory: hashes are " +
        "computed in JavaScript, and one processor core works. The trained bits are the same.",
    );
  }
  return warnings;
}

function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

function formatSeconds(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60
    ? `${seconds} s`
    : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`;
}
