import {
  Brush,
  CircleMinus,
  CirclePlus,
  Eraser,
  Eye,
  EyeOff,
  Hand,
  Lasso,
  SquareDashed,
} from 'lucide-react';
import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import type { PointLabel, ToolName } from '../../store/view-slice.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { Tooltip } from '../primitives/tooltip.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { DisplayPopover } from './display-popover.tsx';
import './tool-rail.css';

interface ToolChoice {
  readonly value: PointLabel | Exclude<ToolName, 'point'>;
  readonly label: string;
  readonly keys: string;
  readonly icon: ReactNode;
}

const TOOLS: readonly ToolChoice[] = [
  { value: 'positive', label: 'Add to the object', keys: 'P', icon: <CirclePlus /> },
  { value: 'negative', label: 'Take from the object', keys: 'X', icon: <CircleMinus /> },
  { value: 'box', label: 'Box around the object', keys: 'B', icon: <SquareDashed /> },
  { value: 'brush', label: 'Paint onto the mask', keys: 'D', icon: <Brush /> },
  { value: 'eraser', label: 'Erase from the mask', keys: 'S', icon: <Eraser /> },
  { value: 'lasso', label: 'Draw around what belongs to it', keys: 'L', icon: <Lasso /> },
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
    const tool = TOOLS.find((choice) => choice.value === next)?.value;
    if (tool === 'positive' || tool === 'negative') view.choosePointLabel(tool);
    else if (tool !== undefined) view.chooseTool(tool);
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
