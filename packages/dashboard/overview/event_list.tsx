/** What happened, newest first. */
import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Log, LogLine } from "./log.ts";
import { plural } from "../words/words.ts";

/** Scrolls by itself; it can be reached and scrolled by keyboard. */
export function EventList({ log }: { log: ReadonlySignal<Log> }): VNode {
  const { lines, hidden } = log.value;
  return (
    <section class="card events" aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      <div class="events-scroll" tabIndex={0} role="group" aria-labelledby="events-title">
        {lines.length === 0 && <p class="none">Nothing has happened yet.</p>}
        <ol>
          {lines.map(itemOf)}
        </ol>
        {hidden > 0 && <p class="none">{`${plural(hidden, "older event")} in the run log.`}</p>}
      </div>
    </section>
  );
}

const items = new WeakMap<LogLine, VNode>();

/** The same item for the same line: what stands there is not compared again for each event. */
function itemOf(line: LogLine): VNode {
  const known = items.get(line);
  if (known) return known;
  const { key, at, clock, text, detail, tone } = line;
  const item = (
    <li key={key} class={`is-${tone}`}>
      <span class="dot" aria-hidden="true" />
      <time dateTime={new Date(at).toISOString()}>{clock}</time>
      <div>
        <p class="text">{text}</p>
        {detail && <p class="detail">{detail}</p>}
      </div>
    </li>
  );
  items.set(line, item);
  return item;
}
