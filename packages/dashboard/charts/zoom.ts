/** Which part of the x axis a chart shows. Pure. */
import { type Line, lowerBound, type XAxis } from "./line.ts";

/** From one place of the x axis to another; `to` is null where it goes on to the last point, also when more come. */
export interface Zoom {
  from: number;
  to: number | null;
}

/** From the first to the last point. */
export type Range = [from: number, to: number];

/** No part may be smaller than this share of the whole. */
const SHARE_MIN = 1e-6;

/** The part of `whole` that is shown. */
export function zoomedRange(zoom: Zoom | null, whole: Range): Range {
  if (zoom === null) return whole;
  const to = zoom.to ?? whole[1];
  return zoom.from < to ? [zoom.from, to] : whole;
}

/**
 * The zoom that shows `range`, which is moved into `whole`: null where it shows all. What reaches the last point stays with
 * it.
 */
export function zoomTo([from, to]: Range, whole: Range): Zoom | null {
  const size = Math.max(to - from, SHARE_MIN * (whole[1] - whole[0]));
  if (size >= whole[1] - whole[0]) return null;
  const start = Math.max(whole[0], Math.min(from, whole[1] - size));
  const end = start + size;
  return { from: start, to: end >= whole[1] - 1e-9 * size ? null : end };
}

/** Makes the part `factor` times as large; `at` stays where it is. */
export function zoomBy(
  factor: number,
  { range, whole, at }: { range: Range; whole: Range; at: number },
): Zoom | null {
  return zoomTo([at - factor * (at - range[0]), at + factor * (range[1] - at)], whole);
}

/** Moves the part by a share of its size. */
export function panBy(share: number, { range, whole }: { range: Range; whole: Range }): Zoom | null {
  const distance = share * (range[1] - range[0]);
  return zoomTo([range[0] + distance, range[1] + distance], whole);
}

/** The same part by another axis; null where `line` has no row in it. */
export function convertZoom(zoom: Zoom, line: Line, [from, to]: [XAxis, XAxis]): Zoom | null {
  const rowOf = (x: number) => Math.min(line.length - 1, lowerBound(line.x[from], line.length, x));
  if (line.length === 0) return null;
  const start = line.x[to][rowOf(zoom.from)];
  const end = zoom.to === null ? null : line.x[to][rowOf(zoom.to)];
  return end !== null && end <= start ? null : { from: start, to: end };
}
