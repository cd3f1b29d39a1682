/** What there is to tell of a run, from its start: what came before a page does, and what it has not been told yet. */
import {
  forgetOldRanges,
  type ForgottenRanges,
  type GradientPoint,
  gradientPoint,
  isOfRange,
  isVoidAfter,
  NONE_FORGOTTEN,
  type StepColumns,
  type TrainingEvent,
  withGradientPoint,
} from "@tributary/protocol";
import { StepChunks } from "./step_chunks.ts";

/** The network as a worker saw it. */
export type LayersInspected = Extract<TrainingEvent, { type: "layersInspected" }>;

/** What happened in earlier processes of a run. */
export interface EarlierHistory {
  events: readonly TrainingEvent[];
  steps: StepColumns;
  gradients?: readonly GradientPoint[];
}

/** Where somebody stands who had been told so many events; null: everything is to be told anew. */
export type Moved = (told: number) => number | null;

/** Events and steps in their order; of looks into the network, the latest one alone. */
export class FeedHistory {
  readonly steps = new StepChunks();
  #events: TrainingEvent[];
  /** Of ranges, among them; and how many are no longer among them. */
  #ranges: number;
  #forgotten = NONE_FORGOTTEN;
  /** They are long, and come every second. */
  #inspected: LayersInspected | null = null;
  #gradients: readonly GradientPoint[];

  constructor(earlier: EarlierHistory | null) {
    this.#events = [...earlier?.events ?? []];
    this.#ranges = this.#events.filter(isOfRange).length;
    this.#forgetOld();
    if (earlier !== null) this.steps.append(earlier.steps);
    this.#gradients = earlier?.gradients ?? [];
  }

  /** What happened, without looks into the network. */
  get events(): readonly TrainingEvent[] {
    return this.#events;
  }

  /** Events that are no longer among them. */
  get forgotten(): ForgottenRanges {
    return this.#forgotten;
  }

  /** The latest look into the network. */
  get inspected(): LayersInspected | null {
    return this.#inspected;
  }

  /** What stays of the others. */
  get gradients(): readonly GradientPoint[] {
    return this.#gradients;
  }

  /** Takes an event. @returns where everybody stands now, if no longer at the same place. */
  take(event: TrainingEvent): Moved | null {
    if (event.type === "layersInspected") {
      this.#inspected = event;
      this.#gradients = withGradientPoint(this.#gradients, gradientPoint(event));
      return null;
    }
    if (event.type === "rolledBack") this.#goBack(event.step);
    this.#events.push(event);
    if (event.type === "rolledBack") return () => null;
    if (!isOfRange(event)) return null;
    this.#ranges++;
    return this.#forgetOld();
  }

  /** Forgets what is void. */
  #goBack(step: number): void {
    this.steps.forgetAfter(step);
    this.#events = this.#events.filter((event) => !isVoidAfter(event, step));
    if (this.#inspected !== null && this.#inspected.step > step) this.#inspected = null;
    this.#gradients = this.#gradients.filter((point) => point.step <= step);
  }

  /** Forgets the older events of ranges where there are too many. */
  #forgetOld(): Moved | null {
    const shorter = forgetOldRanges(this.#events, this.#ranges, this.#forgotten);
    if (shorter === null) return null;
    this.#ranges -= this.#events.length - shorter.events.length;
    this.#events = shorter.events;
    this.#forgotten = shorter.forgotten;
    return shorter.kept;
  }
}
