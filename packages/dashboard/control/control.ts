/** Whether this page may direct the run, and what there is to direct. */
import { samplesPerEpoch } from "@tributary/core";
import type { Settings } from "@tributary/protocol";
import { combineLatest, distinctUntilChanged, map, type Observable } from "rxjs";
import type { ConnectionStatus } from "../run/connection.ts";
import type { ControlMessage } from "./messages.ts";
import type { RunState } from "../run/run_state.ts";

/** What the control bar shows. */
export interface ControlView {
  /** `unknown`: the coordinator has not told yet, or there is no run. `over`: the run has ended. */
  access: "unknown" | "may" | "mayNot" | "over";
  /** Whether a command would reach the coordinator now. */
  isConnected: boolean;
  isPaused: boolean;
  /** Null until the run is known. */
  inForce: Settings | null;
  /** A step has at most so many samples; null until the run is known. */
  batchSizeMax: number | null;
  /** A schedule's factor comes on top of the learning rate. */
  hasSchedule: boolean;
}

/** What the page can say while nothing reaches it. */
const APART = "Disconnected: what you see is what was last known.";

/** The sentence under the bar: what became of the last command, or that the page is disconnected, unless that broke the command. */
export function controlLine({ access, isConnected }: ControlView, message: ControlMessage): ControlMessage {
  const isApart = !isConnected && (access === "may" || access === "mayNot");
  return isApart && message.tone !== "bad" ? { text: APART, tone: "plain", isStanding: true } : message;
}

/** Emits when something of it changes. */
export function control$(
  state$: Observable<RunState>,
  connection$: Observable<ConnectionStatus>,
): Observable<ControlView> {
  return combineLatest([state$, connection$]).pipe(
    map(([state, { state: connection }]) => controlOf(state, connection)),
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
  );
}

function controlOf(state: RunState, connection: ConnectionStatus["state"]): ControlView {
  const { facts, waiting, settings } = state;
  return {
    access: accessOf(state),
    isConnected: connection === "live",
    isPaused: waiting?.type === "paused",
    inForce: settings,
    batchSizeMax: facts && samplesPerEpoch(facts.samples.train, facts.run.expansion),
    hasSchedule: (facts?.run.schedule?.type ?? "constant") !== "constant",
  };
}

function accessOf({ facts, ended, mayControl }: RunState): ControlView["access"] {
  if (ended) return "over";
  if (facts === null || mayControl === null) return "unknown";
  return mayControl ? "may" : "mayNot";
}
