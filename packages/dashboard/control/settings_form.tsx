/** The form for settings: what is in force, and what is to be from the next step on. */
import type { Settings } from "@tributary/protocol";
import type { TargetedSubmitEvent, VNode } from "preact";
import type { ControlModel } from "./control_model.ts";
import { SETTINGS_FIELDS, settingsTexts } from "./settings_form.ts";

/** Hidden until it is wanted. A field holds what is in force until something is written into it. */
export function SettingsForm({ control: { view, form } }: { control: ControlModel }): VNode {
  const { inForce, isConnected, hasSchedule } = view.value;
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = event.currentTarget;
    const wrong = form.submit();
    if (wrong !== null) fields.querySelector<HTMLElement>(`[name=${wrong}]`)?.focus();
  };
  return (
    <form id="settings" class="settings" hidden={!form.isOpen.value} onSubmit={submit} noValidate>
      {inForce !== null && SETTINGS_FIELDS.map(({ name, label }) => (
        <Field
          key={name}
          name={name}
          label={label}
          text={form.written.value[name] ?? settingsTexts(inForce)[name]}
          note={`In force: ${inForce[name]}${
            hasSchedule && name === "learningRate" ? ", times the schedule’s factor" : ""
          }`}
          mistake={form.mistakes.value[name]}
          write={(text) => form.written.value = { ...form.written.value, [name]: text }}
        />
      ))}
      <div class="settings-buttons">
        <button type="submit" class="button" disabled={!isConnected || inForce === null}>
          Change from the next step on
        </button>
      </div>
    </form>
  );
}

interface FieldProps {
  name: keyof Settings;
  label: string;
  text: string;
  note: string;
  mistake: string | undefined;
  write: (text: string) => void;
}

function Field({ name, label, text, note, mistake, write }: FieldProps): VNode {
  const id = `setting-${name}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        value={text}
        aria-invalid={mistake !== undefined}
        aria-describedby={`${id}-note`}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <p id={`${id}-note`} class={mistake === undefined ? "note" : "note is-bad"}>{mistake ?? note}</p>
    </div>
  );
}
