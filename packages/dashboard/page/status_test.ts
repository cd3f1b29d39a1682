import { map } from "rxjs";
import type { ConnectionStatus } from "../run/connection.ts";
import { emptyRunState } from "../run/run_state.ts";
import { joined, marbles, RUN_ENDED, RUN_STARTED, STARTED_AT, statesAfter, update } from "../run/testing.ts";
import { status$ } from "./status.ts";

const CONNECTION: Record<string, ConnectionStatus> = {
  c: { state: "connecting" },
  l: { state: "live" },
  d: { state: "disconnected", secondsLeft: 4 },
  x: { state: "refused", reason: "The token is wrong." },
};

Deno.test("status$ tells connecting, waiting, live, disconnected and ended apart, and why", () => {
  const [waiting, working, ended] = statesAfter(
    update({ events: [RUN_STARTED, { type: "waiting", at: STARTED_AT, reason: "No worker." }] }),
    update({ events: [joined(1), { type: "resumed", at: STARTED_AT, waitedMs: 1 }] }),
    update({ events: [RUN_ENDED] }),
  );
  marbles(({ hot, expectObservable }) => {
    const state$ = hot("     0-w---r---e--", { 0: emptyRunState(), w: waiting, r: working, e: ended });
    const connection$ = hot("c--l----dl--d", CONNECTION);
    const told$ = status$(state$, connection$).pipe(
      map((status) => `${status.phase}/${status.connection}: ${status.detail} ${status.retrySeconds ?? ""}`),
    );
    expectObservable(told$).toBe("c--w--r-dle", {
      c: "connecting/Connecting: Asking the coordinator for the run so far. ",
      w: "waiting/Live: No worker. ",
      r: "live/Live: 1 worker is connected. ",
      d: "disconnected/Disconnected: What you see is what was last known. 4",
      l: "live/Live: 1 worker is connected. ",
      e: "ended/Ended: All 5 epochs are done. ",
    });
  });
});

Deno.test("status$ says why the page is refused, and what to do", () => {
  marbles(({ hot, expectObservable }) => {
    const told$ = status$(hot("0-", { 0: emptyRunState() }), hot("x-", CONNECTION)).pipe(
      map(({ detail }) => detail),
    );
    expectObservable(told$).toBe("x", { x: "The token is wrong. Open the link that it printed." });
  });
});
