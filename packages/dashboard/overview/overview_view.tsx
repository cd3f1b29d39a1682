/** How the run goes: its state, the numbers that matter most, the curves and what happened. */
import type { VNode } from "preact";
import { Chart } from "../charts/chart.tsx";
import { ChartControls } from "../charts/chart_controls.tsx";
import { LessonsCard } from "../lessons/lessons_card.tsx";
import { Details } from "./details.tsx";
import type { PageModel } from "../page/page_model.ts";
import { ACCURACY_CHART, LOSS_CHART, THROUGHPUT_CHART } from "./chart_specs.ts";
import { EventList } from "./event_list.tsx";
import { MoreCharts } from "./more_charts.tsx";
import { StatusCard } from "./status_card.tsx";
import { Tiles } from "./tiles.tsx";

/** The view that the page opens with. */
export function OverviewView({ model }: { model: PageModel }): VNode {
  const { settings, ...charts } = model.charts;
  const shared = { settings, marks$: charts.marks$ };
  return (
    <>
      <StatusCard status={model.status} progress={model.progress} />
      <Tiles tiles={model.tiles} />
      <ChartControls settings={settings} />
      <Chart spec={LOSS_CHART} lines$={charts.loss$} {...shared} />
      <EventList log={model.log} />
      <Chart spec={ACCURACY_CHART} lines$={charts.accuracy$} {...shared} />
      <Chart spec={THROUGHPUT_CHART} lines$={charts.throughput$} {...shared} />
      <MoreCharts model={model} />
      <Details facts={model.facts} />
      <LessonsCard model={model.lessons} />
    </>
  );
}
