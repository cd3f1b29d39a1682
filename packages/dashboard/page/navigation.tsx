/** The ways from view to view. */
import type { TargetedMouseEvent, VNode } from "preact";
import type { Address } from "./address.ts";
import { viewOf, VIEWS } from "./views.ts";

/** Links, so that a view can also be opened in another tab. */
export function Navigation({ address }: { address: Address }): VNode {
  const shown = viewOf(address.params.value);
  const follow = (event: TargetedMouseEvent<HTMLAnchorElement>, view: string | null) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    address.set({ view }, "push");
  };
  return (
    <nav class="views" aria-label="Views">
      {VIEWS.map((view, index) => {
        const value = index === 0 ? null : view.name;
        return (
          <a
            key={view.name}
            href={address.href({ view: value })}
            aria-current={view === shown ? "page" : undefined}
            onClick={(event) => follow(event, value)}
          >
            {view.title}
          </a>
        );
      })}
    </nav>
  );
}
