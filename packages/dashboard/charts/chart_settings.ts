/** How the charts of a view are looked at: kept in the address, so that a link shows the same. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Address } from "../page/address.ts";
import { EMPTY_LINE, type Line, X_AXES, type XAxis } from "./line.ts";
import { convertZoom, type Range, type Zoom } from "./zoom.ts";

/** What of a single chart can be turned on. */
export type ChartSwitch = "log" | "table";

/** Shared by all charts of a view. */
export interface ChartSettings {
  readonly axis: ReadonlySignal<XAxis>;
  /** About how many values a mean counts; 1: no mean. */
  readonly window: ReadonlySignal<number>;
  readonly zoom: ReadonlySignal<Zoom | null>;
  /** Where the crosshair is, as x; null where it is nowhere. Not in the address. */
  readonly crosshair: Signal<number | null>;
  /** What the chart that was drawn last shows of the x axis; null before. */
  readonly shown: Signal<{ range: Range; whole: Range } | null>;
  /** The longest line lately drawn: it tells which places of two axes are the same. */
  reference: Line;
  isOn(which: ChartSwitch, id: string): boolean;
  toggle(which: ChartSwitch, id: string): void;
  setAxis(axis: XAxis): void;
  setWindow(window: number): void;
  /** "push": the way back in the browser undoes it. */
  setZoom(zoom: Zoom | null, how?: "push" | "replace"): void;
}

/** What a view of charts starts with. */
export interface ChartSettingsOptions {
  /** The smoothing where the address names none. */
  window: ReadonlySignal<number>;
  /** Stands before the names in the address, where two views are not to share them. */
  prefix?: string;
}

/** More values than this are never smoothed. */
export const WINDOW_MAX = 10_000;

/** Settings that read and write `address`. What it says that makes no sense counts as not said. */
export function chartSettings(
  address: Pick<Address, "params" | "set">,
  { window, prefix = "" }: ChartSettingsOptions,
): ChartSettings {
  const read = (name: string) => address.params.value.get(prefix + name);
  const numberOf = (name: string) => {
    const text = read(name);
    return text !== null && text !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
  };
  const write = (changes: Record<string, string | null>, how?: "push" | "replace") =>
    address.set(
      Object.fromEntries(Object.entries(changes).map(([name, value]) => [prefix + name, value])),
      how,
    );
  const listOf = (which: ChartSwitch) => (read(which) ?? "").split(",").filter((id) => id !== "");
  const zoomText = (zoom: Zoom | null) => ({
    from: zoom === null ? null : short(zoom.from),
    to: zoom === null || zoom.to === null ? null : short(zoom.to),
  });
  const axis = computed(() => X_AXES.find((name) => name === read("x")) ?? X_AXES[0]);
  const zoom = computed((): Zoom | null => {
    const from = numberOf("from");
    return from === null ? null : { from, to: numberOf("to") };
  });
  const settings: ChartSettings = {
    axis,
    zoom,
    window: computed(() => {
      const wanted = numberOf("smooth");
      return wanted !== null && wanted >= 1 && wanted <= WINDOW_MAX ? Math.round(wanted) : window.value;
    }),
    crosshair: signal(null),
    shown: signal(null),
    reference: EMPTY_LINE,
    isOn: (which, id) => listOf(which).includes(id),
    toggle(which, id) {
      const on = listOf(which);
      const next = on.includes(id) ? on.filter((other) => other !== id) : [...on, id];
      write({ [which]: next.join(",") || null });
    },
    setAxis(next) {
      if (next === axis.value) return;
      const converted = zoom.value && convertZoom(zoom.value, settings.reference, [axis.value, next]);
      settings.crosshair.value = null;
      write({ x: next === X_AXES[0] ? null : next, ...zoomText(converted) });
    },
    setWindow: (next) => write({ smooth: String(next) }),
    setZoom: (next, how) => write(zoomText(next), how),
  };
  return settings;
}

/** Six digits are finer than a pixel. */
function short(value: number): string {
  return String(Number(value.toPrecision(7)));
}
