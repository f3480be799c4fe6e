import type { SourceFile } from '../../src/formats/source-file.ts';
import { buildAnnotation, buildDenseFrame } from './visor-builders.ts';

const OBJECTS = 5;
const VERTICES = 150;

/** A wobbling disc with as many decimals as the release has. */
function disc(frame: number, object: number): number[][] {
  return Array.from({ length: VERTICES }, (_, i) => {
    const angle = (2 * Math.PI * i) / VERTICES;
    const radius = 40 + 5 * Math.sin(5 * angle + frame / 10);
    const [x, y] = [100 + 140 * object + (frame % 50), 200 + object];
    return [
      Number((x + radius * Math.cos(angle)).toFixed(2)),
      Number((y + radius * Math.sin(angle)).toFixed(2)),
    ];
  });
}

function frameText(frame: number): string {
  const annotations = Array.from({ length: OBJECTS }, (_, object) =>
    buildAnnotation(`entity ${object}`, [disc(frame, object)], { type: 0 }),
  );
  return JSON.stringify(buildDenseFrame(frame, Math.floor(frame / 100), { annotations }));
}

/** A dense file that is made while it is read, so that nothing of it is in memory. */
export function denseFile(frames: number): SourceFile {
  const encoder = new TextEncoder();
  // A few frames over and over: making them takes longer than reading them.
  const texts = Array.from({ length: 64 }, (_, i) => frameText(i));
  async function* stream() {
    yield encoder.encode('{"info":{},"video_annotations":[');
    for (let frame = 0; frame < frames; frame++) {
      const text = texts[frame % texts.length] ?? '';
      const number = String(frame).padStart(10, '0');
      yield encoder.encode(
        `${frame === 0 ? '' : ','}${text.replaceAll(/frame_\d{10}/g, `frame_${number}`)}`,
      );
    }
    yield encoder.encode(']}');
  }
  return {
    path: 'P01_107_interpolations.json',
    bytes: frames * (texts[0]?.length ?? 0),
    read: async () => new Uint8Array(0),
    stream,
  };
}

const MEBIBYTE = 1024 * 1024;

/** Memory in use after what can be collected has been. */
export function usedMebibytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MEBIBYTE;
}
