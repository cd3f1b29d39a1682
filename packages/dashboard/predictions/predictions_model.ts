/** What the view of the predictions reads, and all of it wired. */
import type { RunFacts } from "@tributary/protocol";
import {
  asyncScheduler,
  BehaviorSubject,
  catchError,
  combineLatest,
  distinctUntilChanged,
  filter,
  from,
  fromEvent,
  ignoreElements,
  map,
  merge,
  Observable,
  of,
  pairwise,
  startWith,
  Subject,
  type Subscription,
  switchMap,
  throttleTime,
} from "rxjs";
import type { Address } from "../page/address.ts";
import { fromSignals } from "../run/from_signal.ts";
import { lastOf } from "../run/history.ts";
import type { Request } from "../run/request.ts";
import type { RunState } from "../run/run_state.ts";
import type { RunStream } from "../run/run_stream.ts";
import { type AnswerView, answerView, outputKind } from "./answer_view.ts";
import { type DueLook, dueLooks } from "./due_looks.ts";
import { type DueRefresh, dueRefreshes } from "./due_refreshes.ts";
import { type Gallery, gallery$ } from "./gallery.ts";
import { type LookWords, lookWords$ } from "./look_words.ts";
import { type Looks, looks$, NO_LOOKS } from "./looks.ts";
import { type Matrix, matrix$ } from "./matrix.ts";
import { ModelNow } from "./model_now.ts";
import { pacedMap } from "./paced_map.ts";
import { EMPTY_PAD, isEmptyPad, type Pad, type PadAction, reducePad } from "./pad.ts";
import { startPredictor } from "./predictor.ts";
import { type Question, questionOf } from "./question.ts";
import type { SampleSet } from "./samples.ts";

/** A pause is so many times as long as what was done before it, so that a page takes at most some percent of its machine. */
const PAUSE_FACTOR = 20;
const PAUSE_MIN_MS = 3_000;
/** Words that are read change this often; a run makes thousands of steps a second. */
const READABLE_MS = 250;

/** What is asked, and what the model said. */
export interface PadView {
  pad: Pad;
  /** Null where nothing is asked. */
  question: Question | null;
  /** Null before the model has answered. */
  answer: AnswerView | null;
  /** Why there is no answer. */
  failure: string | null;
}

/** Each Observable has a value at once. */
export interface PredictionsModel {
  words$: Observable<LookWords>;
  matrix$: Observable<Matrix | null>;
  gallery$: Observable<Gallery>;
  pad$: Observable<PadView>;
  samples$: Observable<SampleSet | null>;
  /** Whether this engine computes the workers' bits. */
  isExact$: Observable<boolean>;
  /** Null before the run is known. */
  facts$: Observable<RunFacts | null>;
  address: Address;
  /** From now on the view is shown, until what is returned is called. */
  show(): () => void;
  /** A person asks for a look. */
  look(): void;
  /** A person does something on the pad. */
  act(action: PadAction): void;
}

/** What goes in. */
export interface PredictionsOptions {
  address: Address;
  request: Request;
}

