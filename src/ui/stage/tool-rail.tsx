import { CircleMinus, CirclePlus, Eye, EyeOff, Hand, SquareDashed } from 'lucide-react';
import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from '../primitives/icon-button.tsx';
import { Tooltip } from '../primitives/tooltip.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { DisplayPopover } from './display-popover.tsx';
import './tool-rail.css';

interface ToolChoice {
  readonly value: 'positive' | 'negative' | 'box' | 'hand';
  readonly label: string;
  readonly keys: string;
  readonly icon: ReactNode;
}

const TOOLS: readonly ToolChoice[] = [
  { value: 'positive', label: 'Add to the object', keys: 'P', icon: <CirclePlus /> },
  { value: 'negative', label: 'Take from the object', keys: 'X', icon: <CircleMinus /> },
  { value: 'box', label: 'Box around the object', keys: 'B', icon: <SquareDashed /> },
  { value: 'hand', label: 'Move the frame', keys: 'H', icon: <Hand /> },
];

/** The tools at the left of the stage. */
export function ToolRail() {
  const { view } = useActions();
  const isOff = useSelected((state) => state.video.info === undefined);
  const areMasksShown = useSelected((state) => state.view.areMasksShown);
  const value = useSelected(({ view: { tool, pointLabel } }) =>
    tool === 'point' ? pointLabel : tool,
  );
  const choose = (next: string) => {
    if (next === 'positive' || next === 'negative') view.choosePointLabel(next);
    if (next === 'box' || next === 'hand') view.chooseTool(next);
  };
  return (
    <nav className="rail" aria-label="Tools">
      <ToggleGroup.Root
        type="single"
        orientation="vertical"
        className="rail-tools"
        aria-label="Tool"
        disabled={isOff}
        value={value}
        onValueChange={choose}
      >
        {TOOLS.map((tool) => (
          <Tooltip key={tool.value} label={tool.label} keys={tool.keys} side="right">
            <ToggleGroup.Item
              value={tool.value}
              aria-label={tool.label}
              className={`rail-tool rail-${tool.value}`}
            >
              {tool.icon}
            </ToggleGroup.Item>
          </Tooltip>
        ))}
      </ToggleGroup.Root>
      <div className="rail-end">
        <IconButton
          label={areMasksShown ? 'Hide the masks' : 'Show the masks'}
          keys="M"
          side="right"
          disabled={isOff}
          onClick={() => view.toggleMasks()}
        >
          {areMasksShown ? <Eye /> : <EyeOff />}
        </IconButton>
        <DisplayPopover />
      </div>
    </nav>
  );
}
