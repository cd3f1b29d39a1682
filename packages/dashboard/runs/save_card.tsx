/** Saves the run that the other views show. */
import type { VNode } from "preact";
import type { SaveKind } from "../save/save_run.ts";
import type { RunsModel } from "./runs_model.ts";

const KINDS: { kind: SaveKind; label: string; what: string }[] = [
  { kind: "steps", label: "Steps as CSV", what: "a line for each step" },
  { kind: "epochs", label: "Epochs as CSV", what: "a line for each epoch" },
  { kind: "lines", label: "All as JSON lines", what: "every event and every step" },
  {
    kind: "page",
    label: "One HTML file",
    what: "this page with the whole run in it; it opens without a coordinator",
  },
];

/** All points, none left out. */
export function SaveCard({ runs, isFile }: { runs: RunsModel; isFile: boolean }): VNode {
  const { name, kind } = runs.shown.value;
  const kinds = isFile ? KINDS.filter(({ kind }) => kind !== "page") : KINDS;
  return (
    <section class="card save" aria-labelledby="save-title">
      <h2 id="save-title">Save {name === null ? "a run" : `“${name}”`}</h2>
      {name === null
        ? (
          <p class="none">
            {kind === "none"
              ? "No run is going. Open an earlier one to save all its points."
              : "No run is known yet."}
          </p>
        )
        : (
          <ul class="save-ways">
            {kinds.map(({ kind, label, what }) => (
              <li key={kind}>
                <button type="button" class="button" onClick={() => runs.save(kind)}>{label}</button>
                <span class="note">{what}</span>
              </li>
            ))}
          </ul>
        )}
    </section>
  );
}
