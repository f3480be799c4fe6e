import { useState, type DragEvent } from 'react';
import { objectId, type ObjectId } from '../../core/ids.ts';
import { useStudio } from '../studio-context.tsx';

/** Only rows of the list know of it; files that are dragged in are something else. */
const OBJECT_TYPE = 'application/x-studio-object';

/**
 * Makes a row of the list one that can be dragged, and on which others can be dropped: before it on
 * its upper half, behind it on its lower one.
 */
export function useObjectDrag(id: ObjectId, isNaming: boolean) {
  const { actions, store } = useStudio();
  const [dropSide, setDropSide] = useState<'before' | 'after'>();
  const onDrop = (event: DragEvent<HTMLElement>) => {
    const side = sideOf(event);
    setDropSide(undefined);
    if (side === undefined) return;
    event.preventDefault();
    const dragged = objectId(Number(event.dataTransfer.getData(OBJECT_TYPE)));
    if (dragged === id) return;
    const others = store.getState().tracklets.items.filter((item) => item.id !== dragged);
    const at = others.findIndex((item) => item.id === id);
    actions.tracklets.moveTo(dragged, side === 'before' ? at : at + 1);
  };
  return {
    // The text of a name that is typed is selected by dragging.
    draggable: !isNaming,
    'data-drop': dropSide,
    onDragStart: (event: DragEvent<HTMLElement>) => {
      event.dataTransfer.setData(OBJECT_TYPE, String(id));
      event.dataTransfer.effectAllowed = 'move';
    },
    onDragOver: (event: DragEvent<HTMLElement>) => {
      const side = sideOf(event);
      if (side === undefined) return;
      event.preventDefault();
      setDropSide(side);
    },
    onDragLeave: () => setDropSide(undefined),
    onDrop,
  };
}

/** Undefined where something else is dragged. */
function sideOf({ clientY, currentTarget, dataTransfer }: DragEvent<HTMLElement>) {
  if (!dataTransfer.types.includes(OBJECT_TYPE)) return undefined;
  const { top, height } = currentTarget.getBoundingClientRect();
  return clientY < top + height / 2 ? 'before' : 'after';
}
