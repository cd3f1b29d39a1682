/** The page's side of the Web Worker that asks the model. */
import type { Answers, PredictedRun, PredictorAnswer, PredictorRequest } from "./predictor_messages.ts";
import type { SampleSet } from "./samples.ts";

/** Asks one model. Disposing ends it; what is open then is answered never. */
export interface Predictor extends Disposable {
  /** The samples to look at; once. */
  setSamples(samples: SampleSet): void;
  /** For everything that is asked from now on; they go to the thread, and are empty afterwards. */
  setParameters(parameters: Float32Array<ArrayBuffer>): void;
  /** The answers to all samples. @throws {Error} when they cannot be had. */
  look(): Promise<Answers>;
  /** The outputs for one input. @throws {Error} when they cannot be had. */
  ask(input: Uint8Array | Float32Array): Promise<Float32Array>;
}

/** How a predictor is started. `onInexact` is called when this engine cannot compute the workers' bits. */
export type StartPredictor = (run: PredictedRun, onInexact: () => void) => Predictor;

/** The part of a Web Worker that is used here, so that tests can stand in for it. */
export interface PredictorThread {
  postMessage(message: PredictorRequest, transfer?: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<PredictorAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Question {
  resolve(answer: never): void;
  reject(error: Error): void;
}

/** Starts the Web Worker. */
export const startPredictor: StartPredictor = (run, onInexact) =>
  predictorOn(new Worker("/predictor.js", { type: "module", name: "predictions" }), run, onInexact);

/** A predictor on a thread that has just been started. */
export function predictorOn(thread: PredictorThread, run: PredictedRun, onInexact: () => void): Predictor {
  const open = new Map<number, Question>();
  let broken: Error | null = null;
  let lastId = 0;
  const question = <T>(ask: (id: number) => PredictorRequest): Promise<T> => {
    if (broken !== null) return Promise.reject(broken);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const id = ++lastId;
    open.set(id, { resolve, reject });
    thread.postMessage(ask(id));
    return promise;
  };
  const breakOff = (reason: string) => {
    broken = new Error(reason);
    for (const { reject } of open.values()) reject(broken);
    open.clear();
  };
  const settle = (id: number, how: (question: Question) => void) => {
    const found = open.get(id);
    open.delete(id);
    if (found) how(found);
  };
  thread.onmessage = ({ data }) => {
    switch (data.type) {
      case "looked":
        return settle(data.id, ({ resolve }) => resolve(data as never));
      case "answered":
        return settle(data.id, ({ resolve }) => resolve(data.outputs as never));
      case "inexact":
        return onInexact();
      case "failed":
        if (data.id === null) return breakOff(data.reason);
        return settle(data.id, ({ reject }) => reject(new Error(data.reason)));
      default:
        data satisfies never;
    }
  };
  thread.onerror = ({ message }) => breakOff(message || "The program that asks the model did not load");
  const { model, arithmetic, leafSize } = run;
  thread.postMessage({ type: "open", model, arithmetic, leafSize });
  return {
    setSamples: (samples) => thread.postMessage({ type: "samples", samples }),
    setParameters: (parameters) =>
      thread.postMessage({ type: "parameters", parameters }, [parameters.buffer]),
    look: () => question((id) => ({ type: "look", id })),
    // A view would be sent with everything that it is a view of.
    ask: (input) => question((id) => ({ type: "ask", id, input: input.slice() })),
    [Symbol.dispose]: () => thread.terminate(),
  };
}
