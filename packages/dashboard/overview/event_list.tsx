/** What happened, newest first. */
import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Log } from "./log.ts";
import { formatClock, plural } from "../words/words.ts";

/** Scrolls by itself; it can be reached and scrolled by keyboard. */
export function EventList({ log }: { log: ReadonlySignal<Log> }): VNode {
  const { lines, hidden } = log.value;
  return (
    <section class="card events" aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      <div class="events-scroll" tabIndex={0} role="group" aria-labelledby="events-title">
        {lines.length === 0 && <p class="none">Nothing has happened yet.</p>}
        <ol>
          {lines.map(({ key, at, text, detail, tone }) => (
            <li key={key} class={`is-${tone}`}>
              <span class="dot" aria-hidden="true" />
              <time dateTime={new Date(at).toISOString()}>{formatClock(at)}</time>
              <div>
                <p class="text">{text}</p>
                {detail && <p class="detail">{detail}</p>}
              </div>
            </li>
          ))}
        </ol>
        {hidden > 0 && <p class="none">{`${plural(hidden, "older event")} in the run log.`}</p>}
      </div>
    </section>
  );
}
