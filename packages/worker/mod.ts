/** Receives parameters and a range of samples, returns gradient sums. Runs in Deno and in a browser. */
export { Computation, type EvaluatedRange } from "./computation.ts";
export { Session, type SessionEnd, type SessionOptions } from "./session.ts";
export { type Incoming, openWebSocket, type Transport } from "./transport.ts";
