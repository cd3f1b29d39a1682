/** A place to draw, answered by the model as it is at this moment. */
import type { VNode } from "preact";
import { useLive } from "../run/use_live.ts";
import { formatCount, plural } from "../words/words.ts";
import type { AnswerView } from "./answer_view.ts";
import { PAD_SIZE, PEN_WIDTH, type Point, type Stroke } from "./ink.ts";
import { isEmptyPad, type Pad, type PadAction } from "./pad.ts";
import { Picture } from "./picture.tsx";
import type { PadView, PredictionsModel } from "./predictions_model.ts";
import { pictureSize, type SampleSet } from "./samples.ts";

/** The pad, what the network sees of it, and what it says. */
export function PadCard({ predictions }: { predictions: PredictionsModel }): VNode {
  const view = useLive(predictions.pad$).value;
  const samples = useLive(predictions.samples$).value;
  const isPicture = samples === null || pictureSize(samples.shape) !== null;
  const { pad, question } = view;
  const act = (action: PadAction) => predictions.act(action);
  return (
    <section class="card pad-card" aria-labelledby="pad-title">
      <h2 id="pad-title">{isPicture ? "Ask the model" : "Ask the model about a sample"}</h2>
      <p class="note" id="pad-hint">{hintOf(pad, samples)}</p>
      <div class={isPicture ? "pad-parts" : "pad-parts is-rows"}>
        {isPicture && (
          <div class="pad-part">
            <DrawingPad pad={pad} act={act}>
              {pad.picked && question && <Picture input={question.input} shape={samples!.shape} />}
            </DrawingPad>
            <div class="pad-buttons">
              <button
                type="button"
                class="button"
                aria-disabled={isEmptyPad(pad)}
                onClick={() => act({ type: "undo" })}
              >
                Undo
              </button>
              <button
                type="button"
                class="button"
                aria-disabled={isEmptyPad(pad)}
                onClick={() => act({ type: "clear" })}
              >
                Clear
              </button>
            </div>
          </div>
        )}
        <div class="pad-part seen">
          <h3>What the network sees</h3>
          <div class={isPicture ? "seen-picture" : "seen-row"}>
            {question !== null
              ? (
                <Picture
                  input={question.input}
                  shape={samples!.shape}
                  label="The picture that the network sees"
                />
              )
              : <span class="seen-empty" />}
          </div>
          <p class="note">{seenWords(view, samples)}</p>
        </div>
        <Bars view={view} />
      </div>
      <p class="visually-hidden" role="status">{pad.isDown ? "" : spoken(view)}</p>
    </section>
  );
}

function hintOf({ picked }: Pad, samples: SampleSet | null): string {
  if (samples !== null && pictureSize(samples.shape) === null) return "Choose a sample above.";
  if (picked) return "This is a test sample. The arrow keys move it; draw, or press Delete, to begin anew.";
  return "Draw with mouse, finger or pen. By keyboard: arrow keys move the pen (with Shift further), " +
    "space puts it down or lifts it, Backspace takes a stroke back, Delete clears.";
}

interface DrawingPadProps {
  pad: Pad;
  act: (action: PadAction) => void;
  children: VNode | null | false;
}

const STEPS: Record<string, { right: number; down: number }> = {
  ArrowLeft: { right: -1, down: 0 },
  ArrowRight: { right: 1, down: 0 },
  ArrowUp: { right: 0, down: -1 },
  ArrowDown: { right: 0, down: 1 },
};
const SHIFT_FACTOR = 4;

