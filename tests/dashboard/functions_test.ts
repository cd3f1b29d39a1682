/** The view of functions, in a real browser, with no run: what a person sees. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { buildDashboard } from "@tributary/dashboard/build";
import type { Page } from "playwright-core";
import { PageServer } from "./support/page_server.ts";
import { sees, violations, visit } from "./support/visit.ts";
import { browserTest, findChromium } from "../support/chromium.ts";

if (findChromium()) await buildDashboard();

const FUNCTIONS = { path: "?view=functions" };

/** The line of the network that learns, as it is drawn. */
function learntLine(page: Page): Promise<string | null> {
  return page.locator(".curve path.is-fit").getAttribute("d");
}

/** Waits for the end of the learning, which takes four seconds or, on a busy machine, more. */
function hasLearnt(page: Page): Promise<void> {
  return page.locator(".function-results", { hasText: "Learnt: epoch 2,000 of 2,000" }).waitFor();
}

/** The larger one of the errors that the table tells of the network that learns. */
async function learntError(page: Page): Promise<number> {
  return Number(await page.getByRole("row", { name: /^Learnt/ }).getByRole("cell").first().innerText());
}

browserTest("the network's curve moves to the function, in a page without a run", async (browser) => {
  await using server = new PageServer();
  await visit(browser, server, async (page) => {
    await sees(page, ".function-results", /Learning: epoch \d+ of 2,000/);
    await sees(page, ".function-figure h2", "0.2 + 0.4x^2 + 0.3x sin(15x) + 0.05cos(50x)");
    const [line, error] = [await learntLine(page), await learntError(page)];
    await hasLearnt(page);
    assertNotEquals(await learntLine(page), line);
    // How far it had come when it was first read depends on the machine; that it came closer does not.
    const last = await learntError(page);
    assert(last < error && last < 0.02, `${error}, then ${last}`);
    await sees(page, ".function-results tr", /Set by hand\s*50 bumps\s*0\.06\d+\s*0\.009\d+/);
    await page.getByRole("group", { name: /^The function and the networks/ }).focus();
    await page.keyboard.press("End");
    await sees(page, ".curve .readout", /x = 0\.9988: function 0\.8\d+, by hand 0\.8\d+, learnt 0\.8\d+/);
    await page.getByText("As a table").click();
    const rows = page.getByRole("region", { name: "Values at some points" }).getByRole("row");
    await rows.last().waitFor(); // the table is made when it is opened
    assertEquals(await rows.count(), 12);
  }, FUNCTIONS);
});

browserTest(
  "the curve follows a formula that is edited, and a wrong one is told in words",
  async (browser) => {
    await using server = new PageServer();
    await visit(browser, server, async (page) => {
      await sees(page, ".function-results", "Learning");
      const formula = page.getByRole("textbox", { name: "Formula" });
      await formula.fill("0.5 + 0.4 sin(2pi x");
      await sees(page, ".mistake", /Cannot read the formula .* at position 20: wanted .*"\)", got the end\./);
      await sees(page, ".function-figure h2", "0.3x sin(15x)"); // what could be read last stays
      const before = await page.locator(".curve path.is-target").getAttribute("d");
      await formula.fill("0.5 + 0.4 sin(2pi x)");
      await sees(page, ".function-figure h2", "0.5 + 0.4 sin(2pi x)");
      await sees(page, ".mistake", /^$/);
      assertNotEquals(await page.locator(".curve path.is-target").getAttribute("d"), before);
      await page.getByRole("spinbutton", { name: "bumps" }).fill("500");
      await sees(page, ".mistake", "Cannot use 500 bumps: wanted a whole number from 1 to 200.");
      await page.getByRole("spinbutton", { name: "bumps" }).fill("5");
      await page.getByRole("spinbutton", { name: "hidden neurons" }).fill("7");
      await sees(page, ".function-results", /5 bumps.*7 hidden neurons/s);
      const { search } = new URL(page.url());
      assertEquals(new URLSearchParams(search).get("f"), "0.5 + 0.4 sin(2pi x)");
      assertEquals(new URLSearchParams(search).get("hidden"), "7");
    }, FUNCTIONS);
  },
);

browserTest("the learning can be paused, goes on, and begins again", async (browser) => {
  await using server = new PageServer();
  await visit(browser, server, async (page) => {
    await sees(page, ".function-results", /Learning: epoch [1-9]\d+ of/);
    await page.getByRole("button", { name: "Pause learning" }).click();
    await page.waitForTimeout(300); // a picture that was asked for before has come
    const line = await learntLine(page);
    await page.waitForTimeout(500);
    assertEquals(await learntLine(page), line);
    await page.getByRole("button", { name: "Go on learning" }).click();
    await page.waitForFunction(
      (line) => document.querySelector(".curve path.is-fit")!.getAttribute("d") !== line,
      line,
    );
    await hasLearnt(page);
    await page.getByRole("button", { name: "Again" }).click();
    await sees(page, ".function-results", /Learning: epoch \d+ of 2,000/);
  }, FUNCTIONS);
});

browserTest(
  "a function of two variables is four maps with the steps of the hidden neurons",
  async (browser) => {
    await using server = new PageServer();
    await visit(browser, server, async (page) => {
      await sees(page, ".function-results", "Learning");
      await page.getByRole("button", { name: "Waves" }).click();
      await sees(
        page,
        ".function-results",
        /Learning: epoch \d+ of 600.*10 towers a side.*100 hidden neurons/s,
      );
      assertEquals(await page.locator(".map canvas").count(), 4);
      const pixels = (map: number) =>
        page.locator(".map canvas").nth(map).evaluate((
          canvas: HTMLCanvasElement,
        ) => [...canvas.getContext("2d")!.getImageData(0, 0, 32, 32).data]);
      // 0.5 + 0.4 sin(6x)cos(5y) is largest, 0.9, where 6x = π/2 and y = 0, at the foot of the map: yellow.
      const [red, green, blue] = (await pixels(0)).slice(4 * (31 * 32 + 8));
      assert(red > 235 && green > 220 && blue < 60, `${red} ${green} ${blue}`);
      const [before, lines] = [await pixels(2), await page.locator(".map svg").innerHTML()];
      await sees(page, ".function-results", /Learning: epoch [1-9]\d\d of 600/);
      assertNotEquals(await page.locator(".map svg").innerHTML(), lines);
      assertNotEquals(await pixels(2), before);
      await page.getByRole("group", { name: /over x and y/ }).focus();
      for (const key of ["Home", "ArrowUp", "ArrowRight"]) await page.keyboard.press(key);
      await sees(
        page,
        ".surface .readout",
        /x = 0\.04688, y = 0\.04688: function 0\.6\d+, by hand .*, learnt/,
      );
      assertEquals(await violations(page), []);
    }, FUNCTIONS);
  },
);

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(`axe finds no fault with the ${colorScheme} view of functions`, async (browser) => {
    for (const width of [360, 1280]) {
      await using server = new PageServer();
      await visit(browser, server, async (page) => {
        await sees(page, ".function-results", /Learning: epoch [1-9]/);
        await page.getByRole("spinbutton", { name: "bumps" }).fill("0");
        await sees(page, ".mistake", "Cannot use 0 bumps");
        await page.getByText("As a table").click();
        assertEquals(await violations(page), []);
        assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), width);
      }, { colorScheme, viewport: { width, height: 800 }, ...FUNCTIONS });
    }
  });
}
