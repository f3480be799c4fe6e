import { useSyncExternalStore } from 'react';
import { useSelected } from '../studio-context.tsx';
import { hasRoomForPictures } from './timeline-height.ts';

/** Whether the timeline shows small pictures: as the user chose, else where it is high enough. */
export function useFilmstripShown(): boolean {
  const chosen = useSelected((state) => state.view.isFilmstripShown);
  const heightPx = useSelected((state) => state.view.timelineHeightPx);
  const hasRoom = useSyncExternalStore(onResize, () => hasRoomForPictures(heightPx));
  return chosen ?? hasRoom;
}

function onResize(listener: () => void): () => void {
  window.addEventListener('resize', listener);
  return () => window.removeEventListener('resize', listener);
}
