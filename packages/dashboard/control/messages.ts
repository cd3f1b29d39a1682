/** What became of what people asked of the run, in sentences that are also announced. */
import type { Command, TrainingEvent } from "@tributary/protocol";
import { concatMap, filter, map, merge, type Observable, pairwise } from "rxjs";
import type { CommandOutcome } from "../run/command_channel.ts";
import type { RunState } from "../run/run_state.ts";
import { describeEvent } from "../words/event_words.ts";

/** A sentence or two, and how it stands. */
export interface ControlMessage {
  text: string;
  tone: "plain" | "good" | "bad";
  /** It tells how the run stands, as the status in the overview does: there it is not announced twice. */
  isStanding?: true;
}

/** A command that was sent, and what became of it; null: nothing is known yet. */
export interface Asked {
  command: Command;
  outcome: CommandOutcome | null;
}

const ASKED: Record<Command["type"], string> = {
  pause: "Asked the run to pause after the step in flight.",
  step: "Asked the run for one step.",
  resume: "Asked the run to go on.",
  stop: "Asked the run to be saved and to end.",
  change: "Asked for other settings from the next step on.",
  drop: "Asked for the worker to be sent away.",
};

const EFFECTS = new Set<TrainingEvent["type"]>(["paused", "resumed", "controlChanged", "runEnded"]);

/** After these the run stands otherwise. */
const STANDINGS = new Set<TrainingEvent["type"]>(["paused", "resumed", "runEnded"]);

/** The newest one; that a command is followed is told by the event that it leads to, whoever sent it. */
export function controlMessages$(
  asked$: Observable<Asked>,
  state$: Observable<RunState>,
): Observable<ControlMessage> {
  return merge(
    asked$.pipe(map(messageOf), filter((message) => message !== null)),
    effects$(state$).pipe(map(toldBy)),
  );
}

function messageOf({ command, outcome }: Asked): ControlMessage | null {
  if (outcome === null) return { text: ASKED[command.type], tone: "plain" };
  switch (outcome.state) {
    case "followed":
      return null;
    case "refused":
      return { text: `Not done: ${outcome.reason}.`, tone: "bad" };
    case "unknown":
      return {
        text: `${outcome.reason}: it is not known whether the command is followed. The events will tell.`,
        tone: "bad",
      };
  }
}

/** Events that commands lead to, when they are new; not those of a history that is told again. */
function effects$(state$: Observable<RunState>): Observable<TrainingEvent> {
  return state$.pipe(
    map(({ events }) => events),
    pairwise(),
    concatMap(([before, after]) => {
      const known = before.length === 0 ? -1 : after.lastIndexOf(before[before.length - 1]);
      return known < 0 ? [] : after.slice(known + 1).filter(isEffect);
    }),
  );
}

function isEffect(event: TrainingEvent): boolean {
  return EFFECTS.has(event.type) || event.type === "workerRefused" && event.code === "dropped";
}

function toldBy(event: TrainingEvent): ControlMessage {
  const message: ControlMessage = { text: sentenceOf(event), tone: "good" };
  return STANDINGS.has(event.type) ? { ...message, isStanding: true } : message;
}

/** An event as one sentence; that of a pause says all by itself. */
function sentenceOf(event: TrainingEvent): string {
  const { text, detail } = describeEvent(event);
  const words = event.type === "paused" ? detail : [text, detail].filter(Boolean).join(": ");
  return words.endsWith(".") ? words : `${words}.`;
}
