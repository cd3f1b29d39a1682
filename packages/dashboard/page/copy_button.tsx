/** A button that copies a text. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";

const CONFIRMED_MS = 2_000;

/** Says for a moment whether it worked. */
export function CopyButton({ text, label }: { text: string; label: string }): VNode {
  const outcome = useSignal<"" | "Copied" | "Not copied">("");
  const onClick = async () => {
    outcome.value = await copy(text) ? "Copied" : "Not copied";
    setTimeout(() => outcome.value = "", CONFIRMED_MS);
  };
  return (
    <button type="button" class="button" onClick={onClick} aria-label={outcome.value || label}>
      <span aria-live="polite">{outcome.value || "Copy"}</span>
    </button>
  );
}

/** The clipboard needs a secure context; over plain http from another machine the old command still works. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
