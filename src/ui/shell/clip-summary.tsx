import { formatCounted, formatRate } from '../../store/format.ts';
import { useSelected } from '../studio-context.tsx';

/** The clip's name, size and length. */
export function ClipSummary() {
  const info = useSelected((state) => state.video.info);
  if (info === undefined) {
    return (
      <div className="clip-summary">
        <span className="clip-name truncate">Segmentation Studio</span>
        <span className="clip-facts truncate">No clip is open</span>
      </div>
    );
  }
  const rate = Number.isInteger(info.frameRate)
    ? String(info.frameRate)
    : info.frameRate < 10
      ? formatRate(info.frameRate)
      : info.frameRate.toFixed(2);
  const facts = [
    `${info.width} × ${info.height}`,
    formatCounted(info.frameCount, 'frame'),
    info.kind === 'video' ? `${rate} fps` : 'folder of frames',
  ].join(' · ');
  return (
    <div className="clip-summary" title={`${info.name}\n${facts} · ${info.codec}`}>
      <h1 className="clip-name truncate">{info.name}</h1>
      <span className="clip-facts numbers truncate">{facts}</span>
    </div>
  );
}
