/** The table behind a chart: every point of the part that is seen, a page at a time, the newest first. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { formatCount } from "../words/words.ts";
import type { ChartSpec } from "./chart_spec.ts";
import type { Drawing } from "./drawing.ts";
import { PAGE_ROWS, pageRows, tableGroups } from "./table_rows.ts";
import { formatMoment } from "./x_axes.ts";

/** Says which rows it shows; the first page follows the run. */
export function ChartTable(
  { spec, drawing }: { spec: ChartSpec; drawing: ReadonlySignal<Drawing | null> },
): VNode {
  const chosen = useSignal(0);
  const page = useSignal(0);
  const groups = drawing.value === null ? [] : tableGroups(spec, drawing.value);
  const group = groups[Math.min(chosen.value, groups.length - 1)];
  if (group === undefined) return <p class="none">{spec.empty}</p>;
  const count = group.end - group.first;
  const pages = Math.ceil(count / PAGE_ROWS);
  const at = Math.min(page.value, pages - 1);
  const last = count - at * PAGE_ROWS;
  const caption = `Rows ${formatCount(Math.max(1, last - PAGE_ROWS + 1))} to ${formatCount(last)} of ${
    formatCount(count)
  }`;
  return (
    <div class="chart-table">
      <div class="table-ways">
        {groups.length > 1 && (
          <label>
            Values{" "}
            <select
              value={chosen.value}
              onChange={(event) => {
                chosen.value = Number(event.currentTarget.value);
                page.value = 0;
              }}
            >
              {groups.map(({ name }, i) => <option key={name} value={i}>{name}</option>)}
            </select>
          </label>
        )}
        <span class="table-caption" aria-live="polite">{caption}</span>
        <button type="button" class="button" disabled={at === 0} onClick={() => page.value = 0}>
          Newest
        </button>
        <button type="button" class="button" disabled={at === 0} onClick={() => page.value = at - 1}>
          Newer
        </button>
        <button type="button" class="button" disabled={at >= pages - 1} onClick={() => page.value = at + 1}>
          Older
        </button>
        <button
          type="button"
          class="button"
          disabled={at >= pages - 1}
          onClick={() => page.value = pages - 1}
        >
          Oldest
        </button>
      </div>
      <div class="table-scroll" tabIndex={0} role="group" aria-label={`${spec.title}: its values as a table`}>
        <table>
          <thead>
            <tr>
              {["Step", "Epoch", "Time", ...group.headings].map((heading) => (
                <th key={heading} scope="col" class="number">{heading}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {pageRows(group, at).map(({ step, epoch, time, values }) => (
              <tr key={step}>
                <th scope="row" class="number">{formatCount(step)}</th>
                <td class="number">{epoch.toFixed(3)}</td>
                <td class="number">{formatMoment(time, 0.01)}</td>
                {values.map((value, i) => <td key={i} class="number">{spec.yText(value)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
