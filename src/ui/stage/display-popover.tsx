import { SlidersHorizontal } from 'lucide-react';
import { Popover } from '../primitives/popover.tsx';
import { RangeField } from '../primitives/range-field.tsx';
import { Switch } from '../primitives/switch.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

/** How masks look. */
export function DisplayPopover() {
  const { previews, view } = useActions();
  const fillOpacity = useSelected((state) => state.view.fillOpacity);
  const arePreviewsShown = useSelected(
    (state) => state.view.arePreviewsShown && !state.previews.isPaused,
  );
  const outlineWidth = useSelected((state) => state.view.outlineWidth);
  return (
    <Popover
      label="How masks look"
      className="display-popover"
      side="right"
      align="end"
      trigger={
        <button
          type="button"
          className="icon-button"
          aria-label="How masks look"
          title="How masks look"
        >
          <SlidersHorizontal />
        </button>
      }
    >
      <RangeField
        label="Fill"
        value={fillOpacity}
        min={0}
        max={1}
        step={0.05}
        text={`${Math.round(fillOpacity * 100)} %`}
        onChange={(value) => view.setFillOpacity(value)}
      />
      <RangeField
        label="Outline"
        value={outlineWidth}
        min={0}
        max={6}
        step={0.5}
        text={outlineWidth === 0 ? 'none' : `${outlineWidth} px`}
        onChange={(value) => view.setOutlineWidth(value)}
      />
      <Switch
        label="Preview clicks"
        detail="Where the pointer rests"
        isOn={arePreviewsShown}
        onToggle={() => previews.toggle()}
      />
    </Popover>
  );
}
