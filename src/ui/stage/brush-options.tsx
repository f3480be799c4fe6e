import { useId } from 'react';
import { BRUSH_SIZES_PX } from '../../store/view-slice.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import './drawing-layer.css';

const STEPS = 100;

/** How wide the brush or the eraser is. */
export function BrushOptions() {
  const id = useId();
  const { view } = useActions();
  const size = useSelected((state) => state.view.brushSizePx);
  const text = `${size} px`;
  return (
    <div className="brush-options" data-stage-control title="Also Shift and the wheel, or { and }">
      <label htmlFor={id}>Size</label>
      <input
        id={id}
        type="range"
        min={0}
        max={STEPS}
        value={sliderAt(size)}
        aria-valuetext={text}
        onChange={(event) => view.setBrushSize(sizeAt(event.currentTarget.valueAsNumber))}
      />
      <output htmlFor={id} className="numbers">
        {text}
      </output>
    </div>
  );
}

// One step of the slider changes small brushes by little.
const { smallest, largest } = BRUSH_SIZES_PX;

function sliderAt(size: number): number {
  return (STEPS * Math.log(size / smallest)) / Math.log(largest / smallest);
}

function sizeAt(step: number): number {
  return smallest * (largest / smallest) ** (step / STEPS);
}
