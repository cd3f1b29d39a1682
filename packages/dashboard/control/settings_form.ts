/** From what a person wrote to a change of settings, or to what is wrong with it. */
import type { Settings } from "@tributary/protocol";
import { formatCount } from "../words/words.ts";

/** What is written in each field. */
export type SettingsTexts = Readonly<Record<keyof Settings, string>>;

/** A change that may be asked for, or a sentence for each field that is wrong. */
export type SettingsRead =
  | { changed: Partial<Settings> }
  | { mistakes: Partial<Record<keyof Settings, string>> };

interface Field {
  name: keyof Settings;
  label: string;
  /** What is wrong with a number, or null. */
  mistake(value: number, batchSizeMax: number): string | null;
}

/** In the order in which they are shown. The bounds are those of the protocol's `SETTINGS_ENTRIES`. */
export const SETTINGS_FIELDS: readonly Field[] = [
  {
    name: "learningRate",
    label: "Learning rate",
    mistake: (value) =>
      Math.fround(value) > 0 && Math.fround(value) < Infinity
        ? null
        : "The learning rate must be above 0, and single precision must be able to hold it.",
  },
  {
    name: "weightDecay",
    label: "Weight decay",
    mistake: (value) => value >= 0 ? null : "The weight decay must be 0 or more.",
  },
  {
    name: "batchSize",
    label: "Batch size",
    mistake: (value, batchSizeMax) =>
      Number.isInteger(value) && value >= 1 && value <= batchSizeMax
        ? null
        : `The batch size must be a whole number from 1 to ${
          formatCount(batchSizeMax)
        }, the samples of an epoch.`,
  },
];

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What is in force, as it stands in the fields. */
export function settingsTexts({ learningRate, weightDecay, batchSize }: Settings): SettingsTexts {
  return {
    learningRate: String(learningRate),
    weightDecay: String(weightDecay),
    batchSize: String(batchSize),
  };
}

/** Reads the fields; what is as it was is not asked for. */
export function readSettings(
  texts: SettingsTexts,
  { inForce, batchSizeMax }: { inForce: Settings; batchSizeMax: number },
): SettingsRead {
  const changed: Partial<Settings> = {};
  const mistakes: Partial<Record<keyof Settings, string>> = {};
  for (const { name, label, mistake } of SETTINGS_FIELDS) {
    const text = texts[name].trim();
    const value = Number(text);
    const wrong = NUMBER.test(text) && Number.isFinite(value)
      ? mistake(value, batchSizeMax)
      : `${label} must be a number such as ${inForce[name]}, ${
        text === "" ? "but the field is empty" : `not “${text}”`
      }.`;
    if (wrong !== null) mistakes[name] = wrong;
    else if (value !== inForce[name]) changed[name] = value;
  }
  return Object.keys(mistakes).length > 0 ? { mistakes } : { changed };
}
