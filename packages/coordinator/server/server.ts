/** The one port: page, data, health and metrics over HTTP, workers and watchers over WebSocket; over TLS where wanted. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, Server as TlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import "bufferutil";
import { LIMITS, PROTOCOL_VERSION, UserError } from "@tributary/protocol";
// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import type { Certificate } from "./certificate.ts";
import { ConnectionGate } from "./connection_gate.ts";
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
import { Flight } from "./flight.ts";
import { findPageData, type PageData, type PageDataSource } from "./page_data.ts";
import type { PageFile } from "./page_files.ts";
import { readBody } from "./read_body.ts";

/** What is served. */
export interface ServerOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** With one, everything goes over TLS. */
  certificate?: Certificate | null;
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
  /** The longest message or frame that a worker may send. */
  workerPayloadBytesMax?: number;
  onWorker(socket: WebSocket, address: string): void;
  onWatcher(socket: WebSocket): void;
}

/** A listening server. */
export interface RunningServer {
  port: number;
  /** Ends when all sockets have closed, or were made to. */
  close(): Promise<void>;
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

/** How long `ws` waits for the other side to close, too; its types do not know the option yet. */
const GOODBYE = { closeTimeout: LIMITS.goodbyeMs };
/** Prometheus' text format. */
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
/** Workers know this answer, and tell their person what to do. */
const FORBIDDEN =
  "Forbidden by this Tributary coordinator: it was asked for under a name that is none of its own, or by a page of another " +
  "site. Use an address that it prints, or start it with --public-url.\n";

/**
 * Listens.
 *
 * @throws {UserError} when the port is taken or the address is not this machine's.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const hasTooMany = requestCounter();
  const flight = new Flight();
  let isClosing = false;
  const http = createHttpServer(options, (request, response) => {
    if (hasTooMany(request, response)) return request.socket.destroy();
    answer(options, flight, request, response).catch(() => response.destroy());
  });
  const gate = guard(http);
  const doors: Record<
    string,
    { sockets: WebSocketServer; socketsMax: number; accept(socket: WebSocket, address: string): void }
  > = {
    "/work": {
      sockets: webSockets(options.workerPayloadBytesMax ?? LIMITS.frameBytesMax),
      socketsMax: LIMITS.workSocketsMax,
      accept: (socket, address) => options.onWorker(socket, address),
    },
    "/watch": {
      sockets: webSockets(LIMITS.watchRequestBytesMax),
      socketsMax: LIMITS.watchSocketsMax,
      accept: (socket) => options.onWatcher(socket),
    },
  };
  http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Uint8Array) => {
    socket.on("error", () => socket.destroy());
    const path = pathOf(request);
    const door = Object.hasOwn(doors, path) ? doors[path] : null;
    // Those that were refused stay for as long as they take to say goodbye: a crowd of them must not take all file descriptors.
    const hasRoom = !isClosing && door !== null && door.sockets.clients.size < door.socketsMax;
    if (door === null || !hasRoom || !isExpected(options.doors, visitor(request))) {
      const status = door === null ? "404 Not Found" : hasRoom ? "403 Forbidden" : "503 Service Unavailable";
      socket.end(
        `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
        () => socket.destroy(),
      );
      return;
    }
    const { remoteAddress = "" } = request.socket;
    door.sockets.handleUpgrade(request, socket, head as never, (webSocket) => {
      gate.upgraded(request.socket);
      door.accept(webSocket, remoteAddress);
    });
  });
  await listen(http, options);
  return {
    port: (http.address() as AddressInfo).port,
    close: async () => {
      isClosing = true;
      await allClosed(Object.values(doors).flatMap(({ sockets }) => [...sockets.clients]));
      await flight.end();
      await new Promise<void>((resolve) => {
        // What does not close by itself within the bound goes with the process.
        const deadline = setTimeout(resolve, LIMITS.goodbyeMs);
        http.close(() => {
          clearTimeout(deadline);
          resolve();
        });
        http.closeAllConnections();
      });
    },
  };
}

/** Lets closing sockets send what they have queued, within a bound. */
async function allClosed(sockets: readonly WebSocket[]): Promise<void> {
  const deadline = setTimeout(() => sockets.forEach((socket) => socket.terminate()), LIMITS.goodbyeMs);
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  clearTimeout(deadline);
}

function createHttpServer(
  { certificate }: ServerOptions,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const limits = {
    headersTimeout: LIMITS.httpHeaderTimeoutMs,
    requestTimeout: LIMITS.httpRequestTimeoutMs,
    keepAliveTimeout: LIMITS.httpKeepAliveMs,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: LIMITS.httpHeaderBytesMax,
  };
  const http = certificate
    ? createTlsServer({ ...limits, ...certificate, minVersion: "TLSv1.2" }, onRequest)
    : createServer(limits, onRequest);
  http.timeout = LIMITS.httpStallMs; // `ws` takes it off its sockets
  return http;
}

function webSockets(maxPayload: number): WebSocketServer {
  return new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false, ...GOODBYE });
}

