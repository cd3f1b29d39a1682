/** What went wrong, newest first; the same fault of the same worker in one line. */
import type { VNode } from "preact";
import { useLive } from "../run/use_live.ts";
import { formatClock, plural } from "../words/words.ts";
import type { ClusterModel } from "./cluster_model.ts";

/** Scrolls by itself; it can be reached and scrolled by keyboard. */
export function FaultsCard({ cluster }: { cluster: ClusterModel }): VNode {
  const { groups, hidden, untold } = useLive(cluster.faults$).value;
  return (
    <section class="card events faults" aria-labelledby="faults-title">
      <h2 id="faults-title">Faults</h2>
      <div class="events-scroll" tabIndex={0} role="group" aria-labelledby="faults-title">
        {groups.length === 0 && untold === 0 && <p class="none">Nothing went wrong.</p>}
        <ol>
          {groups.map(({ key, at, text, detail, tone }) => (
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
        {hidden > 0 && <p class="none">{`${plural(hidden, "older kind")} of faults in the run log.`}</p>}
        {untold > 0 && (
          <p class="none">{`${plural(untold, "older range")} that were late or moved in the run log.`}</p>
        )}
      </div>
    </section>
  );
}
