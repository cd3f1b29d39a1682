/** The whole page. */
import type { VNode } from "preact";
import type { PageModel } from "../page_model.ts";
import { Chart } from "./chart.tsx";
import { ACCURACY_CHART, LOSS_CHART, THROUGHPUT_CHART } from "./chart_specs.ts";
import { EventList } from "./event_list.tsx";
import { Header } from "./header.tsx";
import { JoinCard } from "./join_card.tsx";
import { LayersCard } from "./layers_card.tsx";
import { StatusCard } from "./status_card.tsx";
import { Tiles } from "./tiles.tsx";
import { WorkersTable } from "./workers_table.tsx";

/** Every part is there from the start and keeps its place, so that nothing jumps when data come. */
export function Page({ model }: { model: PageModel }): VNode {
  return (
    <>
      <Header facts={model.facts} status={model.status} />
      <main class="grid">
        <StatusCard status={model.status} progress={model.progress} />
        <Tiles tiles={model.tiles} />
        <Chart spec={LOSS_CHART} data={model.lossChart} />
        <EventList log={model.log} />
        <Chart spec={ACCURACY_CHART} data={model.accuracyChart} />
        <Chart spec={THROUGHPUT_CHART} data={model.throughputChart} />
        <LayersCard layers={model.layers} />
        <WorkersTable roster={model.roster} />
        <JoinCard links={model.links} />
      </main>
    </>
  );
}
