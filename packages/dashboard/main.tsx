/** The page's entry: connects, subscribes, renders. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { CommandChannel } from "./run/command_channel.ts";
import { socketUpdates, watchRun, watchUrl } from "./run/connection.ts";
import { pageAddress } from "./page/address.ts";
import { pageModel } from "./page/page_model.ts";
import { coordinatorRequests } from "./run/request.ts";
import { takeToken } from "./run/token.ts";
import { keysSwitch } from "./page/shortcuts.ts";
import { Page } from "./page/page.tsx";
import { pageTitle } from "./words/words.ts";

const token = takeToken(globalThis);
const commands = new CommandChannel();
const model = pageModel(watchRun(() => socketUpdates(watchUrl(location), { token, commands })), {
  address: pageAddress(globalThis),
  request: coordinatorRequests(token),
  keys: keysSwitch(localStorage),
  send: commands.send,
});

effect(() => {
  document.title = pageTitle(model.facts.value?.name, model.status.value.headline);
});
// A link with another token, opened in this tab, changes the fragment alone.
addEventListener("hashchange", () => location.reload());
render(<Page model={model} />, document.getElementById("page")!);
