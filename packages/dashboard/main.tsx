/** The page's entry: connects, subscribes, renders. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { socketUpdates, watchRun, watchUrl } from "./connection.ts";
import { pageModel } from "./page_model.ts";
import { takeToken } from "./token.ts";
import { Page } from "./views/page.tsx";
import { pageTitle } from "./words.ts";

const token = takeToken(globalThis);
const model = pageModel(watchRun(() => socketUpdates(watchUrl(location), token)));

effect(() => {
  document.title = pageTitle(model.facts.value?.name, model.status.value.headline);
});
// A link with another token, opened in this tab, changes the fragment alone.
addEventListener("hashchange", () => location.reload());
render(<Page model={model} />, document.getElementById("page")!);
