/** A thread of a crew that cannot multiply, once it has joined and shown its proof. */
import { createWasmKernels, serveCrew } from "@tributary/core";
import type { ThreadAnswer, ThreadOrder } from "../../packages/worker/threads/messages.ts";

const scope = globalThis as unknown as {
  onmessage: (event: { data: ThreadOrder }) => void;
  postMessage(message: ThreadAnswer): void;
};

scope.onmessage = ({ data: { invitation, arithmetic } }) => {
  let products = 0;
  try {
    serveCrew(invitation, (elements, place) => {
      const kernels = createWasmKernels(elements, { arithmetic, place });
      return {
        ...kernels,
        matmulLeaves(...args) {
          // The proof has one for each of two layers.
          if (products++ >= 2) throw new Error("no more products");
          kernels.matmulLeaves(...args);
        },
      };
    }, () => scope.postMessage({ type: "ready" }));
  } catch (error) {
    // Of use only before the crew is in place; later on, it has been told.
    scope.postMessage({ type: "failed", reason: (error as Error).message });
  }
};
scope.postMessage({ type: "listening" });
