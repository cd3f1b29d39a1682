import { assertEquals } from "@std/assert";
import { CLOSE_REFUSED, decodeWatchUpdate, type JoinLinks, type TrainingEvent } from "@tributary/protocol";
import { Subject } from "rxjs";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { FakeSocket } from "../../tests/support/fake_socket.ts";
import { Feed } from "./feed.ts";

const LINKS: JoinLinks[] = [{ browser: "b", checkout: "c", program: "p", onlyHere: true }];

Deno.test("a page that may watch is told the ways to join once, and one without the token is told nothing", () => {
  using clock = new FakeClock();
  const events = new Subject<TrainingEvent>();
  const feed = new Feed({
    events$: events,
    steps$: new Subject(),
    everyone: [],
    mayWatch: (token) => token === "watch",
    links: () => LINKS,
    now: () => 0,
  });
  const accept = (token: string | null) => {
    const socket = new FakeSocket();
    feed.accept(socket.socket);
    socket.says(JSON.stringify({ type: "watch", token }));
    return socket;
  };
  const friend = accept("watch"), stranger = accept(null);
  events.next({ type: "notice", at: 0, text: "news" });
  clock.tick(1_000);
  assertEquals(friend.texts.map((text) => decodeWatchUpdate(text).links), [LINKS, undefined]);
  assertEquals([stranger.texts, stranger.closes], [[], [[CLOSE_REFUSED, "token"]]]);
  feed.end();
});
