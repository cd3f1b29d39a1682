import { signal } from "@preact/signals";
import { assertEquals } from "@std/assert";
import { pageAddress } from "../page/address.ts";
import { chartSettings } from "./chart_settings.ts";
import { EMPTY_LINE } from "./line.ts";

function scene(search: string, prefix?: string) {
  const urls: string[] = [];
  const address = pageAddress({
    location: { pathname: "/", search },
    history: {
      pushState: (_data, _unused, url) => urls.push(`push ${url}`),
      replaceState: (_data, _unused, url) => urls.push(url),
    },
    addEventListener: () => {},
  });
  return { urls, address, settings: chartSettings(address, { window: signal(39), prefix }) };
}

Deno.test("an address without a word of the charts shows all over the steps, with the usual smoothing", () => {
  const { settings } = scene("?view=overview");
  assertEquals([settings.axis.value, settings.zoom.value, settings.window.value], ["step", null, 39]);
  assertEquals([settings.isOn("log", "loss"), settings.isOn("table", "loss")], [false, false]);
});

Deno.test("an address restores axis, smoothing, part, log axes and tables", () => {
  const { settings } = scene("?x=epoch&smooth=200&from=2.5&to=3&log=loss,throughput&table=accuracy");
  assertEquals([settings.axis.value, settings.zoom.value, settings.window.value], ["epoch", {
    from: 2.5,
    to: 3,
  }, 200]);
  assertEquals(["loss", "accuracy", "throughput"].map((id) => settings.isOn("log", id)), [true, false, true]);
  assertEquals(settings.isOn("table", "accuracy"), true);
});

Deno.test("what makes no sense in an address counts as not said", () => {
  const { settings } = scene("?x=colour&smooth=-3&from=abc&to=5&log=,,");
  assertEquals([settings.axis.value, settings.zoom.value, settings.window.value], ["step", null, 39]);
});

Deno.test("what is chosen goes into the address, and what is as usual out of it", () => {
  const { settings, urls } = scene("?view=runs", "runs.");
  settings.toggle("log", "loss");
  settings.toggle("log", "accuracy");
  settings.toggle("log", "loss");
  settings.setWindow(1);
  settings.setZoom({ from: 1_234.567_89, to: null }, "push");
  settings.setZoom(null);
  assertEquals(urls, [
    "/?view=runs&runs.log=loss",
    "/?view=runs&runs.log=loss%2Caccuracy",
    "/?view=runs&runs.log=accuracy",
    "/?view=runs&runs.log=accuracy&runs.smooth=1",
    "push /?view=runs&runs.log=accuracy&runs.smooth=1&runs.from=1234.568",
    "/?view=runs&runs.log=accuracy&runs.smooth=1",
  ]);
});

Deno.test("another axis shows the same part of the line that was drawn", () => {
  const { settings, urls } = scene("?from=2&to=3");
  const column = (...values: number[]) => Float64Array.from(values);
  const x = { step: column(1, 2, 3), epoch: column(0.1, 0.2, 0.3), time: column(5, 7, 9) };
  settings.reference = { ...EMPTY_LINE, length: 3, x };
  settings.setAxis("time");
  settings.setAxis("step");
  assertEquals(urls, ["/?from=7&to=9&x=time", "/?from=2&to=3"]);
});
