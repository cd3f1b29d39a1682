/** A thread of a worker: waits for its invitation, and computes until the crew ends. */
import { serveCrew } from "@tributary/core";
import { type KernelsName, kernelsNamed, type NamedKernels } from "../kernels_named.ts";
import { THREAD_NAME, type ThreadAnswer, type ThreadOrder } from "./messages.ts";

/** The part of a Web Worker's global scope that is used here. */
interface Scope {
  name?: string;
  document?: unknown;
  postMessage(message: ThreadAnswer): void;
  close(): void;
  onmessage: ((event: { data: ThreadOrder }) => void) | null;
}

const scope = globalThis as unknown as Scope;

/** Whether this program was started to be a thread of a worker. */
export function isThread(): boolean {
  return scope.document === undefined && scope.name === THREAD_NAME;
}

/** Serves as a thread. `kernelsOf` gives what computes; a program that is served has no native kernels. */
export function runThread(kernelsOf: (name: KernelsName) => NamedKernels = served): void {
  scope.onmessage = ({ data: { invitation, kernels, arithmetic } }) => {
    let isReady = false;
    try {
      serveCrew(invitation, kernelsOf(kernels).make(arithmetic), () => {
        isReady = true;
        scope.postMessage({ type: "ready" });
      });
    } catch (error) {
      // Once it is ready, the crew has been told.
      if (!isReady) scope.postMessage({ type: "failed", reason: (error as Error).message });
    }
    scope.close();
  };
  // What is sent to a Web Worker before its program listens is lost.
  scope.postMessage({ type: "listening" });
}

function served(name: KernelsName): NamedKernels {
  return kernelsNamed(name === "reference" ? name : "wasm");
}
