/** What a worker must show to take part. Decides by what it says; no I/O. */
import { ARITHMETIC_VERSION, blockLevel } from "@tributary/core";
import { type Hello, LIMITS, PROTOCOL_VERSION, type Ready, type Refusal } from "@tributary/protocol";
import { sameToken } from "./tokens.ts";

/** What is wanted of a worker, and what it is told. */
export interface Admission {
  token: string;
  /** The run description as JSON text, as it is sent. */
  run: string;
  runSha256: string;
  dataSha256: string;
  dataBytes: number;
  proofSha256: string;
  /** Length of the parameter vector. */
  parameters: number;
  leafSize: number;
}

/** Why a worker that says hello cannot take part, or null. */
export function helloRefusal({ token }: Admission, hello: Hello): Refusal | null {
  if (hello.protocol !== PROTOCOL_VERSION) {
    const reason = `The worker speaks version ${hello.protocol} of the protocol, wanted ${PROTOCOL_VERSION}`;
    return { code: "protocol-version", reason };
  }
  if (!sameToken(hello.token, token)) {
    return { code: "token", reason: `The token to work is ${hello.token === "" ? "missing" : "wrong"}` };
  }
  if (hello.arithmeticVersion !== ARITHMETIC_VERSION) {
    const reason =
      `The worker's arithmetic has version ${hello.arithmeticVersion}, wanted ${ARITHMETIC_VERSION}`;
    return { code: "arithmetic-version", reason };
  }
  return null;
}

/** Why a worker of that name, which is ready, cannot take part, or null. */
export function readyRefusal(admission: Admission, ready: Ready, name: string): Refusal | null {
  const { runSha256, dataSha256, proofSha256 } = admission;
  if (ready.runSha256 !== runSha256) return malformed(`${name} has another run description`);
  if (ready.dataSha256 !== dataSha256) {
    return { code: "data", reason: `The worker has the data set ${ready.dataSha256}, wanted ${dataSha256}` };
  }
  if (ready.proofSha256 !== proofSha256) {
    const reason = `The worker's arithmetic proof is ${ready.proofSha256.slice(0, 16)}..., wanted ` +
      `${proofSha256.slice(0, 16)}...: it computes other bits and cannot take part`;
    return { code: "proof", reason };
  }
  return null;
}

/** How fast a worker is believed to be before it has answered, by its proof of two leaves: milliseconds. */
export function firstSpeeds(
  { leafSize }: Admission,
  { proofMs }: Ready,
): { msPerLeaf: number; msPerBlock: number } {
  // A block has at least as many samples, forward only.
  return {
    msPerLeaf: clampMs(proofMs) / 2,
    msPerBlock: clampMs(clampMs(proofMs) * 2 ** blockLevel(leafSize) / 2),
  };
}

/** The proof's time, as far as a peer's claim can be believed: it decides when the first answers are late. */
function clampMs(ms: number): number {
  return ms > 0 && ms < LIMITS.proofMsMax ? ms : LIMITS.proofMsMax;
}

/** A peer said what no peer says. */
export function malformed(reason: string): Refusal {
  return { code: "message", reason };
}
