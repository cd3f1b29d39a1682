/** The worker's entry: a file of its own, which is loaded when somebody opens the view. */
import type { ApproximationRequest } from "./messages.ts";
import { approximations } from "./serve.ts";

const answer = approximations();
const worker = globalThis as unknown as {
  onmessage: ((event: MessageEvent<ApproximationRequest>) => void) | null;
  postMessage(message: unknown): void;
};

worker.onmessage = ({ data }) => {
  const told = answer(data);
  if (told !== null) worker.postMessage(told);
};
