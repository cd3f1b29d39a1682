/** The charts in a real browser: what a person sees and does. */
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { buildDashboard } from "@tributary/dashboard/build";
import type { Locator, Page } from "playwright-core";
import { FACTS, script } from "./support/scripted_run.ts";
import { type News, PageServer } from "./support/page_server.ts";
import { play, sees, violations, visit } from "./support/visit.ts";
import { browserTest, findChromium } from "../support/chromium.ts";

if (findChromium()) await buildDashboard();

/** High enough for all charts to be in sight. */
const TALL = { viewport: { width: 1280, height: 1_700 } };
const STEPS = 1_500;

function chart(page: Page, title: string): Locator {
  return page.locator(".chart").filter({ has: page.getByRole("heading", { name: title }) });
}

/** A server that has told the scripted run, and what it told. */
function served(): { server: PageServer; news: News[] } {
  const server = new PageServer();
  const { waiting, training } = script();
  const news = [...waiting, ...training];
  play(server, news);
  return { server, news };
}

/** The loss that was told of a step. */
function lossOf(news: readonly News[], step: number): number {
  for (const { steps } of news) {
    const row = steps?.step.indexOf(step) ?? -1;
    if (row >= 0) return steps!.loss[row];
  }
  throw new Error(`Nobody told of step ${step}`);
}

async function search(page: Page, wanted: string): Promise<void> {
  await page.waitForFunction((text) => decodeURIComponent(location.search) === text, wanted);
}

/** Runs in the page: whether anything of colour stands on a canvas. */
function hasColor(selector: string): boolean {
  const canvas = document.querySelector<HTMLCanvasElement>(selector)!;
  const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, i) => i % 4 === 0 && Math.abs(value - data[i + 1]) > 40);
}

async function isEmpty(page: Page, selector: string): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelector(wanted)!.textContent === "", selector);
}

browserTest(
  "a chart says how many of its points are drawn, and a zoom by dragging shows a part with more of them",
  async (browser) => {
    const { server } = served();
    await using _ = server;
    await visit(browser, server, async (page) => {
      const loss = chart(page, "Loss");
      // 1,500 steps, and 3 epochs of validation and test.
      await sees(page, ".chart-accuracy .shown", /^Showing 1,\d{3} of 1,506 points$/);
      await sees(page, ".chart-loss .shown", /1,506 points$/);
      const box = (await loss.locator(".u-over").boundingBox())!;
      await page.mouse.move(box.x + box.width / 4, box.y + 60);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2, box.y + 60, { steps: 4 });
      await page.mouse.up();
      await sees(page, ".chart-loss .shown", /^All 37\d points of this part$/);
      await sees(page, ".chart-accuracy .shown", /^All 37\d points of this part$/);
      const params = new URL(page.url()).searchParams;
      assertAlmostEquals(Number(params.get("from")), STEPS / 4, 5);
      assertAlmostEquals(Number(params.get("to")), STEPS / 2, 5);
      await page.goBack();
      await sees(page, ".chart-loss .shown", /1,506 points$/);
      await page.goForward();
      await sees(page, ".chart-loss .shown", /of this part$/);
      await page.mouse.dblclick(box.x + box.width / 2, box.y + 60);
      await sees(page, ".chart-loss .shown", /1,506 points$/);
      await search(page, "");
    }, TALL);
  },
);

browserTest("buttons and keys zoom, and move the part", async (browser) => {
  const { server } = served();
  await using _ = server;
  await visit(browser, server, async (page) => {
    await sees(page, ".chart-loss .shown", "1,506 points");
    await page.getByRole("button", { name: "Zoom in" }).click();
    await search(page, "?from=750.5"); // the last half, which goes on with the run
    await page.getByRole("button", { name: "Zoom out" }).click();
    await search(page, "");
    assert(await page.getByRole("button", { name: "Whole run" }).isDisabled());
    const plot = chart(page, "Loss").getByRole("group", { name: /arrow keys read/ });
    await plot.focus();
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    await search(page, "?from=1125.25");
    await page.keyboard.press("Shift+ArrowLeft");
    await search(page, "?from=937.875&to=1312.625");
    await page.keyboard.press("0");
    await search(page, "");
  }, TALL);
});

