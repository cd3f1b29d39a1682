import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Command, decodeCommandRequest, encodeCommandRequest } from "./commands.ts";

const says = (command: unknown) => decodeCommandRequest(JSON.stringify({ type: "command", id: 7, command }));

Deno.test("every command is read as it was written", () => {
  const commands: Command[] = [
    { type: "pause" },
    { type: "step" },
    { type: "resume" },
    { type: "stop" },
    { type: "change", settings: { learningRate: 0.1 } },
    { type: "change", settings: { learningRate: 1e-30, weightDecay: 0, batchSize: 1 } },
    { type: "drop", worker: 0 },
  ];
  for (const command of commands) {
    const request = { type: "command", id: 7, command } as const;
    assertEquals(decodeCommandRequest(encodeCommandRequest(request)), request);
  }
});

Deno.test("a command that makes no sense is refused in a sentence that names the field", () => {
  const cases: [command: unknown, part: string][] = [
    [{ type: "fly" }, "its field type"],
    [{ type: "pause", now: true }, "its field now"],
    [{ type: "change", settings: {} }, "at least one of learningRate, weightDecay, batchSize"],
    [{ type: "change", settings: { learningRate: 0 } }, "its field settings.learningRate"],
    [{ type: "change", settings: { learningRate: 1e300 } }, "its field settings.learningRate"],
    [{ type: "change", settings: { learningRate: null } }, "its field settings.learningRate"],
    [{ type: "change", settings: { weightDecay: -1 } }, "its field settings.weightDecay"],
    [{ type: "change", settings: { batchSize: 1.5 } }, "its field settings.batchSize"],
    [{ type: "change", settings: { batchSize: 1_000_001 } }, "its field settings.batchSize"],
    [{ type: "change", settings: { leafSize: 3 } }, "its field settings.leafSize"],
    [{ type: "drop" }, "its field worker"],
    [null, "it is wrong"],
  ];
  for (const [command, part] of cases) {
    const read = says(command);
    assert(read !== null && "refusal" in read, JSON.stringify(command));
    assertEquals([read.id, read.refusal.code], [7, "command"]);
    assert(read.refusal.reason.includes(part), `${read.refusal.reason} has ${part}`);
  }
});

Deno.test("a text that is no command is null, whatever it is", () => {
  for (const text of ["", "{}", "[]", '{"type":"command"}', '{"type":"command","id":-1,"command":{}}', "{"]) {
    assertEquals(decodeCommandRequest(text), null, text);
  }
  fc.assert(fc.property(fc.string(), (text) => decodeCommandRequest(text) === null));
  fc.assert(fc.property(fc.json(), fc.nat(), (command, id) => {
    const read = decodeCommandRequest(`{"type":"command","id":${id},"command":${command}}`);
    return read !== null && read.id === id;
  }));
});
