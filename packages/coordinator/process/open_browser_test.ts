import { assertRejects } from "@std/assert";
import { UserError } from "@tributary/protocol";
import { openBrowser } from "./open_browser.ts";

const URL = "http://127.0.0.1:8080/";

Deno.test("openBrowser() says what to do where the opener is missing, and where it finds no browser", async () => {
  await assertRejects(
    () => openBrowser(URL, ["no-such-opener"]),
    UserError,
    "does not run here: open http://127.0.0.1",
  );
  await assertRejects(
    () => openBrowser(URL, [Deno.execPath(), "eval", "Deno.exit(3)"]),
    UserError,
    "it found none",
  );
});

Deno.test("openBrowser() is content with an opener that ends well", async () => {
  await openBrowser(URL, [Deno.execPath(), "eval", "Deno.exit(0)"]);
});
