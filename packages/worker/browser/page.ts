/** The page that joins a run: starts the Web Worker, shows what it does, and leaves with the tab. */
import { browserName } from "./browser_name.ts";
import { emptyJoinState, isActive, type JoinNews, type JoinState, reduceJoinState } from "./join_state.ts";
import { joinWords } from "./join_words.ts";
import type { PageMessage, WebWorkerMessage } from "./messages.ts";
import { takeWorkToken } from "./work_token.ts";

/** Rates and countdowns are shown anew this often, also when there is no news. */
const REFRESH_MS = 500;
/** More threads than this rarely help: each step waits for all of them. */
const THREADS_OFFERED = 32;

/** As of the Battery Status API, where a browser has it. */
interface Battery extends EventTarget {
  charging: boolean;
  level: number;
}

const token = takeWorkToken(globalThis);
const place = {
  origin: location.origin,
  name: browserName(navigator.userAgent),
  isSecure: globalThis.isSecureContext,
};
const elements = {
  status: element("status"),
  headline: element("headline"),
  detail: element("detail"),
  samples: element("samples"),
  rate: element("rate"),
  warnings: element("warnings"),
  button: element("button"),
  threadsLabel: element("threads-label"),
  threads: element("threads") as HTMLSelectElement,
};

let state: JoinState = emptyJoinState(token !== null);
let worker: Worker | null = null;
/** Whether the tab leaves only to come back with another number of threads. */
let comesBack = false;

function join(): void {
  worker?.terminate();
  worker = new Worker("/join_worker.js", { type: "module", name: "tributary" });
  worker.onmessage = ({ data }: MessageEvent<WebWorkerMessage>) => {
    update(data);
    if (comesBack && data.type === "left") join();
  };
  worker.onerror = ({ message }) => update({ type: "broken", reason: message || "its program did not load" });
  comesBack = false;
  update({ type: "start" });
  const threads = Number(elements.threads.value) || 1;
  post({ type: "join", origin: place.origin, token: token!, name: place.name, threads });
}

function post(message: PageMessage): void {
  worker?.postMessage(message);
}

function update(news: JoinNews): void {
  state = reduceJoinState(state, news, performance.now());
  show();
}

function show(): void {
  const words = joinWords(state, place, performance.now());
  elements.status.className = `card status is-${words.phase}`;
  write(elements.headline, words.headline);
  write(elements.detail, words.detail);
  write(elements.samples, words.samples);
  write(elements.rate, words.rate);
  write(elements.button, words.button ?? "");
  elements.button.hidden = words.button === null;
  if (document.title !== words.title) document.title = words.title;
  const shown = [...elements.warnings.children].map(({ textContent }) => textContent);
  if (shown.join("\n") !== words.warnings.join("\n")) {
    elements.warnings.replaceChildren(...words.warnings.map((text) => {
      const item = document.createElement("p");
      item.textContent = text;
      return item;
    }));
  }
}

/** Writes only what is new, so that a screen reader hears nothing twice. */
function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Threads share memory, which a browser allows only in pages that it has isolated: over https, or of localhost. */
function offerThreads(): void {
  if (!globalThis.crossOriginIsolated || navigator.hardwareConcurrency < 2 || token === null) return;
  const counts = Array.from(
    { length: Math.min(navigator.hardwareConcurrency, THREADS_OFFERED) },
    (_, i) => i + 1,
  );
  elements.threads.append(...counts.map((count) => new Option(String(count))));
  elements.threadsLabel.hidden = false;
  elements.threads.onchange = () => {
    if (!isActive(state)) return;
    comesBack = true;
    post({ type: "leave", reason: "its person chose another number of threads" });
  };
}

function element(id: string): HTMLElement {
  return document.getElementById(id)!;
}

async function watchBattery(): Promise<void> {
  const { getBattery } = navigator as Navigator & { getBattery?(): Promise<Battery> };
  if (getBattery === undefined) return;
  const battery = await getBattery.call(navigator);
  const tell = () => update({ type: "battery", level: battery.charging ? null : battery.level });
  battery.addEventListener("chargingchange", tell);
  battery.addEventListener("levelchange", tell);
  tell();
}

elements.button.onclick = () =>
  isActive(state) ? post({ type: "leave", reason: "its person told the tab to leave" }) : join();
const tellVisibility = () => update({ type: "visibility", hidden: document.hidden });
document.addEventListener("visibilitychange", tellVisibility);
addEventListener("pagehide", () => post({ type: "leave", reason: "its tab was closed" }));
// A page that the browser kept and shows again has lost its connection.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
// A link with another token, opened in this tab, changes the fragment alone.
addEventListener("hashchange", () => location.reload());
setInterval(show, REFRESH_MS);
tellVisibility();
offerThreads();
watchBattery().catch(() => {}); // A browser may refuse; then nobody knows.
if (token !== null) join();
else show();
