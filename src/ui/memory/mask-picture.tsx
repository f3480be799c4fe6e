import { useEffect, useRef } from 'react';
import { PICTURE_SIDE_PX } from './mask-picture-store.ts';

interface Props {
  /** Owned by whoever made it; absent until it is there. */
  readonly picture: ImageBitmap | undefined;
}

/** A small square picture. What it shows is said beside it. */
export function MaskPicture({ picture }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (picture === undefined || context === undefined || context === null) return;
    const { width, height } = picture;
    context.canvas.width = width;
    context.canvas.height = height;
    context.drawImage(picture, 0, 0);
  }, [picture]);
  const side = `${PICTURE_SIDE_PX / 16}rem`;
  return (
    <canvas
      ref={canvas}
      className="memory-picture"
      style={{ width: side, height: side }}
      aria-hidden="true"
    />
  );
}