/** Of the live run. Does nothing before the view is shown for the first time; what was fetched then stays until `subscription` ends. */
export function predictionsModel(
  { state$, connection$ }: RunStream,
  { address, request }: PredictionsOptions,
  subscription: Subscription,
): PredictionsModel {
  const looks = new BehaviorSubject<Looks>(NO_LOOKS);
  const pad = new BehaviorSubject<Pad>(EMPTY_PAD);
  const said = new BehaviorSubject<Said>(NOTHING_SAID);
  const samples = new BehaviorSubject<SampleSet | null>(null);
  const isExact = new BehaviorSubject(true);
  const isOpen = new BehaviorSubject(false);
  const asked = new Subject<void>();
  const facts$ = state$.pipe(map(({ facts }) => facts), distinctUntilChanged());
  let hasStarted = false;

  const start = () => {
    let state: RunState | null = null;
    subscription.add(state$.subscribe((now) => state = now));
    const moment = () => ({ step: lastOf(state!.steps, "step") ?? 0, course: state!.facts });
    const model$ = facts$.pipe(
      filter((facts) => facts !== null),
      distinctUntilChanged(isSameRun),
      switchMap((facts) => modelNow({ facts, request, start: startPredictor, moment })),
    );
    const isVisible$ = fromEvent(document, "visibilitychange").pipe(
      startWith(null),
      map(() => !document.hidden),
    );
    const shown$ = combineLatest([isOpen, isVisible$]).pipe(
      map((all) => !all.includes(false)),
      distinctUntilChanged(),
    );
    subscription.add(
      model$.pipe(switchMap((model) => {
        looks.next(NO_LOOKS);
        pad.next(EMPTY_PAD); // A sample that was picked is none of this run.
        const pace = { pauseMs, isOpen$: shown$ };
        const looked$ = dueLooks(state$, asked).pipe(
          pacedMap((due) => model.look().pipe(map((news) => ({ ...news, isAsked: due === "asked" }))), {
            ...pace,
            isUrgent: (due: DueLook) => due === "asked" || due === "end",
          }),
        );
        const isAsking$ = pad.pipe(map((now) => !isEmptyPad(now)), distinctUntilChanged());
        const refreshed$ = dueRefreshes(state$, { isAsking$, strokeEnds$: strokeEnds(pad) }).pipe(
          pacedMap(() => refresh(model), { ...pace, isUrgent: (due: DueRefresh) => due !== "step" }),
        );
        return merge(
          tapInto(looks$(looked$), looks),
          tapInto(model.samples$, samples),
          tapInto(model.isExact$, isExact),
          tapInto(saids(model, pad), said),
          refreshed$,
        );
      })).subscribe(),
    );
  };

  return {
    words$: lookWords$(state$, looks, connection$).pipe(
      throttleTime(READABLE_MS, asyncScheduler, { leading: true, trailing: true }),
    ),
    matrix$: matrix$(looks),
    gallery$: gallery$(looks, fromSignals(() => address.params.value)),
    pad$: combineLatest([pad, said, facts$]).pipe(map(([pad, { question, answer, failure }, facts]) => ({
      pad,
      question,
      answer: answer && facts && answerView(answer, outputKind(facts.run)),
      failure,
    }))),
    samples$: samples,
    isExact$: isExact,
    facts$,
    address,
    show() {
      if (!hasStarted) start();
      hasStarted = true;
      isOpen.next(true);
      return () => isOpen.next(false);
    },
    look: () => asked.next(),
    act: (action) => pad.next(reducePad(pad.value, action)),
  };
}

/** What was asked last and what came of it. */
interface Said {
  question: Question | null;
  answer: { step: number; outputs: Float32Array } | null;
  failure: string | null;
}

const NOTHING_SAID: Said = { question: null, answer: null, failure: null };

/** Asks the model what the pad shows, whenever either has changed; of changes that come too fast, the last one. */
function saids(model: ModelNow, pad$: Observable<Pad>): Observable<Said> {
  const drawn$ = pad$.pipe(distinctUntilChanged((a, b) => a.strokes === b.strokes && a.picked === b.picked));
  const question$ = combineLatest([drawn$, model.samples$]).pipe(
    map(([pad, samples]) => samples && questionOf(pad, samples)),
    distinctUntilChanged(),
  );
  return combineLatest([question$, model.step$]).pipe(
    pacedMap(([question]) => question === null ? of(NOTHING_SAID) : ask(model, question), {
      pauseMs: () => 0,
      isUrgent: () => true,
    }),
  );
}

function ask(model: ModelNow, question: Question): Observable<Said> {
  return from(model.ask(question.input)).pipe(
    map((answer): Said => ({ question, answer, failure: null })),
    catchError((error: Error) => of<Said>({ question, answer: null, failure: error.message })),
  );
}

/** A refresh that fails is no news: what is asked is answered by the last model that is here. */
function refresh(model: ModelNow): Observable<never> {
  return from(model.refresh()).pipe(catchError(() => of(undefined)), ignoreElements());
}

function modelNow(options: ConstructorParameters<typeof ModelNow>[0]): Observable<ModelNow> {
  return new Observable((subscriber) => {
    const model = new ModelNow(options);
    subscriber.next(model);
    return () => model[Symbol.dispose]();
  });
}

function strokeEnds(pad$: Observable<Pad>): Observable<unknown> {
  return pad$.pipe(pairwise(), filter(([before, now]) => before.isDown && !now.isDown));
}

function tapInto<T>(source$: Observable<T>, target: BehaviorSubject<T>): Observable<never> {
  return source$.pipe(map((value) => target.next(value)), ignoreElements());
}

function isSameRun(a: RunFacts, b: RunFacts): boolean {
  return JSON.stringify([a.run, a.samples]) === JSON.stringify([b.run, b.samples]);
}

function pauseMs(tookMs: number): number {
  return Math.max(PAUSE_MIN_MS, PAUSE_FACTOR * tookMs);
}
