/** What the page can show, one at a time. */
import type { ComponentType } from "preact";
import { ClusterView } from "../cluster/cluster_view.tsx";
import { FunctionsView } from "../functions/functions_view.tsx";
import { NetworkView } from "../network/network_view.tsx";
import { OverviewView } from "../overview/overview_view.tsx";
import { PredictionsView } from "../predictions/predictions_view.tsx";
import { RunsView } from "../runs/runs_view.tsx";
import type { PageModel } from "./page_model.ts";

/** A view: its name in the address, and what people call it. */
export interface View {
  name: string;
  title: string;
  Content: ComponentType<{ model: PageModel }>;
  /** Has programs of its own, which only a coordinator serves: a saved file has not got it. */
  isServed?: true;
  /** Says how the run stands. */
  hasStatus?: true;
  /** Shows a run, and has nothing to show where there is none. */
  needsRun?: true;
}

/** The first one is shown where the address names none. */
export const VIEWS: readonly [View, ...View[]] = [
  { name: "overview", title: "Overview", Content: OverviewView, hasStatus: true, needsRun: true },
  { name: "cluster", title: "Cluster", Content: ClusterView, needsRun: true },
  { name: "network", title: "Network", Content: NetworkView, needsRun: true },
  { name: "predictions", title: "Predictions", Content: PredictionsView, isServed: true },
  { name: "runs", title: "Runs", Content: RunsView },
  { name: "functions", title: "Functions", Content: FunctionsView, isServed: true },
];

/** The views of a page, or of a saved file. */
export function viewsOf(isFile: boolean): readonly View[] {
  return VIEWS.filter(({ isServed }) => !(isFile && isServed));
}

/** The view that the address names. */
export function viewOf(params: URLSearchParams): View {
  return VIEWS.find(({ name }) => name === params.get("view")) ?? VIEWS[0];
}
