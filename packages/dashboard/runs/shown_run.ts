/** Which run the other views show: the live one, an earlier one, or none. */
import { combineLatest, distinctUntilChanged, map, type Observable } from "rxjs";
import type { RunStream } from "../run/run_stream.ts";

/** The run behind the other views. */
export interface ShownRun {
  /** As the history has it; null where there is none, or it is not known yet. */
  name: string | null;
  kind: "live" | "recorded" | "missing" | "none";
}

/** Emits when it is another one. */
export function shownRun$({ state$, connection$ }: RunStream): Observable<ShownRun> {
  return combineLatest([state$, connection$]).pipe(
    map(([{ facts }, connection]): ShownRun => ({
      name: connection.state === "recorded" ? connection.name : facts?.run.name ?? null,
      kind: kindOf(connection.state),
    })),
    distinctUntilChanged((a, b) => a.name === b.name && a.kind === b.kind),
  );
}

function kindOf(connection: string): ShownRun["kind"] {
  switch (connection) {
    case "recorded":
    case "missing":
      return connection;
    case "idle":
      return "none";
    default:
      return "live";
  }
}
