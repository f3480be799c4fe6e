import { useEffect, useState, useSyncExternalStore } from 'react';
import { frameIndex, type FrameIndex, type ObjectId } from '../../core/ids.ts';
import { canFill } from '../../store/filmstrip-actions.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';
import { useSelected, useStudio } from '../studio-context.tsx';
import { MaskPictureStore } from './mask-picture-store.ts';

/** Gives the picture of an object on one of the frames, once it is there. */
export type PictureOf = (frame: FrameIndex) => ImageBitmap | undefined;

/** Pictures of an object on frames; the component is drawn again as they come. */
export function useMaskPictures(
  objectId: ObjectId | undefined,
  frames: readonly FrameIndex[],
): PictureOf {
  const studio = useStudio();
  const [pictures] = useState(() => new MaskPictureStore(studio));
  useEffect(() => () => pictures[Symbol.dispose](), [pictures]);
  useSyncExternalStore(pictures.subscribe, pictures.version);
  const isFree = useSelected(canFill);
  const masks = useSelected(({ tracklets }) => findTracklet(tracklets, objectId)?.summaries);
  const color = useSelected(({ tracklets }) => findTracklet(tracklets, objectId)?.color);
  // The list is another one at each drawing; what it says is not.
  const key = frames.join();
  useEffect(() => {
    if (objectId !== undefined && isFree) pictures.want(objectId, framesOfKey(key));
  }, [pictures, objectId, isFree, masks, color, key]);
  return (frame) => (objectId === undefined ? undefined : pictures.pictureOf(objectId, frame));
}

function framesOfKey(key: string): FrameIndex[] {
  return key === '' ? [] : key.split(',').map((text) => frameIndex(Number(text)));
}
