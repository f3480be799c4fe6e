import { useShallow } from 'zustand/react/shallow';
import type { Drawing } from '../../store/mask-painting.ts';
import { colorForObject } from '../../store/object-colors.ts';
import { promptsAt } from '../../store/prompts-slice.ts';
import { findTracklet, freeObjectId } from '../../store/tracklets-slice.ts';
import { viewportOf, type ToolName } from '../../store/view-slice.ts';
import { useSelected } from '../studio-context.tsx';
import { BoxMarker } from './box-marker.tsx';
import { BrushCursor } from './brush-cursor.tsx';
import { CandidatePicker } from './candidate-picker.tsx';
import { DrawingLayer } from './drawing-layer.tsx';
import { PointMarker } from './point-marker.tsx';
import type { ToolPreview } from './tools/tool.ts';

interface Props {
  /** What is being spanned or drawn. */
  readonly preview: ToolPreview | undefined;
  /** Drawings whose masks are not on the stage yet. */
  readonly drying: readonly Drawing[];
}

/** The selected object's prompts on the shown frame. */
export function PromptOverlay({ preview, drying }: Props) {
  const prompts = useSelected((state) =>
    promptsAt(state.prompts, state.tracklets.selectedId, state.playback.shownFrame),
  );
  const viewport = useSelected(useShallow((state) => viewportOf(state.view, state.video.info)));
  const video = useSelected((state) => state.video.info);
  const tool = useSelected((state) => state.view.tool);
  // What is drawn before there is an object becomes the next one.
  const color = useSelected(
    ({ tracklets }) =>
      findTracklet(tracklets, tracklets.selectedId)?.color ??
      colorForObject(freeObjectId(tracklets) ?? 1),
  );
  const clicks = prompts?.kind === 'clicks' ? prompts : undefined;
  const box = preview?.kind === 'box' ? preview.box : undefined;
  const drawings = preview?.kind === 'drawing' ? [...drying, preview.drawing] : drying;
  return (
    <div className="prompt-overlay" data-drawing={isDrawingTool(tool)}>
      {video !== undefined && drawings.length > 0 && (
        <DrawingLayer drawings={drawings} viewport={viewport} video={video} color={color} />
      )}
      {box !== undefined && <BoxMarker box={box} viewport={viewport} color={color} />}
      {box === undefined && clicks?.box !== undefined && (
        <BoxMarker box={clicks.box} viewport={viewport} color={color} isPlaced />
      )}
      {clicks?.points.map((point, index) => (
        // Points have no identity but their place in the order.
        // oxlint-disable-next-line react/no-array-index-key
        <PointMarker key={index} point={point} index={index} viewport={viewport} />
      ))}
      {tool === 'point' && <CandidatePicker />}
      {(tool === 'brush' || tool === 'eraser') && <BrushCursor />}
    </div>
  );
}

function isDrawingTool(tool: ToolName): boolean {
  return tool === 'brush' || tool === 'eraser' || tool === 'lasso';
}
