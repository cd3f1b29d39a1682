/** The universal approximation of chapter 4, to be played with: it needs no run. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { PageModel } from "../page/page_model.ts";
import { useLive } from "../run/use_live.ts";
import type { Approximation } from "./approximation.ts";
import { CurveFigure } from "./curve_figure.tsx";
import { curveOf } from "./curve.ts";
import { FunctionForm } from "./function_form.tsx";
import type { FunctionsModel } from "./functions_model.ts";
import { pointRows, resultsOf } from "./results.ts";
import { SurfaceFigure } from "./surface_figure.tsx";
import { surfaceOf } from "./surface.ts";

/** The function, the two networks, and how far they are from it. */
export function FunctionsView({ model: { functions, address } }: { model: PageModel }): VNode {
  const approximation = useLive(functions.approximation$).value;
  return (
    <>
      <FunctionForm address={address} mistake={approximation.mistake} />
      <Figure approximation={approximation} />
      <ResultsCard approximation={approximation} functions={functions} />
    </>
  );
}

function Figure({ approximation }: { approximation: Approximation }): VNode {
  const { target } = approximation;
  return (
    <section
      class={target === null ? "card function-figure is-waiting" : "card function-figure"}
      aria-labelledby="figure-title"
    >
      <h2 id="figure-title">
        {target ? target.formula : "Function"} <span class="unit">and what two networks make of it</span>
      </h2>
      {target === null && <p class="none">The function is being computed.</p>}
      {target?.variables === 1 && (
        <CurveFigure view={curveOf(target, approximation)} approximation={approximation} />
      )}
      {target?.variables === 2 && (
        <SurfaceFigure view={surfaceOf(target, approximation)} approximation={approximation} />
      )}
    </section>
  );
}

function ResultsCard(
  { approximation, functions }: { approximation: Approximation; functions: FunctionsModel },
): VNode {
  const { progress, rows } = resultsOf(approximation);
  const { isPaused, again } = functions;
  return (
    <section class="card function-results" aria-labelledby="results-title">
      <h2 id="results-title">Two networks</h2>
      <p class="note">{progress}</p>
      <div class="function-buttons">
        <button
          type="button"
          class="button"
          disabled={approximation.isDone}
          onClick={() => isPaused.value = !isPaused.value}
        >
          {isPaused.value ? "Go on learning" : "Pause learning"}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            isPaused.value = false;
            again();
          }}
        >
          Again
        </button>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Error</th>
            <th scope="col" class="number">Largest</th>
            <th scope="col" class="number">Mean</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, how, largest, mean }) => (
            <tr key={label}>
              <th scope="row">
                {label} <span class="unit">{how}</span>
              </th>
              <td class="number">{largest}</td>
              <td class="number">{mean}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <PointsTable approximation={approximation} />
      <p class="note explanation">
        One network has its weights set by hand: pairs of steep steps that make bumps as high as the function.
        The other one starts with steps here and there, and learns from examples. Why a network can come as
        close as one likes, if it has enough hidden neurons:{" "}
        <a href="http://neuralnetworksanddeeplearning.com/chap4.html" rel="noreferrer" target="_blank">
          chapter 4
        </a>.
      </p>
    </section>
  );
}

/** Some points; made only while it is open. */
function PointsTable({ approximation }: { approximation: Approximation }): VNode {
  const isOpen = useSignal(false);
  const variables = approximation.target?.variables === 2 ? ["x", "y"] : ["x"];
  return (
    <details onToggle={({ currentTarget }) => isOpen.value = currentTarget.open}>
      <summary>As a table</summary>
      {isOpen.value && (
        <div class="scrolled points" tabIndex={0} role="region" aria-label="Values at some points">
          <table>
            <thead>
              <tr>
                {[...variables, "Function", "By hand", "Learnt"].map((name) => (
                  <th key={name} scope="col" class="number">{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {pointRows(approximation).map((row, i) => (
                <tr key={i}>{row.map((value, j) => <td key={j} class="number">{value}</td>)}</tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