function DrawingPad({ pad, act, children }: DrawingPadProps): VNode {
  const pointOf = ({ clientX, clientY }: MouseEvent, element: Element): Point => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: PAD_SIZE * (clientX - left) / width, y: PAD_SIZE * (clientY - top) / height };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = actionOf(event);
    if (action === null) return;
    event.preventDefault();
    act(action);
  };
  return (
    <div
      id="pad"
      class="pad"
      role="application"
      aria-roledescription="drawing pad"
      aria-label={pad.picked ? "A test sample" : pad.isDown ? "The pen is down" : "The pen is up"}
      aria-describedby="pad-hint"
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (!event.isPrimary || event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        act({ type: "down", at: pointOf(event, event.currentTarget) });
      }}
      onPointerMove={(event) => {
        if (!event.isPrimary || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
        const events = event.getCoalescedEvents?.() ?? [];
        const through = (events.length > 0 ? events : [event]).map((each) =>
          pointOf(each, event.currentTarget)
        );
        act({ type: "move", through });
      }}
      onPointerUp={(event) => event.isPrimary && act({ type: "up" })}
      onPointerCancel={(event) => event.isPrimary && act({ type: "up" })}
    >
      <svg viewBox={`0 0 ${PAD_SIZE} ${PAD_SIZE}`} aria-hidden="true">
        {pad.strokes.map((stroke, i) => (
          <polyline key={i} points={pointsOf(stroke)} stroke-width={PEN_WIDTH} />
        ))}
        {!pad.picked && (
          <circle
            class={pad.isDown ? "pen is-down" : "pen"}
            cx={pad.pen.x}
            cy={pad.pen.y}
            r={PEN_WIDTH / 2}
          />
        )}
      </svg>
      {children}
      {isEmptyPad(pad) && <span class="pad-empty">Draw a digit here</span>}
    </div>
  );
}

function actionOf({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent): PadAction | null {
  if (altKey || metaKey) return null;
  if (ctrlKey) return key === "z" ? { type: "undo" } : null;
  if (key in STEPS) {
    const { right, down } = STEPS[key];
    const factor = shiftKey ? SHIFT_FACTOR : 1;
    return { type: "step", right: factor * right, down: factor * down };
  }
  switch (key) {
    case " ":
    case "Enter":
      return { type: "toggle" };
    case "Backspace":
      return { type: "undo" };
    case "Delete":
      return { type: "clear" };
    default:
      return null;
  }
}

/** A single point is drawn as a line of no length: its round ends make a dot. */
function pointsOf(stroke: Stroke): string {
  const points = stroke.length === 1 ? [stroke[0], stroke[0]] : stroke;
  return points.map(({ x, y }) => `${x.toFixed(2)},${y.toFixed(2)}`).join(" ");
}

function seenWords({ pad, question }: PadView, samples: SampleSet | null): string {
  const size = samples && pictureSize(samples.shape);
  if (question === null) return size ? `${size.height} × ${size.width} pixels; nothing yet.` : "Nothing yet.";
  if (!size) return `Label ${question.label}.`;
  const { picked } = pad;
  if (!picked) return "Scaled to 20 of 28 pixels, its centre of mass in the middle: as MNIST was made.";
  const { right, down } = picked;
  const isMoved = right !== 0 || down !== 0;
  return `Label ${question.label}${isMoved ? `, moved by ${right} to the right and ${down} down` : ""}.`;
}

function Bars({ view: { answer, question, failure } }: { view: PadView }): VNode {
  return (
    <div class="pad-part said">
      <h3>What the model says</h3>
      <p class="said-answer">
        {answer && question
          ? (
            <>
              <b>{answer.answer}</b> {answer.confidence}
            </>
          )
          : "–"}
      </p>
      {answer && question && (
        <ol class="bars" aria-label="Outputs">
          {answer.bars.map(({ label, output, text, length, isAnswer }) => (
            <li key={label} class={isAnswer ? "is-answer" : ""}>
              <span class="bar-label">{label}</span>
              <span class="output-track" aria-hidden="true">
                <span style={{ transform: `scaleX(${length})` }} />
              </span>
              <data value={String(output)}>{text}</data>
            </li>
          ))}
        </ol>
      )}
      <p class="note">{failure ?? saidNote(answer)}</p>
    </div>
  );
}

function saidNote(answer: AnswerView | null): string {
  if (answer === null) return "The outputs of all classes are here when something is asked.";
  const others = answer.hidden > 0 ? ` ${plural(answer.hidden, "smaller output")} not shown.` : "";
  return `The model after step ${formatCount(answer.step)}.${others}`;
}

function spoken({ answer, question }: PadView): string {
  return answer && question ? `The model says ${answer.answer}, ${answer.confidence}` : "";
}
