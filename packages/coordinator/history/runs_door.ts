/**
 * The history over HTTP, below `/runs`:
 *
 * - `GET /runs?after=REVISION`: `RunList`,
 * - `GET /runs/ID`: `RunList` of this one,
 * - `GET /runs/ID/events?after=NUMBER`: `RunEvents`,
 * - `GET /runs/ID/steps?after=STEP`: bytes of `packSteps()`; the header `x-tributary-more` is "true" where there is more,
 * - `PATCH /runs/ID` with `{"name":"..."}` renames; `DELETE /runs/ID` hides; `POST /runs/ID/restore` undoes that: each
 *   answers with the `RunSummary`.
 *
 * Off loopback, looking on needs the token to watch; what changes the history needs the token to control everywhere.
 */
import { decodeRunName, RUN_NAME_LENGTH_MAX, type RunList, standingAt, stringify } from "@tributary/protocol";
import type { Runs } from "./runs.ts";

/** A history that can be asked. */
export interface RunsDoor {
  /** Null where there is no history, as it could not be opened. */
  runs(): Runs | null;
  /** The run that this coordinator directs, or null. */
  live(): number | null;
  /** Milliseconds since 1970. */
  now(): number;
}

/** A request below `/runs`. */
export interface RunsRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
  /** What the one who asks may do. */
  mayRead: boolean;
  mayEdit: boolean;
}

/** What is answered. */
export interface RunsAnswer {
  status: number;
  contentType: string;
  body: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Whether a path is one of the history. */
export function isRunsPath(path: string): boolean {
  return path === "/runs" || path.startsWith("/runs/");
}

/** Answers a request. Never throws: what SQLite says is an answer, too. */
export function answerRuns(door: RunsDoor, request: RunsRequest): RunsAnswer {
  const { method, path, mayRead, mayEdit } = request;
  const route = ROUTES.find(({ method: wanted, pattern }) =>
    (wanted === method || (wanted === "GET" && method === "HEAD")) && pattern.test(path)
  );
  if (route === undefined) {
    const allowed = ROUTES.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return allowed.length === 0 ? say(404, "Not found") : say(405, `Only ${allowed.join(", ")}`);
  }
  if (!mayRead) {
    return say(401, "The history needs the token to watch: open the page by the link that was printed");
  }
  if (route.method !== "GET" && !mayEdit) {
    return say(
      401,
      "To change the history, open the page by the link that was printed: it needs the token to control",
    );
  }
  const runs = door.runs();
  if (runs === null) {
    return say(
      503,
      "There is no history here: what keeps it from being read was said where the run was started",
    );
  }
  const id = Number(path.match(route.pattern)![1] ?? 0);
  const after = Number(request.query.get("after") ?? 0);
  if (!Number.isSafeInteger(after)) {
    return say(400, "Cannot list what is after that: wanted a whole number, as in ?after=0");
  }
  try {
    return route.answer({ ...request, door, runs, id, after }) ??
      say(404, "There is no such run in the history");
  } catch (error) {
    return say(503, `The history cannot be used now: ${(error as Error).message}`);
  }
}

interface Call extends RunsRequest {
  door: RunsDoor;
  runs: Runs;
  id: number;
  after: number;
}

interface Route {
  method: "GET" | "PATCH" | "DELETE" | "POST";
  pattern: RegExp;
  /** Null: there is no such run. */
  answer(call: Call): RunsAnswer | null;
}

const ROUTES: readonly Route[] = [
  {
    method: "GET",
    pattern: /^\/runs$/,
    answer: ({ door, runs, after, mayEdit }) =>
      json({ ...runs.list(after), live: door.live(), mayEdit, now: door.now() } satisfies RunList),
  },
  {
    method: "GET",
    pattern: /^\/runs\/(\d{1,15})$/,
    answer: ({ door, runs, id, mayEdit }) => {
      const summary = runs.summary(id);
      return summary && json(
        { runs: [summary], more: false, live: door.live(), mayEdit, now: door.now() } satisfies RunList,
      );
    },
  },
  {
    method: "GET",
    pattern: /^\/runs\/(\d{1,15})\/events$/,
    answer: ({ runs, id, after }) => json(runs.events(id, after)),
  },
  {
    method: "GET",
    pattern: /^\/runs\/(\d{1,15})\/steps$/,
    answer: ({ runs, id, after }) => {
      const part = runs.steps(id, after);
      return part && {
        status: 200,
        contentType: "application/octet-stream",
        body: part.bytes,
        headers: { "x-tributary-more": String(part.more) },
      };
    },
  },
  {
    method: "PATCH",
    pattern: /^\/runs\/(\d{1,15})$/,
    answer: ({ runs, id, body }) => {
      const name = decodeRunName(body);
      if (name === null) {
        return say(
          400,
          `Cannot rename the run: wanted {"name": "..."} with 1 to ${RUN_NAME_LENGTH_MAX} letters`,
        );
      }
      return json(runs.rename(id, name));
    },
  },
  {
    method: "DELETE",
    pattern: /^\/runs\/(\d{1,15})$/,
    answer: ({ runs, id, door }) => {
      const summary = runs.summary(id);
      const goesOn = door.live() === id ||
        (summary !== null && standingAt(summary, door.now()) === "running");
      return goesOn
        ? say(409, "Cannot delete the run while it goes on: stop it first")
        : json(runs.delete(id));
    },
  },
  {
    method: "POST",
    pattern: /^\/runs\/(\d{1,15})\/restore$/,
    answer: ({ runs, id }) => json(runs.restore(id)),
  },
];

function json(value: unknown): RunsAnswer | null {
  return value === null
    ? null
    : { status: 200, contentType: "application/json", body: `${stringify(value)}\n` };
}

function say(status: number, sentence: string): RunsAnswer {
  return { status, contentType: "text/plain", body: `${sentence}\n` };
}
