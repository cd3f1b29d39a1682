import { assertEquals } from "@std/assert";
import { map } from "rxjs";
import { type ConnectionNews, RefusedError, watchRun, watchUrl } from "./connection.ts";
import { marbles, RUN_ENDED, update } from "./testing.ts";

const NO_JITTER = () => 0.5;
const UPDATES = { s: update({ fromStart: true }), u: update(), e: update({ events: [RUN_ENDED] }) };

/** A letter for each news: c connecting, l live, digit: disconnected for so many seconds, x refused, z ended, u update. */
function letter(news: ConnectionNews): string {
  if ("update" in news) return "u";
  const { status } = news;
  if (status.state === "disconnected") return String(status.secondsLeft);
  const letters: Partial<Record<typeof status.state, string>> = {
    connecting: "c",
    live: "l",
    refused: "x",
    ended: "z",
  };
  return letters[status.state]!;
}

Deno.test("watchRun() is live from the first update on", () => {
  marbles(({ cold, expectObservable }) => {
    const socket$ = cold("   5ms s 4ms u", UPDATES);
    expectObservable(watchRun(() => socket$).pipe(map(letter)), "12ms !").toBe("c 4ms (ul) 1ms u");
  });
});

Deno.test("watchRun() tries again after 250, 500, 1,000 ms, and after 250 ms again once it was live", () => {
  marbles(({ cold, expectObservable }) => {
    const sockets = ["|", "|", "|", "s 9ms |", "-"].map((socket) => cold(socket, UPDATES));
    const news$ = watchRun(() => sockets.shift()!, NO_JITTER).pipe(map(letter));
    expectObservable(news$, "2100ms !").toBe(
      "(c1) 246ms (c1) 496ms (c1) 996ms (cul) 5ms 1 249ms c",
    );
  });
});

Deno.test("watchRun() counts the seconds of a long pause down", () => {
  marbles(({ cold, expectObservable }) => {
    const news$ = watchRun(() => cold("|", UPDATES), NO_JITTER).pipe(map(letter));
    // 0.25 + 0.5 + 1 s, then 2 s from 1,750 ms on.
    expectObservable(news$, "3700ms !").toBe("(c1) 246ms (c1) 496ms (c1) 996ms (c2) 996ms 1");
  });
});

Deno.test("watchRun() gives a connection up that says nothing for 30 s", () => {
  marbles(({ cold, expectObservable }) => {
    const sockets = ["s 19999ms u", "-"].map((socket) => cold(socket, UPDATES));
    const news$ = watchRun(() => sockets.shift()!, NO_JITTER).pipe(map(letter));
    expectObservable(news$, "50300ms !").toBe("(cul) 19995ms u 29999ms 1 249ms c");
  });
});

Deno.test("watchRun() completes when the socket closes after the end of the run", () => {
  marbles(({ cold, expectObservable }) => {
    const news$ = watchRun(() => cold("s 9ms e 9ms |", UPDATES)).pipe(map(letter));
    expectObservable(news$).toBe("(cul) 5ms u 9ms (z|)");
  });
});

Deno.test("watchRun() completes with the reason when the coordinator refuses the page", () => {
  marbles(({ cold, expectObservable }) => {
    const news$ = watchRun(() => cold("---#", UPDATES, new RefusedError("token", "Wrong token.")));
    expectObservable(news$).toBe("c--(x|)", {
      c: { status: { state: "connecting" } },
      x: { status: { state: "refused", reason: "Wrong token." } },
    });
  });
});

Deno.test("watchRun() completes where no run is going", () => {
  marbles(({ cold, expectObservable }) => {
    const news$ = watchRun(() => cold("---#", UPDATES, new RefusedError("no-run", "No run.")));
    expectObservable(news$).toBe("c--(x|)", {
      c: { status: { state: "connecting" } },
      x: { status: { state: "idle" } },
    });
  });
});

Deno.test("watchUrl() is on the page's own host, encrypted where the page is", () => {
  assertEquals(watchUrl({ protocol: "http:", host: "10.0.0.1:8080" }).href, "ws://10.0.0.1:8080/watch");
  assertEquals(watchUrl({ protocol: "https:", host: "example.org" }).href, "wss://example.org/watch");
});
