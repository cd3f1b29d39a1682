/** A history of runs that never were, in a real file, answered as the coordinator answers. */
import type { RunDescription, TrainingEvent, WorkerProgress } from "@tributary/protocol";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import {
  HISTORY_NAME,
  inTransaction,
  openHistoryFile,
} from "../../../packages/coordinator/history/history_file.ts";
import { nextRevision, Runs } from "../../../packages/coordinator/history/runs.ts";
import { answerRuns } from "../../../packages/coordinator/history/runs_door.ts";
import { TestRun } from "../../../packages/coordinator/history/testing.ts";
import type { StepDone } from "../../../packages/coordinator/training/training.ts";
import type { News } from "./page_server.ts";
import { FACTS, runEnded, scriptedRun } from "./scripted_run.ts";

/** How a run went. */
export interface PastRun {
  /** Over the description of the scripted run. */
  changes?: Partial<RunDescription>;
  steps?: number;
  startedAt?: number;
  /** Subtracted from the epochs' accuracies, so that runs differ. */
  worse?: number;
  ending?: "completed" | "failed" | "interrupted" | "running";
  /** What else is told before its end. */
  more?: News[];
}

/** Gone when disposed of. */
export class PastRuns implements AsyncDisposable {
  /** The run that goes on. */
  live: number | null = null;
  /** Whether the page has the token to control. */
  mayEdit = true;
  /** Requests in order: method and path. */
  readonly asked: string[] = [];
  /** Whether the history has stopped answering. */
  isDown = false;
  readonly runs: Runs;
  readonly database: DatabaseSync;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.database = openHistoryFile(join(folder, HISTORY_NAME), 1_000);
    this.runs = new Runs(this.database);
  }

  static async make(): Promise<PastRuns> {
    return new PastRuns(await Deno.makeTempDir({ prefix: "tributary-past-" }));
  }

  /** Some runs of the last days, the last of which goes on. */
  async addSome(now = Date.now()): Promise<void> {
    const ago = (hours: number) => now - 3_600_000 * hours;
    await this.add({ startedAt: ago(70), steps: 2_400 });
    const momentum: PastRun["changes"] = {
      name: "momentum",
      seed: 4,
      optimiser: { type: "momentum", learningRate: 0.1, momentum: 0.9 },
    };
    await this.add({ startedAt: ago(46), steps: 1_700, worse: 0.02, changes: momentum });
    const { model } = FACTS.run;
    const deep: PastRun["changes"] = {
      name: "deep-4-sigmoid",
      model: { ...model, layers: [{ type: "dense", units: 30, activation: "sigmoid" }, ...model.layers] },
    };
    await this.add({ startedAt: ago(23), steps: 900, worse: 0.05, ending: "interrupted", changes: deep });
    const fast: PastRun["changes"] = { name: "rate-too-high", optimiser: { type: "sgd", learningRate: 50 } };
    await this.add({ startedAt: ago(2), steps: 500, worse: 0.3, ending: "failed", changes: fast });
    this.live = await this.add({ startedAt: ago(0.02), steps: 1_200, ending: "running" });
  }

  /** Records a run. @returns its id. */
  async add(
    {
      changes = {},
      steps = 800,
      worse = 0,
      ending = "completed",
      startedAt = Date.now() - 3_600_000,
      more = [],
    }: PastRun,
  ): Promise<number> {
    let workers: WorkerProgress[] = [];
    const run = { ...FACTS.run, ...changes };
    const recorded = new TestRun(this.database, {
      run,
      folder: `folder-of-${run.name}`,
      startedAt,
      earlier: null,
      workers: () => workers,
      now: () => ending === "running" ? Date.now() : startedAt + 30_000,
      onFailure: (reason) => {
        throw new Error(reason);
      },
    });
    for (const news of [...scriptedRun({ steps, startAt: startedAt }), ...more]) {
      workers = news.workers ?? workers;
      for (const event of news.events ?? []) recorded.tell(changed(event, run, worse));
      const { step = [], ...columns } = news.steps ?? {};
      step.forEach((number, i) => {
        const done = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[i]]));
        recorded.step({ ...done, step: number, epoch: 1, position: 0 } as StepDone);
      });
    }
    if (ending === "completed" || ending === "failed") {
      recorded.tell({ ...runEnded(startedAt + 30_000), outcome: ending } as TrainingEvent);
    }
    await recorded.recorder.close();
    return recorded.recorder.id;
  }

  /** Adds so many runs like the first one, named copy-1 and so on, without steps. */
  addCopies(count: number): void {
    const copy = this.database.prepare(
      `INSERT INTO runs (revision, name, folder, run, startedAt, seenAt, endedAt, outcome, step, workers, figures)
        SELECT ?, ?, ?, run, startedAt - ?, seenAt, endedAt, outcome, step, workers, figures FROM runs WHERE id = 1`,
    );
    inTransaction(this.database, () => {
      for (let i = 1; i <= count; i++) {
        copy.run(nextRevision(this.database), `copy-${i}`, `folder-${i}`, 1_000 * i);
      }
    });
  }

  /** Answers a request below /runs. */
  async answer(request: Request): Promise<Response> {
    const { pathname: path, searchParams: query } = new URL(request.url);
    const { method } = request;
    this.asked.push(`${method} ${path}`);
    if (this.isDown) return new Response("The history cannot be used now\n", { status: 503 });
    const answer = answerRuns({ runs: () => this.runs, live: () => this.live, now: Date.now }, {
      method,
      path,
      query,
      body: await request.text(),
      mayRead: true,
      mayEdit: this.mayEdit,
    });
    return new Response(answer.body, {
      status: answer.status,
      headers: { "content-type": answer.contentType, ...answer.headers },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.database.close();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function changed(event: TrainingEvent, run: RunDescription, worse: number): TrainingEvent {
  if (event.type === "runStarted") return { ...event, facts: { ...event.facts, run } };
  if (event.type !== "epochDone") return event;
  const part = <T extends { accuracy: number } | null>(evaluation: T): T =>
    evaluation && { ...evaluation, accuracy: evaluation.accuracy - worse };
  return { ...event, train: part(event.train), validation: part(event.validation), test: part(event.test) };
}
