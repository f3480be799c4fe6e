import { ChevronDown } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import { Popover } from '../primitives/popover.tsx';
import { useSelected } from '../studio-context.tsx';
import { ModelControls } from './model-controls.tsx';
import { ModelFacts } from './model-facts.tsx';
import { modelLine } from './model-text.ts';
import './models.css';

/** Which model runs, on what, and how well that will go. Opens to the details and the choices. */
export function ModelLine() {
  const { tone, title, detail, fraction } = useSelected(
    useShallow((state) => modelLine(state.models)),
  );
  return (
    <Popover
      label="Model"
      className="model-popover"
      trigger={
        <button type="button" className="model-line" aria-label={`Model: ${title}. ${detail}`}>
          {tone === 'busy' ? (
            <span className="spinner" aria-hidden="true" />
          ) : (
            <span className={`model-dot model-${tone}`} aria-hidden="true" />
          )}
          <span className="model-text">
            <span className="model-title truncate">{title}</span>
            <span className="model-detail numbers truncate">{detail}</span>
          </span>
          <ChevronDown className="model-chevron" />
          {fraction !== undefined && (
            <span className="model-progress" style={{ width: `${fraction * 100}%` }} />
          )}
        </button>
      }
    >
      <ModelFacts />
      <ModelControls />
    </Popover>
  );
}