browserTest(
  "a part that reaches the last step goes on with the run, and another one stays",
  async (browser) => {
    const { server, news } = served();
    await using _ = server;
    const at = news.at(-1)!.at;
    const more = (first: number): News => {
      const step = [first, first + 1];
      return {
        at: at + 10 * (first + 1 - STEPS),
        steps: {
          step,
          loss: [0.5, 0.25],
          accuracy: [0.9, 0.9],
          samples: [128, 128],
          ms: [8, 8],
          at: [at, at + 8],
        },
      };
    };
    await visit(browser, server, async (page) => {
      await sees(page, ".chart-loss .shown", "All 11 points of this part");
      server.play(more(STEPS + 1));
      await sees(page, ".chart-loss .shown", "All 13 points of this part");
      await page.goto(`${server.url}?from=1490&to=1495`);
      await sees(page, ".chart-loss .shown", "All 6 points of this part");
      server.play(more(STEPS + 3));
      await sees(page, ".progress-line", "step 1,504");
      await sees(page, ".chart-loss .shown", "All 6 points of this part");
    }, { ...TALL, path: "?from=1490" });
  },
);

browserTest(
  "the crosshair of one chart stands on all of them, and each tells its values there",
  async (browser) => {
    const { server, news } = served();
    await using _ = server;
    await visit(browser, server, async (page) => {
      await sees(page, ".chart-loss .shown", "1,506 points");
      const plot = (await chart(page, "Loss").locator(".u-over").boundingBox())!;
      await page.mouse.move(plot.x + plot.width / 3, plot.y + 80);
      await sees(page, ".chart-accuracy .legend-x", /^Step (49|50)\d$/);
      const step = await chart(page, "Loss").locator(".legend-x").innerText();
      for (const title of ["Accuracy", "Throughput"]) {
        assertEquals(await chart(page, title).locator(".legend-x").innerText(), step);
        const cursor = (await chart(page, title).locator(".u-cursor-x").boundingBox())!;
        const over = (await chart(page, title).locator(".u-over").boundingBox())!;
        assertAlmostEquals((cursor.x - over.x) / over.width, 1 / 3, 0.01);
      }
      const loss = lossOf(news, Number(step.replace("Step ", "").replace(",", "")));
      await sees(page, ".chart-loss .legend", new RegExp(`each step\\s*${loss.toPrecision(4)}`));
      // Validation, of the nearest epoch.
      await sees(page, ".chart-accuracy .legend", /validation\s*93\.51 %/);
      await page.mouse.move(0, 0);
      await isEmpty(page, ".chart-accuracy .legend-x");
    }, TALL);
  },
);

browserTest("keys lead to what happened, and it is told in words", async (browser) => {
  const { server } = served();
  await using _ = server;
  await visit(browser, server, async (page) => {
    await sees(page, ".chart-loss .shown", "1,506 points");
    await chart(page, "Loss").locator(".plot").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("m");
    await sees(page, ".chart-loss [aria-live=polite]", /^Step 391, .*, Checkpoint after step 391$/);
    for (let i = 0; i < 3; i++) await page.keyboard.press("m");
    const words = /cedar \(Firefox\) left during step 1,420 \(It answered no ping for 16 s\.\)/;
    await sees(page, ".chart-loss .happened", words);
    await sees(page, ".chart-throughput .happened", words);
    await sees(page, ".chart-loss [aria-live=polite]", words);
    await page.keyboard.press("Shift+M");
    await sees(page, ".chart-loss .happened", "Checkpoint after step 1,173");
    await page.keyboard.press("Escape");
    await isEmpty(page, ".chart-loss .happened");
  }, TALL);
});

browserTest("the axis is steps, epochs or time, with the same part and the same points", async (browser) => {
  const { server, news } = served();
  await using _ = server;
  await visit(browser, server, async (page) => {
    await sees(page, ".chart-loss .shown", /of this part$/);
    const points = await chart(page, "Loss").locator(".shown").innerText();
    await page.getByRole("radio", { name: "Epoch" }).check({ force: true });
    await page.waitForURL(/x=epoch/);
    const params = new URL(page.url()).searchParams;
    assertAlmostEquals(Number(params.get("from")), 100 / FACTS.stepsPerEpoch, 0.01);
    await sees(page, ".chart-loss .shown", points);
    const plot = chart(page, "Loss").locator(".plot");
    await plot.focus();
    await page.keyboard.press("Home");
    await sees(
      page,
      ".chart-loss .legend",
      new RegExp(`Epoch 0\\.26\\s*each step\\s*${lossOf(news, 100).toPrecision(4)}`),
    );
    await page.getByRole("radio", { name: "Time" }).check({ force: true });
    await page.waitForURL(/x=time/);
    await plot.focus();
    await page.keyboard.press("Home");
    await sees(page, ".chart-loss .legend-x", /^At 0:0\d\.\d$/);
  }, { ...TALL, path: "?from=100&to=400" });
});

