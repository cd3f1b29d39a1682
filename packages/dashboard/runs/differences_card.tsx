/** Only what differs between run descriptions. */
import type { VNode } from "preact";
import type { RunSummary } from "@tributary/protocol";
import type { Difference } from "./differences.ts";

interface DifferencesCardProps {
  compared: readonly RunSummary[];
  differences: readonly Difference[];
  clear: () => void;
}

/** A row for each field, a column for each run. */
export function DifferencesCard({ compared, differences, clear }: DifferencesCardProps): VNode {
  return (
    <section class="card differences" aria-labelledby="differences-title">
      <div class="runs-head">
        <h2 id="differences-title">Only what differs</h2>
        <button type="button" class="button" onClick={clear}>Compare none</button>
      </div>
      {differences.length === 0
        ? (
          <p class="none">
            {compared.length < 2 ? "Choose another run." : "The descriptions of these runs are the same."}
          </p>
        )
        : (
          <div class="table-scroll" tabIndex={0} role="group" aria-label="What differs, as a table">
            <table>
              <thead>
                <tr>
                  <th scope="col">Field</th>
                  {compared.map((run, i) => (
                    <th scope="col" key={run.id}>
                      <span class="swatch" style={{ background: `var(--run-${i})` }} aria-hidden="true" />
                      {" "}
                      {run.name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {differences.map(({ path, values }) => (
                  <tr key={path}>
                    <th scope="row">
                      <code>{path}</code>
                    </th>
                    {values.map((value, i) => <td key={i}>{value === null ? "–" : <code>{value}</code>}</td>)}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
    </section>
  );
}
