/** How often each label was taken for each class. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { useLive } from "../run/use_live.ts";
import { formatCount, formatPercent } from "../words/words.ts";
import { cellName } from "./gallery.ts";
import type { Cell, Matrix } from "./matrix.ts";
import type { PredictionsModel } from "./predictions_model.ts";

/** The look in words, and its table. A cell opens the samples behind it. */
export function MatrixCard({ predictions }: { predictions: PredictionsModel }): VNode {
  const matrix = useLive(predictions.matrix$).value;
  const chosen = predictions.address.params.value.get("cell");
  const open = (cell: Cell) => {
    predictions.address.set({ cell: cellName(cell), page: null });
    // Once the samples are there.
    setTimeout(() => document.getElementById("gallery-title")?.focus());
  };
  return (
    <section class="card matrix-card" aria-labelledby="matrix-title">
      <LookHead predictions={predictions} />
      {matrix === null
        ? <p class="matrix-empty">The matrix is here when the model has been asked.</p>
        : matrix.mistakes === null
        ? <MatrixTable matrix={matrix} chosen={chosen} open={open} />
        : <MistakesTable classes={matrix.classes} mistakes={matrix.mistakes} open={open} />}
    </section>
  );
}

/** What was looked at; apart from the table, since it changes while the run goes on. */
function LookHead({ predictions }: { predictions: PredictionsModel }): VNode {
  const { what, numbers, now, tone, mayAsk, spoken } = useLive(predictions.words$).value;
  const isExact = useLive(predictions.isExact$).value;
  return (
    <>
      <div class="card-head">
        <h2 id="matrix-title">Confusion matrix</h2>
        {/* Not disabled: it keeps the focus while the model is asked. */}
        <button
          type="button"
          class="button"
          aria-disabled={!mayAsk}
          onClick={() => mayAsk && predictions.look()}
        >
          Look now
        </button>
      </div>
      <p class="note">{what}</p>
      <dl class="look-numbers">
        {(numbers.length > 0 ? numbers : NO_NUMBERS).map(({ label, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p class={`note look-now is-${tone}`}>{now || "\u00a0"}</p>
      <p class="visually-hidden" role="status">{spoken}</p>
      {!isExact && (
        <p class="note">
          This browser has no fused multiply-add: the last digits of outputs may differ from those of the
          workers.
        </p>
      )}
    </>
  );
}

const NO_NUMBERS = ["Accuracy", "Mistakes", "Loss"].map((label) => ({ label, text: "–" }));

/** So many columns fit a telephone; more are scrolled. */
const FITTING_CLASSES_MAX = 12;

interface TableProps {
  matrix: Matrix;
  /** Name of the cell whose samples are shown. */
  chosen: string | null;
  open: (cell: Cell) => void;
}

/** The arrow keys move from cell to cell, Enter and space open one; Tab leaves the table. */
function MatrixTable({ matrix: { rows, classes }, chosen, open }: TableProps): VNode {
  const table = useRef<HTMLTableElement>(null);
  const focused = useSignal("0-0");
  const onKeyDown = (event: KeyboardEvent, cell: Cell) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return open(cell);
    }
    const to = moved(cell, event.key, classes);
    if (to === null) return;
    event.preventDefault();
    focused.value = cellName(to);
    table.current!.querySelector<HTMLElement>(`[data-cell="${focused.value}"]`)!.focus();
  };
  return (
    <div class="matrix-scroll">
      <table
        class={classes <= FITTING_CLASSES_MAX ? "matrix is-fitted" : "matrix"}
        role="grid"
        aria-label="Confusion matrix"
        ref={table}
      >
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col" rowSpan={2} class="label">Label</th>
            <th role="columnheader" scope="colgroup" colSpan={classes} class="answers">Answered as</th>
            <th role="columnheader" scope="col" rowSpan={2} class="number right">Correct</th>
          </tr>
          <tr role="row">
            {rows.map(({ label }) => (
              <th key={label} role="columnheader" scope="col" class="answer">{label}</th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map(({ label, cells, correct }) => (
            <tr key={label} role="row">
              <th role="rowheader" scope="row">{label}</th>
              {cells.map((cell) => {
                const name = cellName(cell);
                return (
                  <td
                    key={name}
                    role="gridcell"
                    class={`cell ${cell.label === cell.answer ? "is-right" : "is-wrong"}`}
                    style={{ "--depth": cell.depth.toFixed(3) }}
                    data-cell={name}
                    tabIndex={name === focused.value ? 0 : -1}
                    aria-selected={name === chosen}
                    aria-label={cellWords(cell)}
                    onFocus={() => focused.value = name}
                    onClick={() => open(cell)}
                    onKeyDown={(event) => onKeyDown(event, cell)}
                  >
                    {cell.count === 0 ? "·" : cell.count}
                  </td>
                );
              })}
              <td role="gridcell" class="number">{correct === null ? "–" : formatPercent(correct, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellWords({ label, answer, count, share }: Cell): string {
  return `Label ${label}, answered as ${answer}: ${formatCount(count)}, ${formatPercent(share, 1)}`;
}

function moved(
  { label, answer }: Cell,
  key: string,
  classes: number,
): { label: number; answer: number } | null {
  const inside = (value: number) => Math.min(classes - 1, Math.max(0, value));
  switch (key) {
    case "ArrowLeft":
      return { label, answer: inside(answer - 1) };
    case "ArrowRight":
      return { label, answer: inside(answer + 1) };
    case "ArrowUp":
      return { label: inside(label - 1), answer };
    case "ArrowDown":
      return { label: inside(label + 1), answer };
    case "Home":
      return { label, answer: 0 };
    case "End":
      return { label, answer: classes - 1 };
    default:
      return null;
  }
}

/** In place of a matrix that would be too large. */
function MistakesTable(
  { classes, mistakes, open }: { classes: number; mistakes: readonly Cell[]; open: (cell: Cell) => void },
): VNode {
  return (
    <div class="matrix-scroll mistakes-scroll">
      <table>
        <caption class="note">
          {`A matrix of ${classes} classes is too large to be seen: these are the most frequent mistakes.`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Label</th>
            <th scope="col">Answered as</th>
            <th scope="col" class="number">Samples</th>
            <th scope="col" class="number">Of its label</th>
          </tr>
        </thead>
        <tbody>
          {mistakes.map((cell) => (
            <tr key={cellName(cell)}>
              <th scope="row">{cell.label}</th>
              <td>{cell.answer}</td>
              <td class="number">
                <button type="button" class="button" data-cell={cellName(cell)} onClick={() => open(cell)}>
                  {formatCount(cell.count)}
                  <span class="visually-hidden">{` of ${cell.label} as ${cell.answer}`}</span>
                </button>
              </td>
              <td class="number">{formatPercent(cell.share, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