browserTest(
  "the slider smooths all points before they are thinned, and says over how many steps",
  async (browser) => {
    const { server, news } = served();
    await using _ = server;
    await visit(browser, server, async (page) => {
      await sees(page, ".chart-loss .shown", "1,506 points");
      await sees(page, ".smoothness", "mean of about 39 steps");
      const slider = page.getByRole("slider", { name: /^Smoothing/ });
      await slider.press("Home");
      await sees(page, ".smoothness", "no smoothing");
      await search(page, "?smooth=1");
      const last = lossOf(news, STEPS).toPrecision(4);
      await sees(page, ".chart-loss .legend", new RegExp(`mean\\s*${last}`));
      for (let i = 0; i < 7; i++) await slider.press("ArrowRight");
      await sees(page, ".smoothness", "mean of about 10 steps");
      // Oracle: the definition, Σ (1-α)^(n-i) w_i x_i / Σ (1-α)^(n-i) w_i with α = 2/11 and the samples as weights.
      let [sum, weights] = [0, 0];
      for (const { steps } of news) {
        steps?.loss.forEach((loss, row) => {
          sum = (1 - 2 / 11) * sum + steps.samples[row] * loss;
          weights = (1 - 2 / 11) * weights + steps.samples[row];
        });
      }
      await sees(page, ".chart-loss .legend", new RegExp(`mean\\s*${(sum / weights).toFixed(4)}`));
    }, TALL);
  },
);

browserTest("a logarithmic axis shows what has a logarithm, and counts what has none", async (browser) => {
  await using server = new PageServer();
  const { waiting } = script();
  const at = waiting.at(-1)!.at;
  const loss = [2, 0, -1, NaN, Infinity, 0.02, 0.002];
  const column = (value: number) => loss.map(() => value);
  const step = loss.map((_, i) => i + 1);
  play(server, [
    ...waiting,
    {
      at,
      steps: {
        step,
        loss,
        accuracy: column(0.5),
        samples: column(128),
        ms: column(8),
        at: step.map((i) => at + 8 * i),
      },
    },
  ]);
  await visit(browser, server, async (page) => {
    await sees(page, ".chart-loss .shown", "All 7 points, 2 in all no finite number");
    const button = chart(page, "Loss").getByRole("button", { name: "Log" });
    await button.click();
    await search(page, "?log=loss");
    assertEquals(await button.getAttribute("aria-pressed"), "true");
    await sees(page, ".chart-loss .shown", /points, 2 in all no finite number, 2 in all not above 0$/);
    await chart(page, "Loss").locator(".plot").focus();
    await page.keyboard.press("Home");
    await sees(page, ".chart-loss .legend", /Step 1\s*each step\s*2\.000/);
    // The mean of the first ones has a logarithm.
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
    await sees(page, ".chart-loss .legend", /Step 4\s*each step\s*NaN/);
    await button.click();
    await search(page, "");
  }, TALL);
});