/** Whether a connection asks on and on, and does not wait for its answers: each would lie in memory until it is read. */
function requestCounter(): (request: IncomingMessage, response: ServerResponse) => boolean {
  const unanswered = new WeakMap<Socket, number>();
  return ({ socket }, response) => {
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > LIMITS.httpRequestsAtOnceMax || socket.destroyed) return true;
    unanswered.set(socket, count);
    response.on("close", () => unanswered.set(socket, unanswered.get(socket)! - 1));
    return false;
  };
}

/** Turns away connections that are too many, and ends those that do not finish their TLS handshake. */
function guard(http: Server): { upgraded(socket: Socket): void } {
  const gate = new ConnectionGate(() => performance.now());
  /** Those in the gate, by their other end: a TLS socket has the same one as the connection below it. */
  const inside = new Map<string, { leave(): void; handshake: ReturnType<typeof setTimeout> | undefined }>();
  const otherEnd = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;
  http.on("connection", (socket: Socket) => {
    const { remoteAddress = "" } = socket;
    if (!gate.enter(remoteAddress)) return socket.destroy();
    const end = otherEnd(socket);
    const handshake = http instanceof TlsServer
      ? setTimeout(() => socket.destroy(), LIMITS.httpHeaderTimeoutMs)
      : undefined;
    const leave = () => {
      clearTimeout(handshake);
      if (inside.delete(end)) gate.leave(remoteAddress);
    };
    inside.set(end, { leave, handshake });
    socket.on("error", () => socket.destroy());
    socket.on("close", leave);
  });
  http.on("secureConnection", (socket: Socket) => clearTimeout(inside.get(otherEnd(socket))?.handshake));
  return { upgraded: (socket) => inside.get(otherEnd(socket))?.leave() };
}

function listen(http: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once(
      "error",
      (error: Error & { code?: string }) => reject(new UserError(explain(error, host, port))),
    );
    http.listen(port, host, () => resolve());
  });
}

function explain(error: Error & { code?: string }, host: string, port: number): string {
  const action = `Cannot listen on ${host}:${port}`;
  switch (error.code) {
    case "EADDRINUSE":
      return `${action} as another program does already: use --port with another number, or --port 0 for a free one.`;
    case "EACCES":
      return `${action} as this needs a privilege: use --port with a number from 1024.`;
    case "EADDRNOTAVAIL":
    case "EINVAL": // what Deno makes of EADDRNOTAVAIL
    case "ENOTFOUND":
      return `${action} as this machine has no such address: use --host 0.0.0.0 for all of its addresses.`;
    default:
      return `${action}: ${error.message}.`;
  }
}

async function answer(
  options: ServerOptions,
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

/** What is asked of earlier runs: the only requests that may have a body. */
async function answerHistory(
  { doors, runs }: ServerOptions,
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

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?")[0];
}

function visitor({ headers }: IncomingMessage): Visitor {
  return { host: headers.host, origin: headers.origin };
}
