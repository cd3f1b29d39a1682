/** The Web Worker that asks the model: a file of its own, which the page loads when its view is opened. */
import type { PredictorAnswer, PredictorRequest } from "./predictor_messages.ts";
import { PredictorSession } from "./predictor_session.ts";

/** The part of a Web Worker's global scope that is used here. */
interface Scope {
  postMessage(message: PredictorAnswer): void;
  onmessage: ((event: { data: PredictorRequest }) => void) | null;
}

const scope = globalThis as unknown as Scope;
const session = new PredictorSession({
  post: (answer) => scope.postMessage(answer),
  turn,
  now: () => performance.now(),
});
scope.onmessage = ({ data }) => void session.follow(data);

/** A message to oneself comes behind those that wait, and is not slowed as timers are. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
