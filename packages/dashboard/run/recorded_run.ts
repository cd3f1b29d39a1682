/** A run as the history has it, told in the words of a connection: so all that shows a live run shows an earlier one. */
import {
  decodeRunEvents,
  decodeRuns,
  emptySteps,
  LIMITS,
  type RunList,
  type RunSummary,
  standingAt,
  viewSteps,
  type WatchUpdate,
} from "@tributary/protocol";
import { Observable } from "rxjs";
import type { ConnectionNews } from "./connection.ts";
import type { Request } from "./request.ts";

/** Steps in one answer at most: the last chunk of it may reach over the bound. */
const HISTORY_STEPS_MAX = 2 * LIMITS.runStepsMax;
/** A run that goes on elsewhere is asked for again after this. */
const POLL_MS = 2_000;

/** Tells all of the run; where it goes on, also what is new, until nobody listens. Never fails. */
export function recordedRun(
  request: Request,
  id: number,
  pollMs: number = POLL_MS,
): Observable<ConnectionNews> {
  return new Observable((subscriber) => {
    const stop = new AbortController();
    const tell = async () => {
      try {
        for await (const news of read(request, { id, pollMs, signal: stop.signal })) {
          if (stop.signal.aborted) return;
          subscriber.next(news);
        }
      } catch (error) {
        if (!stop.signal.aborted) {
          subscriber.next({ status: { state: "missing", reason: sentence(error as Error) } });
        }
      }
      subscriber.complete();
    };
    tell();
    return () => stop.abort();
  });
}

interface ReadOptions {
  id: number;
  pollMs: number;
  signal: AbortSignal;
}

async function* read(request: Request, { id, pollMs, signal }: ReadOptions): AsyncGenerator<ConnectionNews> {
  const get = (path: string) => request(path, { signal });
  const stepsAfter = (step: number): Promise<Response> => {
    const answer = get(`/runs/${id}/steps?after=${step}`);
    answer.catch(() => {}); // It may come to nothing before anybody waits for it.
    return answer;
  };
  yield { status: { state: "connecting" } };
  let told = { event: 0, step: 0 };
  for (;;) {
    const { runs: [summary], now } = decodeRuns<RunList>(await (await get(`/runs/${id}`)).text());
    // Steps were taken back: everything is told anew.
    if (summary.step < told.step) told = { event: 0, step: 0 };
    // Nobody has to wait for the events first, unless they can say that steps were taken back.
    const first = told.event === 0 ? stepsAfter(told.step) : null;
    const stepsToCome = Math.max(0, summary.step - told.step);
    for (let more = true; more;) {
      const part = decodeRunEvents(await (await get(`/runs/${id}/events?after=${told.event}`)).text());
      if (told.event > 0 && part.update.events.some(({ type }) => type === "rolledBack")) {
        told = { event: 0, step: 0 };
        continue;
      }
      yield { update: { ...part.update, stepsToCome } };
      told.event = part.last;
      more = part.more;
    }
    let next: Promise<Response> | null = first ?? stepsAfter(told.step);
    while (next !== null) {
      const response: Response = await next;
      const bytes = await response.arrayBuffer();
      const steps = bytes.byteLength === 0 ? null : viewSteps(bytes, HISTORY_STEPS_MAX);
      told.step = steps?.step.at(-1) ?? told.step;
      // The next part is on its way while this one is read.
      next = response.headers.get("x-tributary-more") === "true" ? stepsAfter(told.step) : null;
      if (steps !== null) yield { update: { type: "steps", steps } };
    }
    yield { update: nothingNew(summary) }; // and no step is to come
    const standing = standingAt(summary, now);
    yield { status: { state: "recorded", standing, name: summary.name } };
    if (standing !== "running") return;
    await pause(pollMs, signal);
  }
}

function nothingNew({ seenAt }: RunSummary): WatchUpdate {
  return { type: "update", fromStart: false, at: seenAt, events: [], steps: emptySteps(), workers: [] };
}

/** @throws {Error} as soon as the signal says so. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new Error("Nobody listens"));
    });
  });
}

function sentence({ message }: Error): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
