/** Which settings are in force in which step. Pure: whoever knows the changes and their steps trains the same bits. */
import type { Settings } from "@tributary/protocol";

/** A change, with all settings that it leaves in force. */
export interface SettingsChange {
  /** The first step that it is for, counted from 1. */
  step: number;
  settings: Settings;
}

/** A base and the changes after it, in ascending order of their steps. */
export class SettingsTimeline {
  readonly #base: Settings;
  readonly #changes: SettingsChange[];

  constructor(base: Settings, changes: readonly SettingsChange[] = []) {
    this.#base = base;
    this.#changes = [...changes];
  }

  /** In force in a step; `at(0)` is what the run began with. */
  at(step: number): Settings {
    for (let i = this.#changes.length - 1; i >= 0; i--) {
      if (this.#changes[i].step <= step) return this.#changes[i].settings;
    }
    return this.#base;
  }

  /** The step of the last change, 0 where there is none. */
  get lastStep(): number {
    return this.#changes.at(-1)?.step ?? 0;
  }

  /**
   * Changes some settings from a step on.
   *
   * @param step not before that of an earlier change.
   */
  change(step: number, changed: Partial<Settings>): SettingsChange {
    const change = { step, settings: { ...this.at(step), ...changed } };
    this.#changes.push(change);
    return change;
  }
}
