/** The page's keys: a listener, and the list of them that a person can look at. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { type KeysSwitch, type Shortcut, shortcutFor } from "./shortcuts.ts";

/** A button that opens the list, which the key `?` does too. */
export function Keys({ shortcuts, keys }: { shortcuts: readonly Shortcut[]; keys: KeysSwitch }): VNode {
  const isOpen = useSignal(false);
  const all = [...shortcuts, { key: "?", does: "Show these keys", act: () => isOpen.value = true }];
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const shortcut = keys.isOn.value ? shortcutFor(event, all) : null;
      if (shortcut === null) return;
      event.preventDefault();
      shortcut.act();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
  return (
    <>
      <button type="button" class="button" onClick={() => isOpen.value = true}>Keys</button>
      {isOpen.value && (
        <Dialog title="Keys" close={() => isOpen.value = false}>
          <dl class="keys">
            {all.map(({ key, does }) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <label class="check">
            <input
              type="checkbox"
              checked={keys.isOn.value}
              onChange={(event) => keys.set(event.currentTarget.checked)}
            />
            Keys are on
          </label>
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={() => isOpen.value = false}>Close</button>
          </div>
        </Dialog>
      )}
    </>
  );
}
