import { downloadZip } from 'client-zip';
import { encode } from 'fast-png';
import type { DroppedFile } from './studio.ts';

/** Of the frames. */
export const DISC_VIDEO = { width: 128, height: 96 };
const RADIUS_PX = 16;

/** Where the disc is. It goes round, so that a clip may have any length. */
export function discAt(frame: number): { readonly x: number; readonly y: number } {
  const angle = frame / 40;
  return { x: Math.round(64 + 36 * Math.cos(angle)), y: Math.round(48 + 24 * Math.sin(angle)) };
}

/** A zip of that many frames: a red disc that goes round on a gradient. */
export async function discFramesZip(count: number): Promise<DroppedFile> {
  const files = Array.from({ length: count }, (_, frame) => ({
    name: `${String(frame).padStart(5, '0')}.png`,
    input: discFrame(frame),
  }));
  const bytes = new Uint8Array(await downloadZip(files).arrayBuffer());
  return { name: 'disc.zip', type: 'application/zip', bytes };
}

function discFrame(frame: number): Uint8Array<ArrayBuffer> {
  const { width, height } = DISC_VIDEO;
  const disc = discAt(frame);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const isDisc = Math.hypot(x - disc.x, y - disc.y) <= RADIUS_PX;
      data.set(isDisc ? [208, 48, 32] : [x, 96 + y, 160], at);
    }
  }
  return Uint8Array.from(encode({ width, height, data, channels: 3 }));
}
