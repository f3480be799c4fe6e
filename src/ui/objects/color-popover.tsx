import type { ObjectId } from '../../core/ids.ts';
import { offeredColors } from '../../store/object-colors.ts';
import { Popover } from '../primitives/popover.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { isEdited } from './object-text.ts';

interface Props {
  readonly id: ObjectId;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
}

/** The object's number on its colour, which is also its index in an exported PNG. */
export function ColorPopover({ id, name, color }: Props) {
  const { tracklets, view } = useActions();
  const isOpen = useSelected((state) => isEdited(state, id, 'color'));
  const open = () => view.editObject({ objectId: id, part: 'color' });
  return (
    <Popover
      label={`Colour of ${name}`}
      className="color-popover"
      side="left"
      align="start"
      isOpen={isOpen}
      onOpenChange={(next) => (next ? open() : view.endObjectEdit())}
      trigger={
        <button
          type="button"
          className="object-badge numbers"
          style={{ background: color }}
          aria-label={`Object ${id}. Change the colour of ${name}`}
          title="Change the colour"
        >
          {id}
        </button>
      }
    >
      <div className="color-grid">
        {offeredColors().map((choice) => (
          <button
            key={choice}
            type="button"
            className="color-choice"
            style={{ background: choice }}
            aria-label={choice}
            aria-pressed={choice === color}
            onClick={() => tracklets.recolor(id, choice)}
          />
        ))}
      </div>
      <label className="color-custom">
        Any other
        <input
          type="color"
          value={color}
          onChange={(event) => tracklets.recolor(id, event.currentTarget.value)}
        />
      </label>
    </Popover>
  );
}
