/** The page's entry: connects, subscribes, renders. In a file that was saved with a run in it, shows that run. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { from } from "rxjs";
import { CommandChannel } from "./run/command_channel.ts";
import { socketUpdates, watchRun, watchUrl } from "./run/connection.ts";
import { pageAddress } from "./page/address.ts";
import { pageModel } from "./page/page_model.ts";
import { coordinatorRequests } from "./run/request.ts";
import { takeToken } from "./run/token.ts";
import { keysSwitch } from "./page/shortcuts.ts";
import { Page } from "./page/page.tsx";
import { savedNews } from "./save/offline_page.ts";
import { pageTitle } from "./words/words.ts";

const common = { address: pageAddress(globalThis), keys: keysSwitch(localStorage) };
const saved = savedNews(document);
const model = saved === null ? liveModel() : pageModel(from(saved), {
  ...common,
  request: () => Promise.reject(new Error("This file has no coordinator that could be asked")),
  send: () => Promise.resolve({ state: "refused", reason: "This file has no coordinator" }),
  pageParts: () => Promise.reject(new Error("This is such a file already")),
  isFile: true,
});

function liveModel() {
  const token = takeToken(globalThis);
  const commands = new CommandChannel();
  const request = coordinatorRequests(token);
  const text = async (path: string) => await (await request(path)).text();
  return pageModel(watchRun(() => socketUpdates(watchUrl(location), { token, commands })), {
    ...common,
    request,
    send: commands.send,
    pageParts: async () => ({ script: await text("/main.js"), styles: await text("/styles.css") }),
    isFile: false,
  });
}

effect(() => {
  document.title = pageTitle(model.facts.value?.name, model.status.value.headline);
});
// Where no run is going, there are the earlier ones.
effect(() => {
  const { address, status } = model;
  const { size } = address.params.peek();
  if (status.value.phase === "idle" && size === 0) address.set({ view: "runs" });
});
// A link with another token, opened in this tab, changes the fragment alone.
addEventListener("hashchange", () => location.reload());
render(<Page model={model} />, document.getElementById("page")!);
