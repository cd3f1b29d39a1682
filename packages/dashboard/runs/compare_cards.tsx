/** Some runs side by side: their curves in one chart each, and in what their descriptions differ. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { RunSummary } from "@tributary/protocol";
import { Chart } from "../charts/chart.tsx";
import { ChartControls } from "../charts/chart_controls.tsx";
import type { Split } from "../overview/epoch_lines.ts";
import { useLive } from "../run/use_live.ts";
import { compareSpecs } from "./compare_specs.ts";
import type { Curves } from "./curves.ts";
import { DifferencesCard } from "./differences_card.tsx";
import type { RunsModel, RunsView } from "./runs_model.ts";

/** Nothing while no run is chosen. */
export function CompareCards(
  { runs, view }: { runs: RunsModel; view: ReadonlySignal<RunsView> },
): VNode | null {
  const { compared, differences, list } = view.value;
  if (compared.length === 0) {
    return list.isLoaded && list.runs.size > 1
      ? (
        <section class="card compare-hint">
          <p class="none">
            Choose runs by the boxes in front of them, to see their curves and what differs between them.
          </p>
        </section>
      )
      : null;
  }
  return (
    <>
      <CurveCards runs={runs} compared={compared} />
      <DifferencesCard compared={compared} differences={differences} clear={() => runs.compareNone()} />
    </>
  );
}

const SPLITS: { split: Split; title: string }[] = [
  { split: "validation", title: "Validation" },
  { split: "test", title: "Test" },
];

function CurveCards({ runs, compared }: { runs: RunsModel; compared: readonly RunSummary[] }): VNode {
  const curves = useLive(runs.curves$).value;
  const chosen = useSignal<Split | null>(null);
  const split = chosen.value ??
    (compared.some(({ figures }) => figures.validation !== null) ? "validation" : "test");
  // The curves follow the address at once; a run that is not known by name is not drawn yet.
  const byId = new Map(compared.map((run) => [run.id, run]));
  const names = curves.ids.map((id) => byId.get(id)?.name ?? `run ${id}`);
  const key = `${curves.ids.join()} ${names.join("\n")}`;
  const specs = useMemo(() => compareSpecs(names), [key]);
  return (
    <>
      <div class="compare-controls">
        <ChartControls settings={runs.charts} />
        <section class="card compare-split" aria-label="Accuracy on">
          <fieldset class="choice">
            <legend>Accuracy on</legend>
            {SPLITS.map(({ split: name, title }) => (
              <label key={name}>
                <input
                  type="radio"
                  name="split"
                  checked={split === name}
                  onChange={() => chosen.value = name}
                />
                <span>{title}</span>
              </label>
            ))}
          </fieldset>
          <Progress key={curves.ids.join()} curves={curves} />
        </section>
      </div>
      <div class="compare-charts">
        <Chart key={`loss ${key}`} spec={specs.loss} lines$={curves.loss$} settings={runs.charts} />
        <Chart
          key={`${split} ${key}`}
          spec={specs.accuracy}
          lines$={curves.accuracy[split]}
          settings={runs.charts}
        />
      </div>
    </>
  );
}

function Progress({ curves }: { curves: Curves }): VNode {
  const { loading, problems } = useLive(curves.progress$).value;
  const words = problems[0] ?? (loading > 0 ? "Reading the steps." : "\u00a0");
  return <p class="note" role="status">{words}</p>;
}
