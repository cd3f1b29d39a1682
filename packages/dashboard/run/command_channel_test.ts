import { type Command, decodeCommandRequest } from "@tributary/protocol";
import { assertEquals } from "@std/assert";
import { CommandChannel } from "./command_channel.ts";

const PAUSE: Command = { type: "pause" };

function openChannel() {
  const channel = new CommandChannel();
  const sent: { id: number; command: Command }[] = [];
  channel.open((text) => {
    const request = decodeCommandRequest(text);
    if (request === null || "refusal" in request) throw new Error(`no command: ${text}`);
    sent.push(request);
  });
  return { channel, sent };
}

Deno.test("answers are matched with their commands by id, in any order", async () => {
  const { channel, sent } = openChannel();
  const outcomes = [channel.send(PAUSE), channel.send({ type: "step" })];
  assertEquals(sent.map(({ command }) => command.type), ["pause", "step"]);
  const refusal = { code: "command", reason: "The run is not paused" } as const;
  channel.answer({ type: "commandAnswer", id: sent[1].id, refusal });
  channel.answer({ type: "commandAnswer", id: 99, refusal });
  channel.answer({ type: "commandAnswer", id: sent[0].id, refusal: null });
  assertEquals(await Promise.all(outcomes), [{ state: "followed" }, {
    state: "refused",
    reason: "The run is not paused",
  }]);
});

Deno.test("a command that waits when the connection breaks is not known to be followed, and is not sent again", async () => {
  const { channel, sent } = openChannel();
  const outcome = channel.send(PAUSE);
  channel.close();
  assertEquals((await outcome).state, "unknown");
  const again: string[] = [];
  channel.open((text) => again.push(text));
  assertEquals(again, []);
  channel.answer({ type: "commandAnswer", id: sent[0].id, refusal: null });
  channel.send(PAUSE);
  assertEquals(decodeCommandRequest(again[0]), { type: "command", id: sent[0].id + 1, command: PAUSE });
});

Deno.test("a command without a connection is refused at once", async () => {
  assertEquals((await new CommandChannel().send(PAUSE)).state, "refused");
});
