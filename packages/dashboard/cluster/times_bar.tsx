/** On what a worker's time goes. */
import type { VNode } from "preact";
import { formatPercent } from "../words/words.ts";
import type { TimeShares } from "./roster.ts";

/** "62 % computing, 21 % sending, 17 % waiting". */
export function timesText({ computing, sending, waiting }: TimeShares): string {
  const percent = (share: number) => formatPercent(share, 0);
  return `${percent(computing)} computing, ${percent(sending)} sending, ${percent(waiting)} waiting`;
}

/** A bar, and the same in words. */
export function TimesBar({ times }: { times: TimeShares }): VNode {
  const { computing, sending } = times;
  return (
    <>
      <svg class="spent-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="part is-waiting" x="0" y="0" width="100" height="8" />
        <rect class="part is-computing" x="0" y="0" width={100 * computing} height="8" />
        <rect class="part is-sending" x={100 * computing} y="0" width={100 * sending} height="8" />
      </svg>
      <span class="spent-text">{timesText(times)}</span>
    </>
  );
}
