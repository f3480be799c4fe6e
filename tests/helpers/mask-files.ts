import { deflateSync } from 'node:zlib';
import { blobFile, type SourceFile } from '../../src/formats/source-file.ts';
import { craftPng, headerChunk, pngChunk } from './craft-png.ts';

interface CraftedMask {
  readonly width: number;
  readonly height: number;
  /** Samples, row-major; all of one channel, or three or four a pixel. */
  readonly samples: readonly number[];
  readonly kind?: 'indexed' | 'greyscale' | 'rgb' | 'rgba';
  /** Of one channel; 8 where absent. */
  readonly bitDepth?: 1 | 2 | 4 | 8;
}

const COLOR_TYPES = { indexed: 3, greyscale: 0, rgb: 2, rgba: 6 } as const;
const CHANNELS = { indexed: 1, greyscale: 1, rgb: 3, rgba: 4 } as const;

/** A PNG of these samples, as other tools write them. */
export function craftMask(mask: CraftedMask): Uint8Array<ArrayBuffer> {
  const { width, height, samples, kind = 'indexed', bitDepth = 8 } = mask;
  const perLine = width * CHANNELS[kind];
  const lines: number[] = [];
  for (let y = 0; y < height; y++) {
    const line = samples.slice(y * perLine, (y + 1) * perLine);
    lines.push(0, ...packed(line, bitDepth));
  }
  const header = { width, height, bitDepth, colorType: COLOR_TYPES[kind] };
  const palette = pngChunk('PLTE', new Uint8Array(3 * 2 ** bitDepth));
  return craftPng(
    headerChunk(header),
    ...(kind === 'indexed' ? [palette] : []),
    pngChunk('IDAT', deflateSync(Uint8Array.from(lines))),
  );
}

function packed(line: readonly number[], bitDepth: number): number[] {
  const bits = line.map((sample) => sample.toString(2).padStart(bitDepth, '0')).join('');
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

export function memoryFile(path: string, content: Uint8Array<ArrayBuffer> | string): SourceFile {
  return blobFile(path, new Blob([content]));
}
