import type { ExportChoice } from '../../store/export-choice.ts';
import { EXPORT_GROUPS, isChosen, type ExportItem } from './export-kinds.tsx';

interface Props {
  readonly choice: ExportChoice;
  readonly isDisabled: boolean;
  readonly onChoose: (choice: ExportChoice) => void;
}

/** What to write, by groups. */
export function KindList({ choice, isDisabled, onChoose }: Props) {
  const choose = ({ kind, look = choice.look }: ExportItem) => onChoose({ ...choice, kind, look });
  return (
    <fieldset className="export-kinds" disabled={isDisabled}>
      <legend className="visually-hidden">What to export</legend>
      {EXPORT_GROUPS.map(({ title, items }) => (
        <section key={title} aria-label={title}>
          <h3 className="export-group">{title}</h3>
          {items.map((item) => (
            <label key={item.title} className="export-kind">
              <input
                type="radio"
                name="export-kind"
                className="visually-hidden"
                checked={isChosen(item, choice)}
                onChange={() => choose(item)}
              />
              <span className="export-icon" aria-hidden="true">
                {item.icon}
              </span>
              {item.title}
            </label>
          ))}
        </section>
      ))}
    </fieldset>
  );
}
