import { ERROR_COLORS, type ErrorKind } from '../../core/error-colors.ts';
import type { GroundTruthSlice } from '../../store/ground-truth-slice.ts';
import { Keys } from '../primitives/keys.tsx';
import { Segmented } from '../primitives/segmented.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

type View = GroundTruthSlice['view'];

const VIEWS: readonly { readonly value: View; readonly label: string }[] = [
  { value: 'masks', label: 'Masks' },
  { value: 'truth', label: 'Truth' },
  { value: 'outlines', label: 'Outlines' },
  { value: 'errors', label: 'Errors' },
];
const NOTES: Record<Exclude<View, 'errors'>, string> = {
  masks: 'Your masks alone.',
  truth: 'The true masks alone.',
  outlines: 'Yours in full lines, the truth dashed.',
};
const KEYS: Record<View, string> = { masks: '', truth: 'U', outlines: 'O', errors: 'E' };
const ERRORS: readonly { readonly kind: ErrorKind; readonly name: string }[] = [
  { kind: 'right', name: 'Right' },
  { kind: 'missed', name: 'Missed' },
  { kind: 'excess', name: 'Too much' },
];

/** How masks and ground truth are shown together on annotated frames. */
export function CompareControl() {
  const { groundTruth } = useActions();
  const view = useSelected((state) => state.groundTruth.view);
  return (
    <section className="gt-compare" aria-labelledby="gt-compare">
      <h2 id="gt-compare" className="visually-hidden">
        Compare
      </h2>
      <Segmented
        label="What the stage shows"
        value={view}
        options={VIEWS}
        onChoose={(choice) => groundTruth.showView(choice)}
      />
      <div className="gt-compare-foot">
        {view === 'errors' ? <ErrorLegend /> : <p className="gt-quiet">{NOTES[view]}</p>}
        {KEYS[view] !== '' && <Keys keys={KEYS[view]} />}
      </div>
    </section>
  );
}

function ErrorLegend() {
  return (
    <ul className="gt-legend" aria-label="Colours of the errors">
      {ERRORS.map(({ kind, name }) => (
        <li key={kind}>
          <span className="gt-swatch" style={{ background: ERROR_COLORS[kind] }} />
          {name}
        </li>
      ))}
    </ul>
  );
}
