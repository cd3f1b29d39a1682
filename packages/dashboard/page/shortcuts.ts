/** Keys that do something on the whole page. They never break typing, and can be turned off. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** A key, as `KeyboardEvent.key` names it, and what it does in words. */
export interface Shortcut {
  key: string;
  does: string;
  act: () => void;
}

/** What is needed of a key that was pressed. */
export type Press =
  & Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "repeat" | "defaultPrevented">
  & {
    target: EventTarget | null;
  };

/** Where a key means a letter, or what the element makes of it. */
const TYPING = "input, textarea, select, dialog, [contenteditable], [role=textbox], [role=application]";

/** What the key is to do now, or null: nothing while somebody types, answers a dialog, or holds the key down. */
export function shortcutFor(press: Press, shortcuts: readonly Shortcut[]): Shortcut | null {
  if (press.ctrlKey || press.altKey || press.metaKey || press.repeat || press.defaultPrevented) return null;
  const { target } = press;
  if (target !== null && "closest" in target && (target as Element).closest(TYPING) !== null) return null;
  return shortcuts.find(({ key }) => key === press.key) ?? null;
}

const KEY = "tributary.keys";

/** Whether keys do anything; kept for this browser. For those whose screen reader or voice control types letters. */
export interface KeysSwitch {
  isOn: ReadonlySignal<boolean>;
  set(isOn: boolean): void;
}

/** The switch, as it was left. */
export function keysSwitch(storage: Pick<Storage, "getItem" | "setItem">): KeysSwitch {
  const isOn = signal(storage.getItem(KEY) !== "off");
  return {
    isOn,
    set(value) {
      storage.setItem(KEY, value ? "on" : "off");
      isOn.value = value;
    },
  };
}