browserTest("the table behind a chart has every point of the part, page by page", async (browser) => {
  const { server, news } = served();
  await using _ = server;
  await visit(browser, server, async (page) => {
    const loss = chart(page, "Loss");
    await loss.getByRole("button", { name: "Table" }).click();
    await sees(page, ".chart-loss .table-caption", "Rows 1,451 to 1,500 of 1,500");
    const cellsOf = (row: number) => loss.locator("tbody tr").nth(row).locator("th, td").allInnerTexts();
    assertEquals((await cellsOf(0)).slice(0, 1), ["1,500"]);
    await loss.getByRole("button", { name: "Oldest" }).click();
    await sees(page, ".chart-loss .table-caption", "Rows 1 to 50 of 1,500");
    const [step, epoch, time, value] = await cellsOf(49);
    assertEquals([step, epoch, value], ["1", "0.003", lossOf(news, 1).toPrecision(4)]);
    assert(/^0:0\d\.\d\d$/.test(time), time);
    await loss.getByRole("combobox").selectOption({ label: "validation, test" });
    await sees(page, ".chart-loss .table-caption", "Rows 1 to 3 of 3");
    assertEquals((await cellsOf(0)).slice(0, 2), ["1,173", "3.000"]);
    assertEquals(await violations(page), []);
    await page.reload();
    await sees(page, ".chart-loss .table-caption", "of 1,500");
  }, TALL);
});

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(`a chart is saved as a picture of its own in the ${colorScheme} theme`, async (browser) => {
    const { server } = served();
    await using _ = server;
    await visit(browser, server, async (page) => {
      await sees(page, ".chart-loss .shown", "1,506 points");
      const plot = (await chart(page, "Loss").locator(".plot").boundingBox())!;
      const downloading = page.waitForEvent("download");
      await chart(page, "Loss").getByRole("button", { name: "PNG" }).click();
      const download = await downloading;
      assertEquals(download.suggestedFilename(), "loss.png");
      const bytes = await Deno.readFile(await download.path());
      assertEquals([...bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
      const header = new DataView(bytes.buffer, 16, 8);
      // The plot with 16 px around it, and above it 20 px for the title, 20 for a line of the legend, and 8.
      assertEquals([header.getUint32(0), header.getUint32(4)], [
        2 * (plot.width + 32),
        2 * (plot.height + 32 + 48),
      ]);
      const [ground, ...colors] = await page.evaluate(async (source) => {
        const image = new Image();
        image.src = source;
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.width, image.height];
        const context = canvas.getContext("2d")!;
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        const seen = new Map<string, number>();
        for (let i = 0; i < data.length; i += 4) {
          const color = [0, 1, 2].map((k) => data[i + k].toString(16).padStart(2, "0")).join("");
          seen.set(color, (seen.get(color) ?? 0) + 1);
        }
        return [...seen].sort((a, b) => b[1] - a[1]).map(([color]) => color);
      }, `data:image/png;base64,${bytes.toBase64()}`);
      const [card, mean, text] = colorScheme === "light"
        ? ["ffffff", "4f5bd5", "1b1c1f"]
        : ["15171a", "8b95f6", "e9eaec"];
      assertEquals(ground, card);
      assert(colors.includes(mean), "the curve of the mean");
      assert(colors.includes(text), "the title");
    }, { ...TALL, colorScheme, deviceScaleFactor: 2, bypassCSP: true });
  });
}

browserTest(
  "a chart is saved as SVG, too: the same points, and what a browser makes of it looks like the PNG",
  async (browser) => {
    const { server } = served();
    await using _ = server;
    await visit(browser, server, async (page) => {
      const saved = async (title: string, kind: string) => {
        const downloading = page.waitForEvent("download");
        await chart(page, title).getByRole("button", { name: kind }).click();
        const download = await downloading;
        return [download.suggestedFilename(), await Deno.readFile(await download.path())] as const;
      };
      for (const [title, id] of [["Loss", "loss"], ["Throughput", "throughput"]]) {
        await sees(page, `.chart-${id} .shown`, "points");
        const [name, bytes] = await saved(title, "SVG");
        const svg = new TextDecoder().decode(bytes);
        assertEquals(name, `${id}.svg`);
        assert(!/NaN|undefined|Infinity/.test(svg), "only numbers");
        const [, png] = await saved(title, "PNG");
        const sources = [`image/svg+xml;base64,${bytes.toBase64()}`, `image/png;base64,${png.toBase64()}`];
        const { sizes, other, texts, dots } = await page.evaluate(async ([svg, sources]) => {
          const images = await Promise.all(sources.map(async (source) => {
            const image = new Image();
            image.src = `data:${source}`;
            await image.decode();
            const context = new OffscreenCanvas(image.width, image.height).getContext("2d")!;
            context.drawImage(image, 0, 0);
            return context.getImageData(0, 0, image.width, image.height);
          }));
          const [a, b] = images.map(({ data }) => data);
          let other = 0;
          for (let i = 0; i < a.length; i += 4) {
            if ([0, 1, 2].some((k) => Math.abs(a[i + k] - b[i + k]) > 80)) other++;
          }
          const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
          return {
            sizes: images.map(({ width, height }) => [width, height]),
            other: other / (a.length / 4),
            texts: [...root.querySelectorAll("text")].map(({ textContent }) => textContent),
            dots: root.querySelectorAll("circle").length,
          };
        }, [svg, sources] as const);
        assertEquals(sizes[0], sizes[1]);
        assert(other < 0.02, `${title}: ${(100 * other).toFixed(1)} % of the pixels are others`);
        assertEquals(texts[0], title);
        // Three epochs, of the validation and of the test split.
        assertEquals(dots, id === "loss" ? 6 : 0);
      }
    }, { ...TALL, bypassCSP: true });
  },
);

