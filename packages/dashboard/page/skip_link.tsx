/** A way past the head of the page, for those who go by keyboard. */
import type { TargetedMouseEvent, VNode } from "preact";

/** What the head stands above. */
export const CONTENT_ID = "content";

/** First on the page; seen while it has the focus. The address stays as it is: its fragment is for tokens. */
export function SkipLink(): VNode {
  const skip = (event: TargetedMouseEvent<HTMLAnchorElement>) => {
    event.preventDefault();
    const content = document.getElementById(CONTENT_ID)!;
    content.focus();
    content.scrollIntoView();
  };
  return <a class="skip-link" href={`#${CONTENT_ID}`} onClick={skip}>Skip to the content</a>;
}
