/** One HTML file that shows a whole run and asks nobody for anything: the page itself, with the run in it. */
import {
  decodeWatchUpdate,
  emptySteps,
  packSteps,
  type RunStanding,
  stringify,
  unpackSteps,
  type WatchUpdate,
} from "@tributary/protocol";
import type { ConnectionNews } from "../run/connection.ts";
import type { RunState } from "../run/run_state.ts";

/** Where the run is in the file. */
const DATA_ID = "recorded-run";

/** No request at all: scripts and styles stand in the file, and pictures are made by it. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:";

/** The parts of the page, as the coordinator serves them. */
export interface PageParts {
  script: string;
  styles: string;
}

/** A run as it stands in the file. */
interface SavedRun {
  /** Everything but the steps, as a watcher is told it. */
  update: WatchUpdate;
  standing: RunStanding;
  name: string;
}

/** The file as parts of its text. */
export function offlinePage(
  { script, styles }: PageParts,
  { state, name, standing }: { state: RunState; name: string; standing: RunStanding },
): string[] {
  const { steps: { columns, length } } = state;
  return [
    `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escapeText(name)} · Tributary</title>
<link rel="icon" href="data:,">
<style>${styles.replace(/<\/(style)/gi, "<\\/$1")}</style>
</head>
<body>
<div id="page"></div>
<noscript>This page shows a training run, and needs JavaScript for it.</noscript>
<script type="application/json" id="${DATA_ID}">${
      escapeJson(stringify(savedRun(state, { name, standing })))
    }</script>
<script type="text/plain" id="${DATA_ID}-steps">`,
    ...base64Parts(packSteps(columns, 0, length)),
    `</script>
<script type="module">${escapeScript(script)}</script>
</body>
</html>
`,
  ];
}

/** The run that a page has in it, as news of a connection; null: it is no such file. */
export function savedNews(page: Pick<Document, "getElementById">): ConnectionNews[] | null {
  const text = page.getElementById(DATA_ID)?.textContent;
  if (!text) return null;
  const { update, standing, name } = JSON.parse(text) as SavedRun;
  const steps = unpackSteps(fromBase64(page.getElementById(`${DATA_ID}-steps`)?.textContent ?? ""));
  // The numbers that JSON has no way to write are restored as those of any update.
  const restored = decodeWatchUpdate(JSON.stringify(update));
  return [{ update: { ...restored, steps } }, { status: { state: "recorded", standing, name } }];
}

function savedRun(state: RunState, about: Pick<SavedRun, "name" | "standing">): SavedRun {
  const { at, events, inspected, gradients, roster } = state;
  const workers = roster.flatMap(({ progress }) => progress === null ? [] : [progress]);
  return {
    update: {
      type: "update",
      fromStart: true,
      at,
      events: inspected === null ? [...events] : [...events, inspected],
      steps: emptySteps(),
      workers,
      gradients,
    },
    ...about,
  };
}

/** No text of a run can end the element that it stands in. */
function escapeJson(text: string): string {
  return text.replaceAll("<", "\\u003c");
}

/** In a program, these characters stand in strings and patterns alone, where the backslash means nothing. */
function escapeScript(text: string): string {
  return text.replace(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "<\\!--");
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** Bytes of a part: a multiple of three, so that parts can stand one after the other. */
const PART_BYTES = 3 * 8_192;

function base64Parts(bytes: Uint8Array): string[] {
  const parts: string[] = [];
  for (let first = 0; first < bytes.length; first += PART_BYTES) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(first, first + PART_BYTES))));
  }
  return parts;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text.trim());
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}