browserTest("an address shows another person the same", async (browser) => {
  const { server } = served();
  await using _ = server;
  await visit(browser, server, async (page) => {
    await sees(page, ".smoothness", "mean of about 200 steps");
    assert(await page.getByRole("radio", { name: "Time" }).isChecked());
    assertEquals(
      await chart(page, "Throughput").getByRole("button", { name: "Log" }).getAttribute("aria-pressed"),
      "true",
    );
    assertEquals(
      await chart(page, "Loss").getByRole("button", { name: "Log" }).getAttribute("aria-pressed"),
      "false",
    );
    await sees(page, ".chart-accuracy .table-caption", /^Rows [\d,]+ to ([\d,]+) of \1$/);
    await sees(page, ".chart-loss .shown", /of this part$/);
  }, { ...TALL, path: "?x=time&smooth=200&from=3&to=8&log=throughput&table=accuracy" });
});

browserTest(
  "a chart out of sight tells its values, and is drawn when it comes into sight",
  async (browser) => {
    const { server } = served();
    await using _ = server;
    await visit(browser, server, async (page) => {
      await sees(page, ".chart-throughput .shown", "1,500 points");
      await sees(page, ".chart-throughput .legend", /mean\s*1\d,\d00/);
      assertEquals(await page.evaluate(hasColor, ".chart-throughput canvas"), false);
      await chart(page, "Throughput").locator(".plot").scrollIntoViewIfNeeded();
      await page.waitForFunction(hasColor, ".chart-throughput canvas");
    }, { viewport: { width: 1280, height: 700 } });
  },
);

browserTest(
  "more charts show the time per step and each layer's gradient, and the address keeps it",
  async (browser) => {
    const { server } = served();
    await using _ = server;
    await visit(browser, server, async (page) => {
      await page.getByText("More charts").click();
      await search(page, "?more=1");
      for (const [id, points] of [["duration", "1,500"], ["gradient-1", "15"], ["gradient-2", "15"]]) {
        await page.locator(`.chart-${id}`).scrollIntoViewIfNeeded();
        await sees(page, `.chart-${id} .shown`, `${points} points`);
      }
      await sees(page, ".chart-gradient-2 .legend", /norm by the weights\s*0\.2500/);
      assertEquals(await violations(page), []);
      await page.reload();
      await chart(page, "Time per step").waitFor();
    }, TALL);
  },
);

browserTest("fingers zoom by pinching", async (browser) => {
  const { server } = served();
  await using _ = server;
  await visit(browser, server, async (page) => {
    await sees(page, ".chart-loss .shown", "1,506 points");
    const { x, y, width } = (await chart(page, "Loss").locator(".u-over").boundingBox())!;
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", places: number[]) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: places.map((share, id) => ({ x: x + share * width, y: y + 80, id })),
      });
    await touch("touchStart", [0.4, 0.6]);
    for (let i = 1; i <= 5; i++) await touch("touchMove", [0.4 - 0.04 * i, 0.6 + 0.04 * i]);
    await touch("touchEnd", []);
    await sees(page, ".chart-loss .shown", /of this part$/);
    const params = new URL(page.url()).searchParams;
    // A third of the run, around its middle.
    const [from, to] = ["from", "to"].map((name) => Number(params.get(name)));
    assertAlmostEquals(to - from, STEPS / 3, 40);
    assertAlmostEquals((from + to) / 2, STEPS / 2, 40);
    assertNotEquals(from, 0);
  }, { ...TALL, hasTouch: true });
});
