import { assertEquals } from "@std/assert";
import type { RunList, RunSummary } from "@tributary/protocol";
import { map } from "rxjs";
import { marbles } from "../run/testing.ts";
import { type RunsList, runsList$ } from "./runs_list.ts";

const run = (id: number, revision: number, name = `run ${id}`) => ({ id, revision, name }) as RunSummary;
const list = (more: boolean, ...runs: RunSummary[]): RunList => ({
  runs,
  more,
  live: null,
  mayEdit: true,
  now: 5,
});

/** Names; a question mark in front while not all have come, and the reason where there was no answer. */
function words({ runs, isLoaded, problem }: RunsList): string {
  const names = [...runs.values()].map(({ name }) => name).join();
  return `${isLoaded ? "" : "?"}${names}${problem === null ? "" : ` !${problem}`}`;
}

Deno.test("runsList$ asks for the next part at once, then for what is new every 2 s, after the last revision", () => {
  const asked: number[] = [];
  marbles(({ cold, expectObservable }) => {
    const answers = [
      cold("-(a|)", { a: list(true, run(1, 3), run(2, 5)) }),
      cold("-(a|)", { a: list(false, run(3, 8)) }),
      cold("-(a|)", { a: list(false) }),
      cold("-(a|)", { a: list(false, run(1, 9, "renamed")) }),
      cold<RunList>("-"),
    ];
    const list$ = runsList$((revision) => {
      asked.push(revision);
      return answers.shift()!;
    }, cold("-"));
    expectObservable(list$.pipe(map(words))).toBe("sab 2000ms b 2000ms c", {
      s: "?",
      a: "?run 1,run 2",
      b: "run 1,run 2,run 3",
      c: "renamed,run 2,run 3",
    });
  });
  assertEquals(asked, [0, 5, 8, 8, 9]);
});

Deno.test("runsList$ keeps what it knows when there is no answer, says why, and asks again", () => {
  marbles(({ cold, expectObservable }) => {
    const answers = [
      cold("(a|)", { a: list(false, run(1, 1)) }),
      cold<RunList>("-#", undefined, new Error("It is down")),
      cold("(a|)", { a: list(false) }),
      cold<RunList>("-"),
    ];
    const list$ = runsList$(() => answers.shift()!, cold("-"));
    expectObservable(list$.pipe(map(words))).toBe("(sa) 1997ms b 1999ms a", {
      s: "?",
      a: "run 1",
      b: "run 1 !It is down",
    });
  });
});

Deno.test("runsList$ shows a change of its own at once, and an older answer does not take it back", () => {
  marbles(({ cold, expectObservable }) => {
    const answers = [
      cold("(a|)", { a: list(false, run(1, 1)) }),
      cold("(a|)", { a: list(false, run(1, 3, "older")) }),
      cold<RunList>("-"),
    ];
    const edited$ = cold("----e", { e: run(1, 4, "mine") });
    const list$ = runsList$(() => answers.shift()!, edited$);
    expectObservable(list$.pipe(map(words))).toBe("(sa)e 1995ms e", { s: "?", a: "run 1", e: "mine" });
  });
});
