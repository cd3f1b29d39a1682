import { assert, assertEquals } from "@std/assert";
import { emptySteps, packSteps, type RunSummary, stringify, type TrainingEvent } from "@tributary/protocol";
import { lastValueFrom, scan, take, tap } from "rxjs";
import type { ConnectionNews } from "./connection.ts";
import { recordedRun } from "./recorded_run.ts";
import type { Request } from "./request.ts";
import { emptyRunState, reduceRunState, type RunState } from "./run_state.ts";
import { epochDone, RUN_ENDED, RUN_STARTED, steps } from "./testing.ts";

/** A history that answers in parts of two events and three steps. */
class FakeHistory {
  events: TrainingEvent[] = [RUN_STARTED];
  losses: number[] = [];
  outcome: RunSummary["outcome"] = null;
  readonly asked: string[] = [];

  readonly request: Request = (path) => {
    this.asked.push(path);
    const url = new URL(path, "http://history");
    const after = Number(url.searchParams.get("after"));
    if (url.pathname === "/runs/7") {
      const summary = {
        id: 7,
        name: "its name",
        step: this.losses.length,
        outcome: this.outcome,
        seenAt: 1_000,
      };
      return Promise.resolve(new Response(stringify({ runs: [summary], now: 2_000 })));
    }
    if (url.pathname === "/runs/7/events") {
      const events = this.events.slice(after, after + 2);
      const last = after + events.length;
      const update = {
        type: "update",
        fromStart: after === 0,
        at: 1_000,
        events,
        steps: emptySteps(),
        workers: [],
      };
      return Promise.resolve(new Response(stringify({ update, last, more: last < this.events.length })));
    }
    const part = this.losses.slice(after, after + 3);
    const more = String(after + 3 < this.losses.length);
    return Promise.resolve(
      new Response(packSteps(steps(after + 1, part)), { headers: { "x-tributary-more": more } }),
    );
  };
}

function lossesOf({ steps: { columns, length } }: RunState): number[] {
  return [...columns.loss.subarray(0, length)];
}

const toState = scan(
  (state: RunState, news: ConnectionNews) => "update" in news ? reduceRunState(state, news.update) : state,
  emptyRunState(),
);

Deno.test("recordedRun() tells a run that is over whole, in parts, and completes", async () => {
  const history = new FakeHistory();
  history.events = [RUN_STARTED, epochDone(1, { test: 0.5 }), RUN_ENDED];
  history.losses = [1, NaN, 3, 4, 5, 6, 7];
  history.outcome = "completed";
  const news: ConnectionNews[] = [];
  const state = await lastValueFrom(
    recordedRun(history.request, 7).pipe(tap((item) => news.push(item)), toState),
  );
  assertEquals(lossesOf(state), history.losses);
  assertEquals(state.events, history.events);
  assertEquals(state.ended, RUN_ENDED);
  assertEquals(news[0], { status: { state: "connecting" } });
  assertEquals(news.at(-1), { status: { state: "recorded", standing: "completed", name: "its name" } });
});

Deno.test("recordedRun() of a run that goes on tells what is new, and begins anew when steps were taken back", async () => {
  const history = new FakeHistory();
  history.losses = [1, 2, 3, 4, 5];
  const states: number[][] = [];
  let rounds = 0;
  const news$ = recordedRun(history.request, 7, 1).pipe(
    tap((item) => {
      if (!("status" in item) || item.status.state !== "recorded") return;
      rounds++;
      if (rounds === 1) history.losses = [1, 2, 3, 4, 5, 6];
      if (rounds === 2) history.losses = [1, 2, 30]; // fewer steps
      if (rounds === 3) {
        history.losses = [1, 2, 30, 40, 50, 60]; // more steps, but other ones
        history.events.push({ type: "rolledBack", at: 5, step: 3, reason: "A wrong answer." });
      }
      if (rounds === 4) history.outcome = "stopped";
    }),
    toState,
    tap((state) => states.push(lossesOf(state))),
  );
  const state = await lastValueFrom(news$);
  assertEquals(rounds, 5);
  assertEquals(lossesOf(state), [1, 2, 30, 40, 50, 60]);
  for (const wanted of [[1, 2, 3, 4, 5, 6], [1, 2, 30]]) {
    assert(states.some((losses) => losses.join() === wanted.join()), wanted.join());
  }
});

Deno.test("recordedRun() says why a run cannot be shown, and asks no more when nobody listens", async () => {
  const missing = await lastValueFrom(
    recordedRun(() => Promise.reject(new Error("There is no such run")), 7),
  );
  assertEquals(missing, { status: { state: "missing", reason: "There is no such run." } });
  const history = new FakeHistory();
  await lastValueFrom(recordedRun(history.request, 7, 1).pipe(take(2)));
  const asked = history.asked.length;
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve));
  assert(history.asked.length <= asked + 1);
});
