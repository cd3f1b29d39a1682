/** In words: what was looked at, how old it is, and what goes on. */
import { combineLatest, distinctUntilChanged, map, type Observable } from "rxjs";
import type { ConnectionStatus } from "../run/connection.ts";
import { lastOf } from "../run/history.ts";
import type { RunState } from "../run/run_state.ts";
import { formatCount, formatLoss, formatPercent, plural } from "../words/words.ts";
import type { Looks } from "./looks.ts";

/** What stands above the matrix. */
export interface LookWords {
  /** The model and the samples; a sentence. */
  what: string;
  /** Share of right answers and mean loss; empty before the first look. */
  numbers: { label: string; text: string }[];
  /** How it stands with the run, or what goes on; a sentence. */
  now: string;
  tone: "quiet" | "busy" | "warning";
  /** Whether a person may ask for a look. */
  mayAsk: boolean;
  /** For screen readers: what came of a look that a person asked for, or why there is none; else empty. */
  spoken: string;
}

/** Emits when a word changes. */
export function lookWords$(
  state$: Observable<RunState>,
  looks$: Observable<Looks>,
  connection$: Observable<ConnectionStatus>,
): Observable<LookWords> {
  const isLost$ = connection$.pipe(map(({ state }) => state === "disconnected" || state === "connecting"));
  return combineLatest([state$, looks$, isLost$]).pipe(
    map(([state, looks, isLost]) => wordsOf(state, looks, isLost)),
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
  );
}

function wordsOf(state: RunState, looks: Looks, isLost: boolean): LookWords {
  const { look, progress } = looks;
  const isBusy = progress.state === "fetching" || progress.state === "computing";
  const what = whatOf(state, looks);
  const now = nowOf(state, looks, isLost);
  const isSaid = look !== null && looks.isAsked && !isBusy;
  return {
    what,
    numbers: look === null ? [] : [
      { label: "Accuracy", text: formatPercent(correctOf(looks) / look.samples.count) },
      { label: "Mistakes", text: formatCount(look.samples.count - correctOf(looks)) },
      { label: "Loss", text: formatLoss(look.loss) },
    ],
    ...now,
    spoken: now.tone === "warning"
      ? now.now
      : isSaid
      ? `${what} Accuracy ${formatPercent(correctOf(looks) / look.samples.count)}.`
      : "",
    mayAsk: state.facts !== null && !isBusy && !isLast(state, looks),
  };
}

function correctOf({ look }: Looks): number {
  const { answers, samples: { labels } } = look!;
  return answers.reduce((correct, answer, s) => correct + (answer === labels[s] ? 1 : 0), 0);
}

function whatOf({ facts }: RunState, { look }: Looks): string {
  if (!facts) return "The run has not started yet.";
  if (look === null) return "The model has not been looked at yet.";
  const { count } = look.samples;
  const all = facts.samples.test;
  const samples = count < all ? `the first ${formatCount(count)} of ${formatCount(all)}` : formatCount(count);
  return `The model after ${plural(look.step, "step")}, on ${samples} test samples.`;
}

/** Whether the last parameters of a run that is over were looked at. */
function isLast({ ended, steps }: RunState, { look }: Looks): boolean {
  return ended !== null && look !== null && look.step >= (lastOf(steps, "step") ?? 0);
}

function nowOf(state: RunState, looks: Looks, isLost: boolean): Pick<LookWords, "now" | "tone"> {
  const { look, progress } = looks;
  const { ended, steps } = state;
  switch (progress.state) {
    case "fetching":
      return {
        now: `Fetching test samples: ${formatCount(progress.done)} of ${formatCount(progress.count)}.`,
        tone: "busy",
      };
    case "computing":
      return { now: "Asking the model.", tone: "busy" };
    case "failed":
      return { now: failedWords(state, progress.reason), tone: "warning" };
    case "idle":
      break;
    default:
      progress satisfies never;
  }
  if (look === null) return { now: "", tone: "quiet" };
  if (isLost && ended === null) {
    return {
      now: "The coordinator does not answer. This is the last model that was fetched.",
      tone: "warning",
    };
  }
  const ahead = (lastOf(steps, "step") ?? 0) - look.step;
  if (isLast(state, looks)) return { now: "This is the model that the run ended with.", tone: "quiet" };
  if (ahead > 0) {
    const isOver = ended === null ? "It is looked at again when an epoch ends." : "";
    return { now: `The run is ${plural(ahead, "step")} further. ${isOver}`.trim(), tone: "quiet" };
  }
  if (ahead < 0) return { now: "Steps were undone since then.", tone: "quiet" };
  return { now: "This is the model of this moment.", tone: "quiet" };
}

/** After the run's end nobody answers any more. */
function failedWords({ ended }: RunState, reason: string): string {
  if (ended === null) return `The model could not be looked at: ${reason}.`.replace(/\.\.$/, ".");
  const where = ended.savedTo === null
    ? ""
    : ` “deno task evaluate ${ended.savedTo}” shows it in a terminal.`;
  return `The run ended before this page had fetched its last model, and the coordinator has gone.${where}`;
}
