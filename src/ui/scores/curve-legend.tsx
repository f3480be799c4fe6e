import { positionOfFrame } from '../../store/annotated-frames.ts';
import { useSelected } from '../studio-context.tsx';
import { colorOfLook, isSelectedLook } from './curve-looks.ts';
import type { CurveRows } from './curve-rows.ts';
import { formatScore } from '../../store/format.ts';

interface Props {
  readonly rows: CurveRows;
  /** As `curveLooks` gives them. */
  readonly looks: readonly string[];
  /** Position among the annotated frames under the pointer. */
  readonly hovered: number | undefined;
}

/** Whose curve is whose, with the values under the pointer or the playhead, or else the means. */
export function CurveLegend({ rows, looks, hovered }: Props) {
  const underPlayhead = useSelected((state) => positionOfFrame(rows.frames, state.playback.frame));
  const at = hovered ?? (underPlayhead < 0 ? undefined : underPlayhead);
  return (
    // The slider says the same in words.
    <div className="curve-legend numbers" aria-hidden="true">
      <p className="truncate">
        {at === undefined ? 'Mean' : `Frame ${rows.frames[at]} · ${rows.stems[at]}`}
      </p>
      <ul>
        {rows.series.map(({ truthId, name, values, mean }, index) => {
          const value = at === undefined ? mean : fractionOf(values[at]);
          return (
            <li key={truthId} data-selected={isSelectedLook(looks[index])} title={name}>
              <span className="swatch" style={{ background: colorOfLook(looks[index]) }} />
              <span className="truncate">{name}</span>
              <span className="curve-value">{formatScore(value)}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function fractionOf(percent: number | null | undefined): number | undefined {
  return percent === null || percent === undefined ? undefined : percent / 100;
}
