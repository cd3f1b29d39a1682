import { ARITHMETIC_VERSION } from "@tributary/core";
import { type Hello, LIMITS, PROTOCOL_VERSION, type Ready } from "@tributary/protocol";
import { assertEquals } from "@std/assert";
import { type Admission, firstSpeeds, helloRefusal, readyRefusal } from "./admission.ts";

const ADMISSION: Admission = {
  token: "a token to work",
  run: "{}",
  runSha256: "1".repeat(64),
  dataSha256: "2".repeat(64),
  dataBytes: 1,
  proofSha256: "3".repeat(64),
  parameters: 10,
  leafSize: 32,
};
const HELLO = {
  protocol: PROTOCOL_VERSION,
  token: ADMISSION.token,
  arithmeticVersion: ARITHMETIC_VERSION,
} as Hello;
const { runSha256, dataSha256, proofSha256 } = ADMISSION;
const READY = { runSha256, dataSha256, proofSha256, proofMs: 10 } as Ready;

Deno.test("a hello must have the protocol's version, the token and the arithmetic's version, in this order", () => {
  const codeOf = (changes: Partial<Hello>) => helloRefusal(ADMISSION, { ...HELLO, ...changes })?.code ?? null;
  assertEquals(codeOf({}), null);
  assertEquals(codeOf({ arithmeticVersion: 0 }), "arithmetic-version");
  assertEquals(codeOf({ arithmeticVersion: 0, token: "another" }), "token");
  assertEquals(codeOf({ arithmeticVersion: 0, token: "another", protocol: 0 }), "protocol-version");
});

Deno.test("who is ready must have this run, these data and these bits", () => {
  const codeOf = (changes: Partial<Ready>) =>
    readyRefusal(ADMISSION, { ...READY, ...changes }, "anvil")?.code ?? null;
  assertEquals(codeOf({}), null);
  assertEquals(codeOf({ runSha256: "" }), "message");
  assertEquals(codeOf({ dataSha256: "" }), "data");
  assertEquals(codeOf({ proofSha256: "" }), "proof");
});

Deno.test("a proof of two leaves tells a speed, but no claim is believed that makes answers late for ever", () => {
  const leafMs = (proofMs: number) => firstSpeeds(ADMISSION, { ...READY, proofMs }).msPerLeaf;
  assertEquals([10, 0, -1, 1e9, NaN].map(leafMs), [5, ...Array(4).fill(LIMITS.proofMsMax / 2)]);
});
