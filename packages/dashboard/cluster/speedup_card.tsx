/** What the workers are worth together, and why it is not more. */
import type { VNode } from "preact";
import { useLive } from "../run/use_live.ts";
import type { ClusterModel } from "./cluster_model.ts";

/** The two figures, what a step goes on, and sentences. */
export function SpeedupCard({ cluster }: { cluster: ClusterModel }): VNode {
  const view = useLive(cluster.speedup$).value;
  return (
    <section class="card speedup" aria-labelledby="speedup-title">
      <h2 id="speedup-title">Speed-up</h2>
      {view === null
        ? (
          <p class="none">
            It is known while a run goes on, when each worker has done a few steps.
          </p>
        )
        : (
          <>
            <dl class="figures">
              <div>
                <dt>Measured</dt>
                <dd class="value">{view.measured}</dd>
              </div>
              <div>
                <dt>Predicted by the cost model</dt>
                <dd class="value">{view.predicted}</dd>
              </div>
            </dl>
            <p class="note">{view.note}</p>
            <svg class="whole-bar" viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">
              {view.parts.map(({ kind, start, share }) => (
                <rect
                  key={kind}
                  class={`part is-${kind}`}
                  x={1_000 * start}
                  y="0"
                  width={1_000 * share}
                  height="16"
                />
              ))}
            </svg>
            <dl class="parts">
              {view.parts.map(({ kind, title, text }) => (
                <div key={kind}>
                  <dt>
                    <span class={`swatch is-${kind}`} aria-hidden="true" />
                    {title}
                  </dt>
                  <dd>{text}</dd>
                </div>
              ))}
            </dl>
            <ul class="sentences">
              {view.sentences.map((sentence) => <li key={sentence}>{sentence}</li>)}
            </ul>
          </>
        )}
    </section>
  );
}
