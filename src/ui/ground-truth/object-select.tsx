import { useShallow } from 'zustand/react/shallow';
import { objectId, type ObjectId } from '../../core/ids.ts';
import { useActions, useSelected } from '../studio-context.tsx';

interface Props {
  readonly truthId: number;
  /** Of the object in the ground truth. */
  readonly name: string;
  /** The user's object that is compared to it. */
  readonly objectId: ObjectId | undefined;
}

/** Which of the user's objects is compared to one of the ground truth. */
export function ObjectSelect({ truthId, name, objectId: assigned }: Props) {
  const { groundTruth } = useActions();
  const ids = useSelected(useShallow((state) => state.tracklets.items.map(({ id }) => id)));
  const names = useSelected(useShallow((state) => state.tracklets.items.map(({ name }) => name)));
  const isLocked = useSelected((state) => state.groundTruth.run !== undefined);
  return (
    <select
      className="gt-select gt-object-select"
      aria-label={`Object compared to ${name}`}
      value={assigned ?? ''}
      disabled={isLocked}
      onChange={(event) => {
        const { value } = event.currentTarget;
        groundTruth.assign(truthId, value === '' ? undefined : objectId(Number(value)));
      }}
    >
      <option value="">none</option>
      {ids.map((id, at) => (
        <option key={id} value={id}>
          {names[at]}
        </option>
      ))}
    </select>
  );
}
