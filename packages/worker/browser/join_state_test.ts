import { assert, assertEquals } from "@std/assert";
import { emptyJoinState, isActive, type JoinNews, type JoinState, reduceJoinState } from "./join_state.ts";
import { type JoinPlace, joinWords } from "./join_words.ts";

const PLACE: JoinPlace = { origin: "http://10.0.0.1:8080", name: "Firefox on Android", isSecure: true };

/** The state after news, each with its time in milliseconds. */
function after(...news: [at: number, JoinNews][]): JoinState {
  return news.reduce((state, [at, news]) => reduceJoinState(state, news, at), emptyJoinState(true));
}

const JOINED: JoinNews = { type: "joined", run: "mnist" };
const answered = (samples: number): JoinNews => ({ type: "answered", samples });

Deno.test("the page says what the worker does, from the link to the end of the run", () => {
  const story: [JoinState, RegExp][] = [
    [emptyJoinState(false), /^No token: .*the whole link/],
    [emptyJoinState(true), /^Connecting: Asking http:\/\/10\.0\.0\.1:8080/],
    [after([0, { type: "fetching", bytes: 7_940_000 }]), /^Joining: Fetching the data set, 7\.9 MB\.$/],
    [after([0, JOINED]), /^Working: .*the run mnist, as Firefox on Android/],
    [
      after([0, { type: "away", reason: "No one.", pauseMs: 1_900 }]),
      /^Reconnecting: No one\. Trying again in 2 s\.$/,
    ],
    [after([0, { type: "ended", reason: "Done.", samples: 5 }]), /^The run is over: Done\./],
    [after([0, { type: "left", samples: 5 }]), /^You left: /],
    [after([0, { type: "refused", reason: "Wrong token.", samples: 0 }]), /^Refused: Wrong token\.$/],
    [after([0, { type: "broken", reason: "out of memory" }]), /^Stopped: .*out of memory\.$/],
  ];
  for (const [state, words] of story) {
    const { headline, detail } = joinWords(state, PLACE, 0);
    assert(words.test(`${headline}: ${detail}`), `${headline}: ${detail}`);
  }
});

Deno.test("samples per second are of the last five seconds, and fall to 0 when nothing is asked", () => {
  const news: [number, JoinNews][] = [[0, JOINED]];
  // 100 samples/s for ten seconds, then 200.
  for (let i = 1; i <= 100; i++) news.push([100 * i, answered(10 * i)]);
  assertEquals(joinWords(after(...news), PLACE, 10_000).rate, "100");
  for (let i = 1; i <= 100; i++) news.push([10_000 + 100 * i, answered(1_000 + 20 * i)]);
  assertEquals(joinWords(after(...news), PLACE, 20_000).rate, "200");
  assertEquals(joinWords(after(...news), PLACE, 30_000).rate, "67");
});

Deno.test("the attempts to come back do not make the page flicker", () => {
  const away: JoinNews = { type: "away", reason: "No one.", pauseMs: 500 };
  const state = after([0, JOINED], [10, away], [510, { type: "connecting" }]);
  assertEquals(joinWords(state, PLACE, 510).detail, "No one. Trying again.");
  assertEquals(reduceJoinState(state, JOINED, 600).stage, { type: "working", run: "mnist" });
});

Deno.test("a hidden tab is warned, and told afterwards what it computed meanwhile", () => {
  const hidden = after([0, JOINED], [10, answered(100)], [20, { type: "visibility", hidden: true }]);
  assert(joinWords(hidden, PLACE, 30).warnings[0].startsWith("This tab is hidden."));
  assertEquals(joinWords(hidden, PLACE, 30).title, "Hidden · Working · Tributary");
  const shown = [[80_000, answered(1_300)], [80_020, { type: "visibility", hidden: false }]] as const;
  const back = shown.reduce((state, [at, news]) => reduceJoinState(state, news, at), hidden);
  assertEquals(joinWords(back, PLACE, 80_030).warnings, [
    "While this tab was hidden, for 1:20 min, it computed 1,200 samples.",
  ]);
});

Deno.test("battery and plain http are warned of while the tab works, and not after it left", () => {
  const place = { ...PLACE, isSecure: false };
  const working = after([0, JOINED], [1, { type: "battery", level: 0.5 }]);
  assertEquals(joinWords(working, place, 2).warnings.map((text) => text.split(" ").slice(0, 6).join(" ")), [
    "This device runs on battery, 50",
    "This page came over plain http,",
  ]);
  const left = reduceJoinState(working, { type: "left", samples: 0 }, 3);
  assertEquals([joinWords(left, place, 3).warnings, isActive(left)], [[], false]);
});
