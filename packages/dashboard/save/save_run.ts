/** What of a run can be saved, and as what. */
import type { RunStanding } from "@tributary/protocol";
import type { ConnectionStatus } from "../run/connection.ts";
import type { RunState } from "../run/run_state.ts";
import { offlinePage, type PageParts } from "./offline_page.ts";
import { epochsCsv, jsonLines, stepsCsv } from "./points.ts";
import { fileName, saveFile } from "./save_file.ts";

/** All steps or epochs as a table, all of it as lines of JSON, or a page that shows it. */
export type SaveKind = "steps" | "epochs" | "lines" | "page";

/** What is saved. */
export interface SaveOptions {
  state: RunState;
  connection: ConnectionStatus;
  parts(): Promise<PageParts>;
}

/** Makes the file and offers it. @throws {Error} when the page's parts cannot be had. */
export async function saveRun(kind: SaveKind, { state, connection, parts }: SaveOptions): Promise<void> {
  const name = connection.state === "recorded" ? connection.name : state.facts?.run.name ?? "run";
  switch (kind) {
    case "steps":
      return saveFile(fileName(name, "-steps.csv"), stepsCsv(state.steps), "text/csv");
    case "epochs":
      return saveFile(fileName(name, "-epochs.csv"), epochsCsv(state.epochs), "text/csv");
    case "lines":
      return saveFile(fileName(name, ".jsonl"), jsonLines(state), "application/jsonl");
    case "page": {
      const page = offlinePage(await parts(), { state, name, standing: standingOf(state, connection) });
      return saveFile(fileName(name, ".html"), page, "text/html");
    }
  }
}

function standingOf({ ended }: RunState, connection: ConnectionStatus): RunStanding {
  if (ended !== null) return ended.outcome;
  return connection.state === "recorded" ? connection.standing : "running";
}
