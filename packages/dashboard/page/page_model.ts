/** All that the page shows, wired: news of the connection -> state -> selectors -> signals. */
import type { ReadonlySignal } from "@preact/signals";
import type { JoinLinks } from "@tributary/protocol";
import {
  asyncScheduler,
  connectable,
  distinctUntilChanged,
  map,
  type MonoTypeOperatorFunction,
  type Observable,
  Subject,
  Subscription,
  throttleTime,
} from "rxjs";
import { type ChartSettings, chartSettings } from "../charts/chart_settings.ts";
import type { ConnectionNews } from "../run/connection.ts";
import { fromSignals } from "../run/from_signal.ts";
import { recordedRun } from "../run/recorded_run.ts";
import { runInAddress, runStream, shownRun } from "../run/run_stream.ts";
import { type RunsModel, runsModel } from "../runs/runs_model.ts";
import type { SendCommand } from "../run/command_channel.ts";
import type { KeysSwitch } from "./shortcuts.ts";
import { type ControlModel, controlModel } from "../control/control_model.ts";
import type { Request } from "../run/request.ts";
import { type OverviewCharts, overviewCharts } from "../overview/charts.ts";
import { smoothingWindow } from "../overview/loss.ts";
import { type FunctionsModel, functionsModel } from "../functions/functions_model.ts";
import { type LessonsModel, lessonsModel } from "../lessons/lessons_model.ts";
import type { Address } from "./address.ts";
import { facts$, type RunWords } from "./facts.ts";
import { type NetworkModel, networkModel } from "../network/network_model.ts";
import { links$ } from "../cluster/links.ts";
import { type Log, log$ } from "../overview/log.ts";
import { type Progress, progress$ } from "../overview/progress.ts";
import { type ClusterModel, clusterModel } from "../cluster/cluster_model.ts";
import { type Status, status$ } from "./status.ts";
import { type Tile, tiles$ } from "../overview/tiles.ts";
import { type PredictionsModel, predictionsModel } from "../predictions/predictions_model.ts";
import type { PageParts } from "../save/offline_page.ts";
import { toSignal } from "../run/to_signal.ts";

/** Numbers that are read change this often; more cannot be read. */
const READABLE_MS = 250;

/** What is fetched of a network as it is at this moment is that of the live run. */
const NOT_KEPT = "The history keeps no parameters: this is shown of the live run alone";

/** What the views read. Charts are drawn by themselves, while they are shown. */
export interface PageModel extends Disposable {
  address: Address;
  /** For what is fetched only when somebody wants to see it. */
  request: Request;
  /** Whether this is a saved file, which nobody stands behind. */
  isFile: boolean;
  /** Whether the page's keys are on. */
  keys: KeysSwitch;
  control: ControlModel;
  status: ReadonlySignal<Status>;
  facts: ReadonlySignal<RunWords | null>;
  progress: ReadonlySignal<Progress | null>;
  tiles: ReadonlySignal<Tile[]>;
  cluster: ClusterModel;
  network: NetworkModel;
  predictions: PredictionsModel;
  runs: RunsModel;
  functions: FunctionsModel;
  lessons: LessonsModel;
  log: ReadonlySignal<Log>;
  links: ReadonlySignal<readonly JoinLinks[]>;
  charts: OverviewCharts & { settings: ChartSettings };
}

/** What the model does with the world around the page. */
export interface PageModelOptions extends Pick<PageModel, "address" | "request" | "keys" | "isFile"> {
  send: SendCommand;
  /** The page itself, for a file that shows a run offline. */
  pageParts(): Promise<PageParts>;
}

/** Subscribes to `news$` once; disposing ends everything. */
export function pageModel(
  news$: Observable<ConnectionNews>,
  { address, request, keys, isFile, send, pageParts }: PageModelOptions,
): PageModel {
  const subscription = new Subscription();
  const shared$ = connectable(news$, { connector: () => new Subject() });
  const live = runStream(shared$);
  const run$ = fromSignals(() => runInAddress(address.params.value));
  const { state$, connection$ } = shownRun(live, run$, (id) => recordedRun(request, id));
  const liveRequest: Request = (path, init) =>
    runInAddress(address.params.value) === null ? request(path, init) : Promise.reject(new Error(NOT_KEPT));
  // The live run goes on while an earlier one is shown.
  subscription.add(live.state$.subscribe());
  subscription.add(live.connection$.subscribe());
  const signalOf = <T>(source$: Observable<T>) => toSignal(source$, subscription);
  const window = signalOf(
    state$.pipe(map(({ facts }) => smoothingWindow(facts?.stepsPerEpoch ?? 0)), distinctUntilChanged()),
  );
  const charts = overviewCharts(state$);
  const model: PageModel = {
    address,
    request,
    keys,
    isFile,
    control: controlModel({ state$, connection$, send }, subscription),
    status: signalOf(status$(state$, connection$)),
    facts: signalOf(facts$(state$)),
    progress: signalOf(progress$(state$).pipe(readable())),
    tiles: signalOf(tiles$(state$).pipe(readable())),
    cluster: clusterModel(state$, address),
    network: networkModel(state$, { step$: charts.step$, address, request: liveRequest }),
    predictions: predictionsModel(live, { address, request }, subscription),
    runs: runsModel({ live, state$, connection$, address, request, pageParts }, subscription),
    functions: functionsModel(address),
    lessons: lessonsModel(state$, sessionStorage, subscription),
    log: signalOf(log$(state$).pipe(readable())),
    links: signalOf(links$(state$)),
    charts: { ...charts, settings: chartSettings(address, { window }) },
    [Symbol.dispose]: () => subscription.unsubscribe(),
  };
  subscription.add(shared$.connect());
  return model;
}

function readable<T>(): MonoTypeOperatorFunction<T> {
  return throttleTime(READABLE_MS, asyncScheduler, { leading: true, trailing: true });
}
