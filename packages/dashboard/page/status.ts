/** In one line: what goes on. */
import { combineLatest, distinctUntilChanged, map, type Observable } from "rxjs";
import type { ConnectionStatus } from "../run/connection.ts";
import { lastOf } from "../run/history.ts";
import type { RunState } from "../run/run_state.ts";
import { capitalised, plural } from "../words/words.ts";

/** What the page is to say first. */
export interface Status {
  phase: "connecting" | "waiting" | "live" | "disconnected" | "refused" | "ended" | "failed" | "idle";
  /** How the page stands with the coordinator, in a word. */
  connection: string;
  /** One word or two. */
  headline: string;
  /** A sentence. */
  detail: string;
  /** Seconds until the next try; only while disconnected. */
  retrySeconds: number | null;
  /** SHA-256 of the final parameters, hex; null before the end. */
  parametersSha256: string | null;
  /** Where the trained model is; null before the end, or where it was not saved. */
  savedTo: string | null;
}

/** What is known of the end of a run outlives the connection; everything else is said only while it is connected. */
export function status$(
  state$: Observable<RunState>,
  connection$: Observable<ConnectionStatus>,
): Observable<Status> {
  return combineLatest([state$, connection$]).pipe(
    map(([state, connection]) => statusOf(state, connection)),
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
  );
}

function statusOf(state: RunState, connection: ConnectionStatus): Status {
  const { ended } = state;
  return {
    ...(ended ? endedWords(ended) : connectionWords(state, connection)),
    connection: pillText(state, connection),
    retrySeconds: !ended && connection.state === "disconnected" ? connection.secondsLeft : null,
    parametersSha256: ended?.parametersSha256 ?? null,
    savedTo: ended?.savedTo ?? null,
  };
}

function pillText({ ended }: RunState, { state }: ConnectionStatus): string {
  if (state === "recorded") return "Recorded";
  if (ended) return "Ended";
  return state === "idle" ? "No run" : capitalised(state);
}

type Words = Pick<Status, "phase" | "headline" | "detail">;

function endedWords({ outcome, reason }: NonNullable<RunState["ended"]>): Words {
  return { phase: outcome === "failed" ? "failed" : "ended", headline: capitalised(outcome), detail: reason };
}

function connectionWords(state: RunState, connection: ConnectionStatus): Words {
  switch (connection.state) {
    case "connecting":
      return {
        phase: "connecting",
        headline: "Connecting",
        detail: "Asking the coordinator for the run so far.",
      };
    case "disconnected":
      return {
        phase: "disconnected",
        headline: "Disconnected",
        detail: state.facts ? "What you see is what was last known." : "The coordinator does not answer.",
      };
    case "refused":
      return {
        phase: "refused",
        headline: "Refused",
        detail: `${connection.reason} Open the link that it printed.`,
      };
    case "live":
    case "ended":
      return liveWords(state);
    case "idle":
      return {
        phase: "idle",
        headline: "No run",
        detail: "No run is going on here. Earlier ones are listed under Runs.",
      };
    case "missing":
      return { phase: "refused", headline: "Not found", detail: connection.reason };
    case "recorded":
      return connection.standing === "running"
        ? { phase: "live", headline: "Going on", detail: "The run was going on when it was last looked at." }
        : {
          phase: "failed",
          headline: "Interrupted",
          detail:
            `Its coordinator ended without a word after ${
              plural(lastOf(state.steps, "step") ?? 0, "step")
            }; ` +
            "with --resume the run goes on from its last checkpoint.",
        };
    default:
      return connection satisfies never;
  }
}

function liveWords({ facts, waiting, roster }: RunState): Words {
  if (waiting !== null) {
    return { phase: "waiting", headline: capitalised(waiting.type), detail: waiting.reason };
  }
  if (!facts) return { phase: "waiting", headline: "Waiting", detail: "The run has not started yet." };
  const working = roster.filter((entry) => !entry.left).length;
  return {
    phase: "live",
    headline: "Training",
    detail: `${plural(working, "worker")} ${working === 1 ? "is" : "are"} connected.`,
  };
}
