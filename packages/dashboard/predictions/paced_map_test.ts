import { assertEquals } from "@std/assert";
import { map, timer } from "rxjs";
import { marbles } from "../run/testing.ts";
import { pacedMap } from "./paced_map.ts";

/** Takes 2 frames for each value; then a pause of twice as long. Capitals are urgent. */
const pace = {
  pauseMs: (tookMs: number) => 2 * tookMs,
  isUrgent: (value: string) => value === value.toUpperCase(),
};
const project = (value: string) => timer(2).pipe(map(() => value));

const CASES: [fact: string, source: string, result: string][] = [
  [
    "does one thing at a time, pauses, and then does the last thing that came",
    "a-b-c-----------d|",
    "--a-----c---------d---|",
  ],
  ["does nothing while nothing comes", "a---------b|", "--a---------b---|"],
  ["ends a pause for what is urgent", "a---B---------c|", "--a---B---------c---|"],
  ["does what is urgent right after what goes on", "aB-------------|", "--a-B----------|"],
  ["keeps what is urgent though something else comes after it", "aBc------------|", "--a-B----------|"],
];

for (const [fact, source, result] of CASES) {
  Deno.test(`pacedMap() ${fact}`, () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold(source).pipe(pacedMap(project, pace))).toBe(result);
    });
  });
}

Deno.test("pacedMap() keeps the last thing until it is open, but for what is urgent", () => {
  marbles(({ cold, hot, expectObservable }) => {
    const isOpen$ = hot("n-----------y--|", { y: true, n: false });
    const source$ = cold("a-B-----c-d----|");
    expectObservable(source$.pipe(pacedMap(project, { ...pace, isOpen$ }))).toBe("----B---------d---|");
  });
});

Deno.test("pacedMap() does not break off when it is closed", () => {
  marbles(({ cold, hot, expectObservable }) => {
    const isOpen$ = hot("yn", { y: true, n: false });
    expectObservable(cold("a-b").pipe(pacedMap(project, { ...pace, isOpen$ }))).toBe("--a");
  });
});

Deno.test("pacedMap() ends what it does, and its pause, when nobody listens any more", () => {
  marbles(({ cold, expectObservable, flush }) => {
    const lived: string[] = [];
    const slow = (value: string) => {
      lived.push(value);
      return timer(5).pipe(map(() => value));
    };
    expectObservable(cold("a---------").pipe(pacedMap(slow, pace)), "--!").toBe("");
    flush();
    assertEquals(lived, ["a"]);
  });
});

Deno.test("pacedMap() passes errors on", () => {
  marbles(({ cold, expectObservable }) => {
    expectObservable(cold("a").pipe(pacedMap(() => cold("--#"), pace))).toBe("--#");
    expectObservable(cold("--#").pipe(pacedMap(project, pace))).toBe("--#");
  });
});
