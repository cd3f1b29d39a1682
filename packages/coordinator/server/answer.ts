/** What is answered to requests over HTTP: the page, data, the history, health and metrics. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { LIMITS, PROTOCOL_VERSION } from "@tributary/protocol";
import { answerRuns, isRunsPath, type RunsDoor } from "../history/runs_door.ts";
import {
  type Doors,
  isExpected,
  mayEditHistory,
  mayFetchData,
  mayMeasure,
  mayReadHistory,
  type Visitor,
} from "./doors.ts";
import type { Flight } from "./flight.ts";
import { findPageData, type PageData, type PageDataSource } from "./page_data.ts";
import type { PageFile } from "./page_files.ts";
import { readBody } from "./read_body.ts";

/** What there is to fetch, and who may. */
export interface Site {
  doors: Doors;
  files: ReadonlyMap<string, PageFile>;
  /** Data blobs by SHA-256. */
  data: ReadonlyMap<string, Uint8Array>;
  /** In Prometheus' text format. */
  metrics?(): Promise<string>;
  /** For pages, when a person wants to see it; by default, there is nothing. */
  pageData?: PageDataSource;
  /** Earlier runs. */
  runs?: RunsDoor;
}

/** Sent with every answer. */
const HEADERS: Record<string, string> = {
  "content-security-policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-cache",
};

/** Prometheus' text format. */
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
/** Workers know this answer, and tell their person what to do. */
export const FORBIDDEN =
  "Forbidden by this Tributary coordinator: it was asked for under a name that is none of its own, or by a page of another " +
  "site. Use an address that it prints, or start it with --public-url.\n";

const TOO_MANY =
  `Too many requests came from this address: at most ${LIMITS.requestsPerSecond} a second are answered\n`;

/** Answers a request for anything but a WebSocket. */
export async function answer(
  options: Site,
  flight: Flight,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { doors, files, data, metrics, pageData = {} } = options;
  const { authorization } = request.headers;
  const path = pathOf(request);
  const isOfHistory = options.runs !== undefined && isRunsPath(path);
  if (request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined) {
    response.shouldKeepAlive = false; // nobody reads the body to its end
  }
  if (!isExpected(doors, visitor(request))) return send(response, 403, "text/plain", FORBIDDEN);
  if (isOfHistory) return await answerHistory(options, flight, request, response);
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.shouldKeepAlive = false;
    return send(response, 405, "text/plain", "Only GET\n");
  }
  if (path === "/healthz") {
    const health = `{"tributary":"coordinator","protocol":${PROTOCOL_VERSION}}\n`;
    return send(response, 200, "application/json", health);
  }
  if (path === "/metrics" && metrics !== undefined) {
    return mayMeasure(doors, authorization)
      ? send(response, 200, METRICS_TYPE, await metrics())
      : send(response, 401, "text/plain", "The metrics need the token to watch or to work\n");
  }
  const found = findPageData(path, pageData);
  if (found !== null) {
    if (!mayMeasure(doors, authorization)) {
      return send(response, 401, "text/plain", "The model and its data need the token to watch or to work\n");
    }
    if (path === "/parameters") flight.noteParameters();
    return sendPageData(response, found, flight);
  }
  const blob = path.startsWith("/data/") ? data.get(path.slice("/data/".length)) : undefined;
  if (blob !== undefined) {
    return mayFetchData(doors, authorization)
      ? send(response, 200, "application/octet-stream", blob)
      : send(response, 401, "text/plain", "The data set needs the token to work\n");
  }
  const file = files.get(path);
  if (file !== undefined) return send(response, 200, file.contentType, file.bytes);
  send(response, 404, "text/plain", "Not found\n");
}

/** Answers one request of too many; the connection is closed, so that who goes on has to come by the gate again. */
export function answerTooMany(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  send(response, 429, "text/plain", TOO_MANY, { "retry-after": "1" });
}

/** What is asked of earlier runs: the only requests that may have a body. */
async function answerHistory(
  { doors, runs }: Site,
  flight: Flight,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { authorization } = request.headers;
  const body = await readBody(request, LIMITS.runEditBytesMax);
  if (body === null) {
    return send(response, 413, "text/plain", `A request may have at most ${LIMITS.runEditBytesMax} bytes\n`);
  }
  const { method = "GET", url = "" } = request;
  const answer = answerRuns(runs!, {
    method,
    path: pathOf(request),
    query: new URLSearchParams(url.split("?").slice(1).join("?")),
    body,
    mayRead: mayReadHistory(doors, authorization),
    mayEdit: mayEditHistory(doors, authorization),
  });
  if (!flight.takeOff(answer.body.length, response)) return sendBusy(response);
  send(response, answer.status, answer.contentType, answer.body, answer.headers);
}

/** Sends a copy, within the bounds of one and of all. */
function sendPageData(response: ServerResponse, data: PageData, flight: Flight): void {
  const { subject, length, lengthMax } = data;
  if (length > lengthMax) {
    return send(response, 413, "text/plain", `${subject} ${length} bytes, at most ${lengthMax} are served\n`);
  }
  if (!flight.takeOff(length, response)) return sendBusy(response);
  send(response, 200, "application/octet-stream", data.copy(), data.headers);
}

function sendBusy(response: ServerResponse): void {
  const reason = "Too much is being fetched from the coordinator at this moment: try again in some seconds\n";
  send(response, 503, "text/plain", reason, { "retry-after": "5" });
}

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Uint8Array,
  more: Record<string, string> = {},
): void {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  response.writeHead(status, {
    ...HEADERS,
    ...more,
    "content-type": contentType,
    "content-length": String(bytes.length),
    ...status === 401 ? { "www-authenticate": "Bearer" } : {},
  });
  response.end(bytes);
}

/** A request's path, without what follows a `?`. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?")[0];
}

/** What of a request decides whether it is expected. */
export function visitor({ headers }: IncomingMessage): Visitor {
  return { host: headers.host, origin: headers.origin };
}
