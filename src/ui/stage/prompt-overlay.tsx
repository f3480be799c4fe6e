import type { VideoBox } from '../../core/geometry.ts';
import { promptsAt } from '../../store/prompts-slice.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';
import { viewportOf } from '../../store/view-slice.ts';
import { useShallow } from 'zustand/react/shallow';
import { useSelected } from '../studio-context.tsx';
import { BoxMarker } from './box-marker.tsx';
import { PointMarker } from './point-marker.tsx';

interface Props {
  /** The box that is being spanned. */
  readonly preview: VideoBox | undefined;
}

/** The selected object's prompts on the shown frame. */
export function PromptOverlay({ preview }: Props) {
  const prompts = useSelected((state) =>
    promptsAt(state.prompts, state.tracklets.selectedId, state.playback.shownFrame),
  );
  const viewport = useSelected(useShallow((state) => viewportOf(state.view, state.video.info)));
  const color = useSelected(
    ({ tracklets }) => findTracklet(tracklets, tracklets.selectedId)?.color ?? '#ffffff',
  );
  const clicks = prompts?.kind === 'clicks' ? prompts : undefined;
  return (
    <div className="prompt-overlay">
      {preview !== undefined && <BoxMarker box={preview} viewport={viewport} color={color} />}
      {preview === undefined && clicks?.box !== undefined && (
        <BoxMarker box={clicks.box} viewport={viewport} color={color} isPlaced />
      )}
      {clicks?.points.map((point, index) => (
        // Points have no identity but their place in the order.
        // oxlint-disable-next-line react/no-array-index-key
        <PointMarker key={index} point={point} index={index} viewport={viewport} />
      ))}
    </div>
  );
}
