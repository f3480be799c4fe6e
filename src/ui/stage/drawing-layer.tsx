import { videoToView, type Size, type Viewport } from '../../core/geometry.ts';
import type { Drawing } from '../../store/mask-painting.ts';
import './drawing-layer.css';

interface Props {
  /** Those whose masks are not on the stage yet, and the one under way. */
  readonly drawings: readonly Drawing[];
  readonly viewport: Viewport;
  readonly video: Size;
  /** `#rrggbb` */
  readonly color: string;
}

/** Strokes and loops while they are drawn, over the frame only. */
export function DrawingLayer({ drawings, viewport, video, color }: Props) {
  const { scale, offsetX, offsetY } = viewport;
  const frame = {
    x: offsetX,
    y: offsetY,
    width: video.width * scale,
    height: video.height * scale,
  };
  return (
    <svg className="drawing-layer" aria-hidden="true" data-testid="drawing">
      <clipPath id="drawing-frame">
        <rect {...frame} />
      </clipPath>
      <g clipPath="url(#drawing-frame)">
        {drawings.map((drawing, at) => (
          // Drawings have no identity but their order.
          // oxlint-disable-next-line react/no-array-index-key
          <DrawingShape key={at} drawing={drawing} viewport={viewport} color={color} />
        ))}
      </g>
    </svg>
  );
}

interface ShapeProps {
  readonly drawing: Drawing;
  readonly viewport: Viewport;
  readonly color: string;
}

function DrawingShape({ drawing, viewport, color }: ShapeProps) {
  const { shape, path, isTaking } = drawing;
  const line = path
    .map((point, at) => {
      const { x, y } = videoToView(point, viewport);
      return `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
  const takes = isTaking ? 'drawing-takes' : '';
  if (shape.kind === 'lasso') {
    return (
      <>
        <path className={`drawing-loop ${takes}`} d={`${line}Z`} color={color} />
        <path className="drawing-line-under" d={`${line}Z`} />
        <path className={`drawing-line ${takes}`} d={`${line}Z`} color={color} />
      </>
    );
  }
  // A line from a point to itself is a dot with round ends.
  const stroke = path.length === 1 ? `${line}${line.replace('M', 'L')}` : line;
  const width = shape.diameter * viewport.scale;
  return (
    <path className={`drawing-stroke ${takes}`} d={stroke} color={color} strokeWidth={width} />
  );
}
