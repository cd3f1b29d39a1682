/** What people asked of a run while it goes on: whether it pauses, and which settings are in force in which step. */
import { samplesPerEpoch } from "@tributary/core";
import { type Command, type Refusal, type Settings, settingsOf } from "@tributary/protocol";
import type { TrainingEvent } from "@tributary/protocol";
import { type SettingsChange, SettingsTimeline } from "./settings_timeline.ts";
import type { TrainerOptions } from "./training.ts";

/** What a control needs. */
export interface ControlOptions
  extends Pick<TrainerOptions, "run" | "dataSet" | "workers" | "now" | "start" | "commit"> {
  publish(event: TrainingEvent): void;
}

/** A change belongs to the first step that has never been told of, so that no step has two tellings. */
export class Control {
  readonly #options: ControlOptions;
  readonly #timeline: SettingsTimeline;
  /** Most updates that were ever told of. */
  #furthest: number;
  /** What is to be changed before the next step. */
  #pending: Partial<Settings> | null = null;
  /** Why the run does not go on, or null while it does. */
  #pause: string | null = null;
  /** Whether a paused run may do one step. */
  #mayStep = false;
  /** When the run began to stand still, or null. */
  #pausedAt: number | null = null;
  #wake: (() => void) | null = null;

  constructor(options: ControlOptions) {
    const { run, start } = options;
    this.#options = options;
    this.#timeline = new SettingsTimeline(start?.settings ?? settingsOf(run), start?.changes);
    this.#furthest = start?.told ?? 0;
  }

  /** In force in a step, counted from 1. */
  at(step: number): Settings {
    return this.#timeline.at(step);
  }

  /**
   * Takes a command, which is followed before the next step.
   *
   * @returns why it cannot be followed, or null.
   */
  follow(command: Exclude<Command, { type: "stop" }>): Refusal | null {
    switch (command.type) {
      case "pause":
        this.#pause ??= "it was told to pause.";
        return null;
      case "step":
      case "resume":
        if (this.#pause === null) return { code: "command", reason: "The run is not paused" };
        if (command.type === "step") this.#mayStep = true;
        else this.#pause = null;
        this.#wake?.();
        return null;
      case "change":
        return this.#change(command.settings);
      case "drop":
        return this.#drop(command.worker);
    }
  }

  /** The run is to stand still, for that reason, until a person has decided. */
  pause(reason: string): void {
    this.#pause = reason;
    this.#mayStep = false;
  }

  /** Does not wait any longer: the run is to end. */
  stop(): void {
    this.#pause = null;
    this.#wake?.();
  }

  /** Whether {@link ready} has anything to do. */
  get isIdle(): boolean {
    return this.#pending === null && this.#pause === null;
  }

  /** Waited for before a step, when so many updates are done. What was changed is on disk when it resolves. */
  async ready(step: number): Promise<void> {
    await this.#settle(step);
    while (this.#pause !== null && !this.#mayStep) {
      this.#tellPause(step, this.#pause);
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = null;
      await this.#settle(step);
    }
    this.#mayStep = false;
    if (this.#pausedAt === null) return;
    const { now, publish } = this.#options;
    publish({ type: "resumed", at: now(), waitedMs: now() - this.#pausedAt });
    this.#pausedAt = null;
  }

  /** Notes how far the run has got. */
  reached(step: number): void {
    if (step > this.#furthest) this.#furthest = step;
  }

  #tellPause(step: number, reason: string): void {
    if (this.#pausedAt !== null) return;
    const { now, publish } = this.#options;
    this.#pausedAt = now();
    publish({ type: "paused", at: now(), step, reason: `The run is paused after step ${step}: ${reason}` });
  }

  #change(settings: Partial<Settings>): Refusal | null {
    const { run, dataSet } = this.#options;
    const count = samplesPerEpoch(dataSet.train.count, run.expansion);
    const { batchSize = 1 } = settings;
    if (batchSize > count) {
      const reason = `Cannot make a step of ${batchSize} samples as an epoch has ${count}`;
      return { code: "command", reason };
    }
    this.#pending = { ...this.#pending, ...settings };
    // A paused run need not go on for it.
    this.#wake?.();
    return null;
  }

  #drop(id: number): Refusal | null {
    const worker = [...this.#options.workers].find(({ facts }) => facts.id === id);
    if (worker === undefined) return { code: "command", reason: `There is no worker with the id ${id}` };
    worker.refuse({ code: "dropped", reason: "A person who controls the run sent this worker away" });
    return null;
  }

  /** Puts what was asked for in force, and waits until the log has it. */
  async #settle(step: number): Promise<void> {
    this.reached(step);
    while (this.#pending !== null) {
      const { now, publish, commit } = this.#options;
      const changed = this.#pending;
      this.#pending = null;
      const first = Math.max(this.#furthest + 1, this.#timeline.lastStep);
      const { settings }: SettingsChange = this.#timeline.change(first, changed);
      publish({ type: "controlChanged", at: now(), step: first, changed, settings });
      await commit?.();
    }
  }
}
