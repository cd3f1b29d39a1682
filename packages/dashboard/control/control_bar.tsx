/** The control of the run, in every view: what a page may do, or how it may come to it. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { Question } from "../page/question.tsx";
import { controlLine } from "./control.ts";
import type { ControlModel } from "./control_model.ts";
import { SettingsForm } from "./settings_form.tsx";

interface ControlBarProps {
  control: ControlModel;
  /** Whether the view below says, and announces, how the run stands. */
  hasStatus: boolean;
}

/** Has its place from the start, so that nothing moves when the coordinator has told what the page may do. */
export function ControlBar({ control, hasStatus }: ControlBarProps): VNode {
  const { access } = control.view.value;
  const { text, tone, isStanding } = controlLine(control.view.value, control.message.value);
  return (
    <section class="control" aria-label="Control">
      <div class="control-line">
        {access === "may" ? <Controls control={control} /> : <p class="note">{NOTES[access]}</p>}
      </div>
      <p class={`control-message is-${tone}`} role="status">
        {text && <span aria-hidden={hasStatus && isStanding ? true : undefined}>{text}</span>}
      </p>
      {access === "may" && <SettingsForm control={control} />}
    </section>
  );
}

const NOTES = {
  unknown: "\u00a0",
  mayNot:
    "This page looks on. To control the run, open the link behind “Page:” that the coordinator printed.",
  over: "The run has ended: there is nothing left to control.",
};

function Controls({ control: { view, form, ask } }: { control: ControlModel }): VNode {
  const { isPaused, isConnected } = view.value;
  const isStopping = useSignal(false);
  return (
    <>
      <Action
        label={isPaused ? "Resume" : "Pause"}
        isPossible={isConnected}
        act={() => ask({ type: isPaused ? "resume" : "pause" })}
      />
      <Action label="One step" isPossible={isConnected && isPaused} act={() => ask({ type: "step" })} />
      <button
        type="button"
        class="button"
        aria-expanded={form.isOpen.value}
        aria-controls="settings"
        onClick={() => form.isOpen.value = !form.isOpen.value}
      >
        Settings
      </button>
      <Action label="Stop and save" isPossible={isConnected} act={() => isStopping.value = true} />
      {isStopping.value && (
        <Question
          title="Stop the run?"
          text="It is saved as it is then, and can be resumed later. Workers are sent home."
          yes="Stop and save"
          answer={(isYes) => {
            isStopping.value = false;
            if (isYes) ask({ type: "stop" });
          }}
        />
      )}
    </>
  );
}

/** A button that keeps the focus where it can do nothing for a while. */
function Action(
  { label, isPossible, act }: { label: string; isPossible: boolean; act: () => void },
): VNode {
  return (
    <button type="button" class="button" aria-disabled={!isPossible} onClick={() => isPossible && act()}>
      {label}
    </button>
  );
}
