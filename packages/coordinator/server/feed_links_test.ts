import { assertEquals } from "@std/assert";
import { CLOSE_REFUSED, decodeWatchUpdate, type JoinLinks, type TrainingEvent } from "@tributary/protocol";
import { Subject } from "rxjs";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { FakeSocket } from "../../../tests/support/fake_socket.ts";
import { Feed } from "./feed.ts";

const LINKS: JoinLinks[] = [{ browser: "b", checkout: "c", program: "p", onlyHere: true }];

Deno.test("a page that may invite is told the ways to join once, one that may watch is not, and others are told nothing", () => {
  using clock = new FakeClock();
  const events = new Subject<TrainingEvent>();
  const feed = new Feed({
    events$: events,
    steps$: new Subject(),
    workers: () => [],
    mayWatch: (token) => token !== null,
    links: (token) => token === "watch" ? LINKS : null,
    now: () => 0,
  });
  const accept = (token: string | null) => {
    const socket = new FakeSocket();
    feed.accept(socket.socket);
    socket.says(JSON.stringify({ type: "watch", token }));
    return socket;
  };
  const friend = accept("watch"), watcher = accept(""), stranger = accept(null);
  events.next({ type: "notice", at: 0, text: "news" });
  clock.tick(1_000);
  assertEquals(friend.texts.map((text) => decodeWatchUpdate(text).links), [LINKS, undefined]);
  assertEquals(watcher.texts.map((text) => decodeWatchUpdate(text).links), [undefined, undefined]);
  assertEquals([stranger.texts, stranger.closes], [[], [[CLOSE_REFUSED, "token"]]]);
  feed.end();
});

Deno.test("a page that says something after its request is dropped", () => {
  using _clock = new FakeClock();
  const options = {
    events$: new Subject<TrainingEvent>(),
    workers: () => [],
    mayWatch: () => true,
    now: () => 0,
  };
  const feed = new Feed({ ...options, steps$: new Subject() });
  const socket = new FakeSocket();
  feed.accept(socket.socket);
  for (let i = 0; i < 2; i++) socket.says('{"type":"watch","token":null}');
  assertEquals(socket.closes, [[CLOSE_REFUSED, "message"]]);
  feed.end();
});
