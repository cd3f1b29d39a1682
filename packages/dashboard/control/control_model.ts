/** What the control bar reads and does: the selectors as signals, what is written in the form, commands. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Command, Settings } from "@tributary/protocol";
import { merge, type Observable, startWith, Subject, type Subscription } from "rxjs";
import type { SendCommand } from "../run/command_channel.ts";
import type { ConnectionStatus } from "../run/connection.ts";
import type { RunState } from "../run/run_state.ts";
import { toSignal } from "../run/to_signal.ts";
import { control$, type ControlView } from "./control.ts";
import { type Asked, type ControlMessage, controlMessages$ } from "./messages.ts";
import { readSettings, type SettingsTexts, settingsTexts } from "./settings_form.ts";

/** Where the form for settings stands. */
export interface SettingsForm {
  isOpen: Signal<boolean>;
  /** What was written over what is in force. */
  written: Signal<Partial<SettingsTexts>>;
  mistakes: Signal<Partial<Record<keyof Settings, string>>>;
  /** Asks for what was written. @returns the first field that is wrong, or null. */
  submit(): keyof Settings | null;
}

/** The control of the run. */
export interface ControlModel {
  view: ReadonlySignal<ControlView>;
  message: ReadonlySignal<ControlMessage>;
  form: SettingsForm;
  /** Sends a command; what becomes of it is a message. */
  ask(command: Command): void;
}

/** The coordinator need not be troubled with it. */
const UNCHANGED: ControlMessage = { text: "Nothing is different from what is in force.", tone: "plain" };

/** The control of a run, until `subscription` ends. */
export function controlModel(
  { state$, connection$, send }: {
    state$: Observable<RunState>;
    connection$: Observable<ConnectionStatus>;
    send: SendCommand;
  },
  subscription: Subscription,
): ControlModel {
  const asked$ = new Subject<Asked>();
  const said$ = new Subject<ControlMessage>();
  const quiet: ControlMessage = { text: "", tone: "plain" };
  const view = toSignal(control$(state$, connection$), subscription);
  const message = toSignal(
    merge(said$, controlMessages$(asked$, state$)).pipe(startWith(quiet)),
    subscription,
  );
  const ask = async (command: Command) => {
    asked$.next({ command, outcome: null });
    const outcome = await send(command);
    if (outcome.state === "followed" && command.type === "change") form.written.value = {};
    asked$.next({ command, outcome });
  };
  const form: SettingsForm = {
    isOpen: signal(false),
    written: signal({}),
    mistakes: signal({}),
    submit() {
      const { inForce, batchSizeMax } = view.value;
      if (inForce === null || batchSizeMax === null) return null;
      const texts = { ...settingsTexts(inForce), ...form.written.value };
      const read = readSettings(texts, { inForce, batchSizeMax });
      form.mistakes.value = "mistakes" in read ? read.mistakes : {};
      if ("mistakes" in read) return Object.keys(read.mistakes)[0] as keyof Settings;
      if (Object.keys(read.changed).length === 0) said$.next(UNCHANGED);
      else ask({ type: "change", settings: read.changed });
      return null;
    },
  };
  return { view, message, form, ask };
}
