/** The keys that direct the run. */
import type { Shortcut } from "../page/shortcuts.ts";
import type { ControlModel } from "./control_model.ts";

/** None where the page may not control. Stopping has none: it must not happen by a slip. */
export function controlKeys({ view, form, ask }: ControlModel): Shortcut[] {
  const { access, isConnected, isPaused } = view.value;
  if (access !== "may") return [];
  return [
    {
      key: "p",
      does: isPaused ? "Resume the run" : "Pause the run",
      act: () => isConnected && ask({ type: isPaused ? "resume" : "pause" }),
    },
    {
      key: "s",
      does: "Do one step, while the run is paused",
      act: () => isConnected && isPaused && ask({ type: "step" }),
    },
    { key: "e", does: "Show or hide the settings", act: () => form.isOpen.value = !form.isOpen.value },
  ];
}
