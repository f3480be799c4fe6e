/** In a hidden tab no animation frames come; the stage is then still brought up to date. */
const HIDDEN_TAB_INTERVAL_MS = 200;

/** Calls `callback` once, with the next animation frame, or soon where none comes. */
export function onNextTick(callback: () => void): void {
  // Workers of some browsers have no animation frames at all.
  const hasFrames = typeof globalThis.requestAnimationFrame === 'function';
  let frame = 0;
  const timer = setTimeout(
    () => {
      if (hasFrames) cancelAnimationFrame(frame);
      callback();
    },
    hasFrames ? HIDDEN_TAB_INTERVAL_MS : 16,
  );
  if (!hasFrames) return;
  frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    callback();
  });
}
