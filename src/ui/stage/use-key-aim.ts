import {
  useEffect,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { videoToView, type VideoPoint } from '../../core/geometry.ts';
import type { StudioState } from '../../store/studio-state.ts';
import type { Studio } from '../../store/studio-store.ts';
import { viewportOf } from '../../store/view-slice.ts';
import { useStudio } from '../studio-context.tsx';
import { aimKeyOf, aimMoved, firstAim, panIntoSight, type AimKey } from './aim-keys.ts';
import type { StageGestures } from './stage-gestures.ts';

/** How long the cross must rest before it is asked what a press would give, and where it is is said. */
const REST_MS = 250;

/** Aiming with the keys: where at, and what keys and the focus do with it. */
export function useKeyAim(gestures: RefObject<StageGestures | null>) {
  const studio = useStudio();
  /** Absent before the first time. */
  const [point, setPoint] = useState<VideoPoint>();
  const cameFrom = useRef<EventTarget>(null);
  const said = useRestingAim(point, studio);
  const move = (key: Extract<AimKey, { type: 'move' }>) => {
    const next = moved(point, key, studio.store.getState());
    if (next === undefined) return;
    setPoint(next);
    keepInSight(next, studio);
    if (gestures.current?.isUnderWay === true) gestures.current.moveTo(next);
  };
  const press = (button: 'primary' | 'secondary') => {
    if (point === undefined) return;
    studio.actions.previews.leave();
    if (gestures.current?.isUnderWay === true) gestures.current.release(point);
    else gestures.current?.press(point, button);
  };
  const leave = (element: HTMLElement) => {
    if (cameFrom.current instanceof HTMLElement) cameFrom.current.focus();
    else element.blur();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const key = aimKeyOf(event);
    if (key === undefined) return;
    event.preventDefault();
    if (key.type === 'move') move(key);
    else if (key.type === 'leave') leave(event.currentTarget);
    else if (!event.repeat) press(key.button);
  };
  const onFocus = (from: EventTarget | null) => {
    if (from !== null && !isInDialog(from)) cameFrom.current = from;
    setPoint((before) => before ?? startOf(studio.store.getState()));
    studio.actions.view.aim(true);
  };
  const onBlur = ({ relatedTarget: to }: FocusEvent) => {
    // From a dialog the focus comes back, and then it is where it was before both.
    if (!isInDialog(to)) cameFrom.current = null;
    gestures.current?.cancel();
    studio.actions.view.aim(false);
  };
  return { point, said, onKeyDown, onFocus, onBlur };
}

/** What is to be said of where it rests; what a press would give is shown there. */
function useRestingAim(point: VideoPoint | undefined, { store, actions }: Studio): string {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (point === undefined) return undefined;
    const timer = setTimeout(() => {
      const { view } = store.getState();
      if (!view.isAiming) return;
      setSaid(`${Math.floor(point.x)}, ${Math.floor(point.y)}`);
      if (view.tool === 'point') void actions.previews.hover(point, view.pointLabel);
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      actions.previews.leave();
    };
  }, [point, store, actions]);
  return said;
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"]') !== null;
}

function startOf({ view, video }: StudioState): VideoPoint | undefined {
  if (video.info === undefined) return undefined;
  return firstAim(viewportOf(view, video.info), video.info, view.stageSize);
}

function moved(
  point: VideoPoint | undefined,
  way: { readonly dx: number; readonly dy: number },
  { view, video }: StudioState,
): VideoPoint | undefined {
  if (point === undefined || video.info === undefined) return undefined;
  const { scale } = viewportOf(view, video.info);
  return aimMoved(point, way, { scale, video: video.info });
}

// Where the frame is larger than the stage, it moves along.
function keepInSight(point: VideoPoint, { store, actions }: Studio): void {
  const { view, video } = store.getState();
  const at = videoToView(point, viewportOf(view, video.info));
  const { dx, dy } = panIntoSight(at, view.stageSize);
  if (dx !== 0 || dy !== 0) actions.view.panBy(dx, dy);
}
