import { useShallow } from 'zustand/react/shallow';
import { useActions, useSelected } from '../studio-context.tsx';
import { ObjectSelect } from './object-select.tsx';
import { truthRowOf } from './truth-rows.ts';

interface Props {
  readonly truthId: number;
}

/** One object of the ground truth: what is compared to it, and how well that does. */
export function TruthRow({ truthId }: Props) {
  const { tracklets } = useActions();
  const row = useSelected(useShallow((state) => truthRowOf(state, truthId)));
  const { objectId } = row;
  return (
    <tbody className="gt-object" data-selected={row.isSelected}>
      <tr>
        <th scope="rowgroup">
          <button
            type="button"
            className="gt-object-name"
            title={row.name}
            aria-pressed={row.isSelected}
            disabled={objectId === undefined}
            onClick={() => tracklets.select(objectId)}
          >
            <span className="gt-swatch" style={{ background: row.color }} />
            <span className="truncate">{row.name}</span>
          </button>
        </th>
        <td className="gt-mean">{row.mean}</td>
        <td>{row.region}</td>
        <td>{row.boundary}</td>
        <td>{row.dice}</td>
      </tr>
      <tr className="gt-here">
        <td>
          <ObjectSelect truthId={truthId} name={row.name} objectId={objectId} />
        </td>
        <td>{row.meanHere}</td>
        <td>{row.regionHere}</td>
        <td>{row.boundaryHere}</td>
        <td>{row.diceHere}</td>
      </tr>
    </tbody>
  );
}
