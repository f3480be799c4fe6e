import type { Studio } from '../../store/studio-store.ts';

/** Canvases that were handed over: a canvas can give up its drawing only once. */
const attached = new WeakSet<HTMLCanvasElement>();

/** Hands the canvas to the decode worker when it first comes onto the page. */
export function attachCanvas(canvas: HTMLCanvasElement | null, studio: Studio): void {
  if (canvas === null || attached.has(canvas)) return;
  attached.add(canvas);
  void studio.actions.view.attachStage(canvas);
}

/** Tells the store the stage's size, also when the page moves to a screen of another density. */
export function observeSize(element: HTMLElement, studio: Studio): () => void {
  const report = () => {
    const { width, height } = element.getBoundingClientRect();
    studio.actions.view.resizeStage({ width, height }, window.devicePixelRatio);
  };
  const observer = new ResizeObserver(report);
  observer.observe(element);
  window.addEventListener('resize', report);
  report();
  return () => {
    observer.disconnect();
    window.removeEventListener('resize', report);
  };
}
