import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  CLOSE_REFUSED,
  type Command,
  type CommandAnswer,
  decodeWatchMessage,
  LIMITS,
  type Refusal,
  type WatchUpdate,
} from "@tributary/protocol";
import { Subject } from "rxjs";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { FakeSocket } from "../../../tests/support/fake_socket.ts";
import { Feed } from "./feed.ts";

/** A feed that notes commands, and refuses to step. */
class Scene implements Disposable {
  readonly clock = new FakeClock();
  readonly followed: Command[] = [];
  readonly feed: Feed;
  now = 0;

  constructor() {
    const refusal: Refusal = { code: "command", reason: "Not now" };
    this.feed = new Feed({
      events$: new Subject(),
      steps$: new Subject(),
      workers: () => [],
      mayWatch: () => true,
      mayControl: (token) => token === "control",
      follow: (command) => {
        this.followed.push(command);
        return command.type === "step" ? refusal : null;
      },
      now: () => this.now,
    });
  }

  accept(token: string | null): FakeSocket {
    const socket = new FakeSocket();
    this.feed.accept(socket.socket);
    socket.says(JSON.stringify({ type: "watch", token }));
    return socket;
  }

  [Symbol.dispose](): void {
    this.feed.end();
    this.clock[Symbol.dispose]();
  }
}

function command(id: number, command: unknown): string {
  return JSON.stringify({ type: "command", id, command });
}

function answers({ texts }: FakeSocket): CommandAnswer[] {
  return texts.map(decodeWatchMessage).filter((message) => message.type === "commandAnswer");
}

Deno.test("a page with the token to control is told so, and each command is answered at once, with its id", () => {
  using scene = new Scene();
  const page = scene.accept("control");
  assertEquals((decodeWatchMessage(page.texts[0]) as WatchUpdate).mayControl, true);
  page.says(command(7, { type: "pause" }));
  page.says(command(8, { type: "step" }));
  page.says(command(9, { type: "change", settings: { batchSize: 0 } }));
  const [pause, step, change] = answers(page);
  assertEquals(pause, { type: "commandAnswer", id: 7, refusal: null });
  assertEquals(step, { type: "commandAnswer", id: 8, refusal: { code: "command", reason: "Not now" } });
  assertEquals([change.id, change.refusal?.code], [9, "command"]);
  assertStringIncludes(change.refusal!.reason, "settings.batchSize");
  assertEquals(scene.followed, [{ type: "pause" }, { type: "step" }]);
  assertEquals(page.closes, []);
});

Deno.test("a command without that token is refused in a sentence and not followed, also where everybody may look on", () => {
  using scene = new Scene();
  for (const token of [null, "watch", "contro"]) {
    const page = scene.accept(token);
    assertEquals((decodeWatchMessage(page.texts[0]) as WatchUpdate).mayControl, undefined);
    page.says(command(1, { type: "stop" }));
    const [{ refusal }] = answers(page);
    assertEquals(refusal?.code, "token");
    assertStringIncludes(refusal!.reason, "the link that the coordinator printed");
  }
  assertEquals(scene.followed, []);
});

Deno.test("a page that says something else, or too much in a second, is dropped", () => {
  using scene = new Scene();
  const odd = scene.accept("control");
  odd.says("{}");
  assertEquals(odd.closes, [[CLOSE_REFUSED, "message"]]);
  const busy = scene.accept("control");
  for (let i = 0; i < LIMITS.commandsPerSecondMax; i++) busy.says(command(i, { type: "pause" }));
  scene.now = 1_000;
  for (let i = 0; i < LIMITS.commandsPerSecondMax; i++) busy.says(command(i, { type: "pause" }));
  assertEquals(busy.closes, []);
  busy.says(command(99, { type: "pause" }));
  assertEquals(busy.closes, [[CLOSE_REFUSED, "message"]]);
  assertEquals(answers(busy).length, 2 * LIMITS.commandsPerSecondMax);
});
