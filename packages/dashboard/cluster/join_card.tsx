/** How others can join: a code for phones, a link for browsers, commands for terminals. */
import type { ReadonlySignal } from "@preact/signals";
import type { JoinLinks } from "@tributary/protocol";
import type { VNode } from "preact";
import { CopyButton } from "../page/copy_button.tsx";
import { QrCode } from "./qr_code.tsx";

const ONLY_HERE =
  "These lead here from this machine only. To let other machines join, start the coordinator " +
  "with --host 0.0.0.0.";

/** Last on the page, so that nothing moves when the links come. */
export function JoinCard({ links }: { links: ReadonlySignal<readonly JoinLinks[]> }): VNode | null {
  if (links.value.length === 0) return null;
  const [{ browser, checkout, program, onlyHere }] = links.value;
  const others = links.value.slice(1).map((other) => new URL(other.browser).host);
  return (
    <section class="card invitation" aria-labelledby="join-title">
      <QrCode text={browser} label="QR code of the link that joins from a browser" />
      <div class="invitation-text">
        <h2 id="join-title">Add a worker</h2>
        <p class="note">
          {onlyHere ? ONLY_HERE : "Whoever has these can compute for this run; they hold the token to work."}
          {others.length > 0 && ` This machine also answers at ${others.join(", ")}.`}
        </p>
        <dl>
          <Way label="In a browser" copy="Copy the link for a browser" text={browser} />
          <Way label="In a checkout" copy="Copy the command for a checkout" text={checkout} />
          <Way label="With Deno alone" copy="Copy the command for Deno alone" text={program} />
        </dl>
      </div>
    </section>
  );
}

function Way({ label, text, copy }: { label: string; text: string; copy: string }): VNode {
  return (
    <div class="way">
      <dt>{label}</dt>
      <dd>
        <code>{text}</code>
        <CopyButton text={text} label={copy} />
      </dd>
    </div>
  );
}
