/** What hands do on a plot besides what uPlot follows: pinching, sliding a finger, turning a wheel with the control key. */

/** Whom to tell; places are pixels from the plot's left edge. */
export interface GestureHandlers {
  /** Whether a mouse or finger is on the plot. */
  onPointed(now: boolean): void;
  /** A finger slides over the plot. */
  onPoint(left: number): void;
  /** The part is to be `factor` times as large, with the place `left` staying where it is. */
  onZoom(factor: number, left: number): void;
  /** All is to be seen again. */
  onReset(): void;
}

/** A wheel's turn by so many pixels zooms by e. */
const WHEEL_PX = 200;

/** Listens on `element` until the returned function is called. */
export function followGestures(element: HTMLElement, handlers: GestureHandlers): () => void {
  const listening = new AbortController();
  const fingers = new Map<number, number>();
  const leftOf = (event: MouseEvent) => event.clientX - element.getBoundingClientRect().left;
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
    options: AddEventListenerOptions = {},
  ) => element.addEventListener(type, listener, { ...options, signal: listening.signal });

  on("mouseenter", () => handlers.onPointed(true));
  on("mouseleave", () => handlers.onPointed(false));
  on("dblclick", () => handlers.onReset());
  on("wheel", (event) => {
    if (!event.ctrlKey) return; // A touch pad's pinch is told as a wheel with this key; without it, the page scrolls.
    event.preventDefault();
    handlers.onZoom(Math.exp(event.deltaY / WHEEL_PX), leftOf(event));
  }, { passive: false });
  on("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    fingers.set(event.pointerId, leftOf(event));
    handlers.onPointed(true);
  });
  on("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) return;
    const now = leftOf(event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    if (other === undefined) return handlers.onPoint(now);
    const [was, is] = [Math.abs(before - other), Math.abs(now - other)];
    if (was > 0 && is > 0) handlers.onZoom(was / is, other);
  });
  for (const type of ["pointerup", "pointercancel", "pointerleave"] as const) {
    on(type, (event) => {
      if (fingers.delete(event.pointerId) && fingers.size === 0) handlers.onPointed(false);
    });
  }
  return () => listening.abort();
}
