/** A chart as SVG: the same picture, of the same points, for paper and for slides. */
import type uPlot from "uplot";
import { type ChartSpec, drawnSeries } from "./chart_spec.ts";
import { MARK_COLORS, MARK_SIZE_PX } from "./marks.ts";
import { LEGEND_PX, PADDING, pictureHead, SWATCH, TITLE_PX } from "./picture_head.ts";
import type { Plot } from "./plot.ts";
import type { Readout } from "./readout.ts";

/** The text of an SVG file. */
export function vectorPicture({ uplot: plot, scenery }: Plot, spec: ChartSpec, readout: Readout): string {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const family = getComputedStyle(plot.root).fontFamily;
  const ctx = document.createElement("canvas").getContext("2d")!;
  const head = pictureHead(spec, readout, {
    width: plot.width,
    widthOf: (text, px, weight = 400) => {
      ctx.font = `${weight} ${px}px ${family}`;
      return ctx.measureText(text).width;
    },
  });
  const [width, height] = [plot.width + 2 * PADDING, head.height + plot.height + PADDING];
  const { clientWidth: wide, clientHeight: high } = plot.over;
  const left = PADDING + plot.over.offsetLeft, top = head.height + plot.over.offsetTop;
  const words = (text: string, x: number, y: number, fill: string, more = "") =>
    `<text x="${n(x)}" y="${n(y)}" fill="${color(fill)}"${more}>${escape(text)}</text>`;
  const { axes: { x: xMarks, y: yMarks }, marks } = scenery();
  const parts = [
    `<rect width="${n(width)}" height="${n(height)}" fill="${color("--card")}"/>`,
    words(
      head.title.text,
      head.title.left,
      head.title.middle,
      "--text",
      ` font-size="${TITLE_PX}" font-weight="600"`,
    ),
    words(head.unit.text, head.unit.left, head.unit.middle, "--muted"),
    ...head.legend.flatMap(({ text, color: name, left, middle }) => [
      `<rect x="${n(left)}" y="${n(middle - 1.5)}" width="${SWATCH}" height="3" fill="${color(name)}"/>`,
      words(text, left + SWATCH + 6, middle, "--text"),
    ]),
    `<g transform="translate(${n(left)} ${n(top)})">`,
    ...yMarks.flatMap(({ at, text }) => {
      const y = plot.valToPos(at, "y");
      if (!(y >= -0.5 && y <= high + 0.5)) return [];
      const line = `<path d="M0 ${n(y)}H${n(wide)}" stroke="${color("--line")}"/>`;
      return [line, words(text, -AXIS_GAP_PX, y, "--muted", ' text-anchor="end"')];
    }),
    ...xMarks.flatMap(({ at, text }) => {
      const x = plot.valToPos(at, "x");
      return x >= -0.5 && x <= wide + 0.5
        ? [words(text, x, high + AXIS_GAP_PX + 8, "--muted", ' text-anchor="middle"')]
        : [];
    }),
    ...marks.map(({ left, tone }) => markPaths(left, high, { tone, fill: color(MARK_COLORS[tone]) })),
    `<g clip-path="url(#plot)" fill="none" stroke-linejoin="round">`,
    ...drawnSeries(spec).flatMap(({ label, color: name, width, dots }, i) => {
      if (!readout.isPresent[i]) return [];
      const { lines, places } = seriesPath(plot, i + 1);
      const path = `<path d="${lines}" stroke="${color(name)}" stroke-width="${width}"><title>${
        escape(label)
      }</title></path>`;
      if (!dots) return [path];
      return [
        path,
        ...places.map(([x, y]) => `<circle cx="${n(x)}" cy="${n(y)}" r="2.5" fill="${color(name)}"/>`),
      ];
    }),
    "</g>",
    "</g>",
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${
    n(width)
  } ${n(height)}" ` +
    `font-family="${
      escape(family)
    }" font-size="${LEGEND_PX}" dominant-baseline="central" xml:space="preserve">\n` +
    `<defs><clipPath id="plot"><rect width="${n(wide)}" height="${n(high)}"/></clipPath></defs>\n` +
    `${parts.join("\n")}\n</svg>\n`;
}

const AXIS_GAP_PX = 5;

/** A series' line, broken where a value is null; undefined is no point of it. */
function seriesPath(plot: uPlot, series: number): { lines: string; places: [x: number, y: number][] } {
  const [xs, values] = [plot.data[0], plot.data[series]];
  const places: [number, number][] = [];
  let lines = "";
  let isOn = false;
  for (let i = 0; i < xs.length; i++) {
    const value = values[i];
    if (value === undefined) continue;
    if (value === null) {
      isOn = false;
      continue;
    }
    const x = plot.valToPos(xs[i], "x"), y = plot.valToPos(value, "y");
    lines += `${isOn ? "L" : "M"}${n(x)} ${n(y)}`;
    places.push([x, y]);
    isOn = true;
  }
  return { lines, places };
}

/** A dashed line, with a small triangle on top. */
function markPaths(left: number, high: number, { tone, fill }: { tone: string; fill: string }): string {
  const size = MARK_SIZE_PX;
  const isQuiet = tone === "quiet";
  const line = isQuiet
    ? ""
    : `<path d="M${n(left)} 0V${n(high)}" stroke="${fill}" stroke-opacity="0.45" stroke-dasharray="3"/>`;
  return `${line}<path d="M${n(left - size)} ${-1.5 * size}h${2 * size}L${
    n(left)
  } 0z" fill="${fill}" fill-opacity="${isQuiet ? 0.5 : 1}"/>`;
}

/** A number of pixels, as short as the eye allows. */
function n(px: number): string {
  return String(Math.round(100 * px) / 100);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
