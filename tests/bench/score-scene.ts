import type { IdPlane } from '../../src/core/scores.ts';
import { IndexedPngWriter } from '../../src/formats/png-writer.ts';
import { readIndexPng } from '../../src/formats/png-reader.ts';
import type { MaskFolder } from '../../src/scoring/mask-folder.ts';
import { inflateInNode } from '../../scripts/score/disk-mask-folder.ts';

/** The size at which DAVIS and VISOR are scored. */
export const SCENE_SIZE = { width: 854, height: 480 };

interface SceneOptions {
  readonly frames: number;
  readonly objects: number;
  /** Predictions move and wobble a little otherwise than the ground truth. */
  readonly isPrediction: boolean;
}

/** Wavy blobs that move and hide each other, a twentieth to a fifth of the frame's height wide. */
function sceneFrame(frame: number, { objects, isPrediction }: SceneOptions): IdPlane {
  const { width, height } = SCENE_SIZE;
  const ids = new Uint8Array(width * height);
  const off = isPrediction ? 1 : 0;
  for (let k = 0; k < objects; k++) {
    const radius = (45 + 18 * k) * (1 + off * 0.04 * Math.sin(frame / 5 + k));
    const centreX = 120 + 150 * k + 40 * Math.sin(frame / 15 + k) + off * 4 * Math.sin(frame / 7);
    const centreY = 240 + 120 * Math.cos(frame / 20 + 2 * k) + off * 4 * Math.cos(frame / 9);
    for (let i = 0; i < ids.length; i++) {
      const [dx, dy] = [(i % width) - centreX, Math.floor(i / width) - centreY];
      const distance = Math.sqrt(dx * dx + dy * dy);
      if (distance > 1.3 * radius) continue;
      const wave = 0.12 * Math.sin(5 * Math.atan2(dy, dx) + frame / 10 + 0.2 * off);
      if (distance < radius * (1 + wave)) ids[i] = k + 1;
    }
  }
  return { width, height, ids };
}

/** A sequence of such frames as PNGs in memory: what is timed includes decoding, not the disk. */
export async function sceneFolder(name: string, options: SceneOptions): Promise<MaskFolder> {
  const writer = new IndexedPngWriter(SCENE_SIZE);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (let frame = 0; frame < options.frames; frame++) {
    const bytes = await writer.encode(sceneFrame(frame, options).ids);
    files.set(`${String(frame).padStart(5, '0')}.png`, Uint8Array.from(bytes));
  }
  return {
    name,
    list: async (path) =>
      path === ''
        ? [{ name: 'scene', isFolder: true }]
        : Array.from(files.keys(), (file) => ({ name: file, isFolder: false })),
    read: async (path) => {
      const bytes = files.get(path.slice('scene/'.length));
      if (bytes === undefined) throw new Error(`there is no ${path}`);
      return readIndexPng(bytes, { maxPixels: 2 ** 20, inflate: inflateInNode });
    },
  };
}
