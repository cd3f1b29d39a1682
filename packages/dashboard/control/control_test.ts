import { assertEquals } from "@std/assert";
import { map } from "rxjs";
import type { ConnectionStatus } from "../run/connection.ts";
import { marbles, RUN_ENDED, RUN_STARTED, STARTED_AT, statesAfter, update } from "../run/testing.ts";
import { control$, controlLine, type ControlView } from "./control.ts";

const LIVE: ConnectionStatus = { state: "live" };
const CONNECTIONS = { l: LIVE, d: { state: "disconnected", secondsLeft: 1 } as ConnectionStatus };

function told({ access, isConnected, isPaused, inForce }: ControlView): string {
  return `${access}${isConnected ? "" : " apart"}${isPaused ? " paused" : ""} ${inForce?.learningRate}`;
}

Deno.test("control$ knows who may control, whether the run is paused, and what is in force", () => {
  const settings = { learningRate: 0.25, weightDecay: 0, batchSize: 10 };
  const states = statesAfter(
    update({ fromStart: true, mayControl: true, events: [RUN_STARTED] }),
    update({ events: [{ type: "paused", at: STARTED_AT, step: 4, reason: "Told to." }] }),
    update({ events: [{ type: "controlChanged", at: STARTED_AT, step: 5, changed: {}, settings }] }),
    update({ events: [{ type: "resumed", at: STARTED_AT, waitedMs: 1 }] }),
    update({ events: [RUN_ENDED] }),
  );
  const [a, b, c, d, e] = states;
  marbles(({ cold, expectObservable }) => {
    const told$ = control$(cold("abcd-e", { a, b, c, d, e }), cold("l---d", CONNECTIONS)).pipe(map(told));
    expectObservable(told$).toBe("abcdxe", {
      a: "may 0.1",
      b: "may paused 0.1",
      c: "may paused 0.25",
      d: "may 0.25",
      x: "may apart 0.25",
      e: "over apart 0.25",
    });
  });
});

Deno.test("controlLine() says that the page is disconnected, unless that left a command without an answer", () => {
  const view: ControlView = {
    access: "may",
    isConnected: false,
    isPaused: false,
    inForce: null,
    batchSizeMax: null,
    hasSchedule: false,
  };
  const good = { text: "The run goes on.", tone: "good" } as const;
  const bad = { text: "It is not known.", tone: "bad" } as const;
  const apart = {
    text: "Disconnected: what you see is what was last known.",
    tone: "plain",
    isStanding: true,
  } as const;
  assertEquals(controlLine(view, good), apart);
  assertEquals(controlLine({ ...view, access: "mayNot" }, good), apart);
  assertEquals(controlLine(view, bad), bad);
  assertEquals(controlLine({ ...view, isConnected: true }, good), good);
  assertEquals(controlLine({ ...view, access: "over" }, good), good);
});

Deno.test("control$ takes access away where a new beginning of the history does not give it", () => {
  const [a, b] = statesAfter(
    update({ fromStart: true, mayControl: true, events: [RUN_STARTED] }),
    update({ fromStart: true, events: [RUN_STARTED] }),
  );
  marbles(({ cold, expectObservable }) => {
    const told$ = control$(cold("ab", { a, b }), cold("l", CONNECTIONS)).pipe(map(told));
    expectObservable(told$).toBe("ab", { a: "may 0.1", b: "mayNot 0.1" });
  });
});
