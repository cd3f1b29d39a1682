/** Starts the other threads of a worker, as Web Workers. */
import { Crew, type CrewOptions, type DataSet, ThreadFailedError } from "@tributary/core";
import type { Arithmetic, CrewInvitation } from "@tributary/core";
import type { NamedKernels } from "../kernels_named.ts";
import { THREAD_NAME, type ThreadAnswer, type ThreadOrder } from "./messages.ts";

/** What the threads run. */
export interface StartCrewOptions {
  kernels: NamedKernels;
  arithmetic: Arithmetic;
  /** The program of a thread. */
  program: URL | string;
}

/** A crew whose threads are ended by its disposal. */
export interface RunningCrew extends Disposable {
  crew: Crew;
}

/**
 * Makes a crew and waits until its threads are in place.
 *
 * @throws {RangeError} when the model makes no sense, the data set does not fit it, or there is not so much memory.
 * @throws {ThreadFailedError} when a thread cannot be started.
 */
export async function startCrew(
  options: CrewOptions,
  dataSet: DataSet,
  { kernels, arithmetic, program }: StartCrewOptions,
): Promise<RunningCrew> {
  const crew = new Crew(options, dataSet, kernels.make(arithmetic));
  const threads: Worker[] = [];
  const dispose = () => {
    crew.end();
    for (const thread of threads) thread.terminate();
  };
  const start = (invitation: CrewInvitation): Promise<void> => {
    const thread = new Worker(program, { type: "module", name: THREAD_NAME });
    threads.push(thread);
    return new Promise((resolve, reject) => {
      const fail = (reason: string) =>
        reject(
          new ThreadFailedError(`Cannot start thread ${invitation.thread + 1} of this worker: ${reason}`),
        );
      thread.onmessage = ({ data }: MessageEvent<ThreadAnswer>) => {
        if (data.type === "ready") return resolve();
        if (data.type === "failed") return fail(data.reason);
        thread.postMessage({ invitation, kernels: kernels.name, arithmetic } satisfies ThreadOrder);
      };
      thread.onerror = (event) => {
        event.preventDefault(); // Else it would end the whole process, with a stack trace.
        fail(event.message || "its program did not load");
      };
    });
  };
  try {
    await Promise.all(crew.invitations().map(start));
  } catch (error) {
    dispose();
    throw error;
  }
  return { crew, [Symbol.dispose]: dispose };
}
