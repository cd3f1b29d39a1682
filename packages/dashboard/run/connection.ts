/**
 * The page's connection to the coordinator: one WebSocket at a time, opened again after a growing, jittered pause when
 * it is lost, until the run has ended or the coordinator refuses the page.
 */
import {
  CLOSE_REFUSED,
  decodeWatchMessage,
  encodeWatchRequest,
  LIMITS,
  reconnectPauseMs,
  type RefusalCode,
  REFUSALS,
  type RunStanding,
  type StepsTold,
  type WatchUpdate,
} from "@tributary/protocol";
import type { CommandChannel } from "./command_channel.ts";
import {
  catchError,
  concat,
  defer,
  EMPTY,
  map,
  mergeMap,
  Observable,
  of,
  repeat,
  takeUntil,
  takeWhile,
  tap,
  timeout,
  timer,
} from "rxjs";

/** How the page stands with the coordinator. */
export type ConnectionStatus =
  | { state: "connecting" }
  | { state: "live" }
  /** Tries again in so many seconds. */
  | { state: "disconnected"; secondsLeft: number }
  | { state: "refused"; reason: string }
  /** The run has ended and the coordinator has gone. */
  | { state: "ended" }
  /** No run is going there: earlier ones are served. */
  | { state: "idle" }
  /** An earlier run, as the history has it, under the name that it has there. */
  | { state: "recorded"; standing: RunStanding; name: string }
  /** The history has no such run, or cannot be read. */
  | { state: "missing"; reason: string };

/** What a connection tells: a change of its own status, or an update that came over it. */
export type ConnectionNews = { status: ConnectionStatus } | { update: WatchUpdate | StepsTold };

/** The coordinator refuses this page, and asking again would not help. Its message is the reason. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";

  constructor(readonly code: RefusalCode, message: string) {
    super(message);
  }
}

/**
 * Watches a run for as long as there is something to watch. Completes when the run has ended and the socket is closed,
 * or when the page is refused; never fails.
 *
 * @param open the updates of one socket, such as {@link socketUpdates}.
 * @param random uniform in [0, 1), for the jitter.
 */
export function watchRun(
  open: () => Observable<WatchUpdate | StepsTold>,
  random: () => number = Math.random,
): Observable<ConnectionNews> {
  return defer(() => {
    let failures = 0;
    let hasEnded = false;
    const received$ = defer(open).pipe(
      // The coordinator always says something within a third of this.
      timeout({ each: LIMITS.silenceMaxMs, with: () => EMPTY }),
      tap((update) => {
        failures = 0;
        if (update.type === "steps") return;
        hasEnded = update.events.some((event) => event.type === "runEnded") ||
          (hasEnded && !update.fromStart);
      }),
      mergeMap((update, index): ConnectionNews[] =>
        index === 0 ? [{ update }, news({ state: "live" })] : [{ update }]
      ),
      catchError((error) => {
        if (!(error instanceof RefusedError)) return EMPTY;
        return of(
          news(error.code === "no-run" ? { state: "idle" } : { state: "refused", reason: error.message }),
        );
      }),
    );
    const afterwards$ = defer(() =>
      hasEnded ? of(news({ state: "ended" })) : countDown(reconnectPauseMs(++failures, random()))
    );
    return concat(of(news({ state: "connecting" })), received$, afterwards$).pipe(
      repeat(),
      takeWhile((item) => !isFinal(item), true),
    );
  });
}

/**
 * The updates that come over one WebSocket; commands go the other way while it is open. Completes when the socket closes,
 * however it closes.
 *
 * @throws {RefusedError} (as the Observable's error) when asking again would not help.
 */
export function socketUpdates(
  url: URL,
  { token, commands }: { token: string | null; commands: CommandChannel },
): Observable<WatchUpdate | StepsTold> {
  return new Observable<string | ArrayBuffer>((subscriber) => {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      socket.send(encodeWatchRequest({ type: "watch", token }));
      commands.open((text) => socket.send(text));
    };
    socket.onmessage = ({ data }) => subscriber.next(data);
    socket.onclose = ({ code, reason }) => {
      const refusal = code === CLOSE_REFUSED ? REFUSALS[reason as RefusalCode] : undefined;
      if (refusal && !refusal.retry) {
        const message = `The coordinator refuses this page: ${refusal.meaning}.`;
        subscriber.error(new RefusedError(reason as RefusalCode, message));
      } else subscriber.complete();
    };
    return () => {
      commands.close();
      socket.close();
    };
  }).pipe(
    map(decodeWatchMessage),
    mergeMap((message) => {
      if (message.type !== "commandAnswer") return of(message);
      commands.answer(message);
      return EMPTY;
    }),
  );
}

/** Where a page that came from `location` finds the coordinator's socket. */
export function watchUrl(location: { protocol: string; host: string }): URL {
  return new URL(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/watch`);
}

function countDown(pauseMs: number): Observable<ConnectionNews> {
  return timer(0, 1_000).pipe(
    map((second) => news({ state: "disconnected", secondsLeft: Math.ceil(pauseMs / 1_000) - second })),
    takeUntil(timer(pauseMs)),
  );
}

function news(status: ConnectionStatus): ConnectionNews {
  return { status };
}

function isFinal(item: ConnectionNews): boolean {
  return "status" in item && ["ended", "refused", "idle"].includes(item.status.state);
}
