import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import { worstOf } from '../helpers/track-steps.ts';
import { nanoCheckpoint, nanoTracks, repeatNanoTrack } from '../parity/tracks/nano-track-files.ts';
import { int8Checkpoint, toInt8 } from './int8-weights.ts';

/** Smaller tensors are kept as they are. */
const LEAST_ELEMENTS = 4096;

/** What int8 weights give on the reference's tracks, and what they weigh. */
export interface Int8Report {
  /** Bytes of all weights, without a header. */
  readonly weights: readonly (Weight & { readonly kept: string })[];
  readonly tracks: readonly {
    readonly name: string;
    readonly masks: number;
    /** Of the masks with the reference's: of the float16 file, and of int8. */
    readonly float16: number;
    readonly int8: number;
    /** Masks whose IoU is under 0.995. */
    readonly under: number;
  }[];
}

interface Weight {
  readonly bytes: number;
  readonly gzip: number;
  readonly brotli: number;
}

/** Measures nano with int8 weights, on the CPU. Needs the reference's tracks. */
export async function measureInt8(): Promise<Int8Report> {
  const tracks: Int8Report['tracks'][number][] = [];
  for (const { name, track } of nanoTracks()) {
    const checkpoint = await nanoCheckpoint(track.image_size);
    const rounded = int8Checkpoint(checkpoint, LEAST_ELEMENTS).checkpoint;
    const expected = await repeatNanoTrack(track, { checkpoint });
    const actual = await repeatNanoTrack(track, { checkpoint: rounded });
    tracks.push({
      name,
      masks: actual.length,
      float16: worstOf(expected).iou,
      int8: worstOf(actual).iou,
      under: actual.filter(({ iou }) => iou < 0.995).length,
    });
  }
  return { weights: await weigh(await nanoCheckpoint(256)), tracks };
}

async function weigh(checkpoint: Checkpoint): Promise<Int8Report['weights']> {
  const { isInt8 } = int8Checkpoint(checkpoint, LEAST_ELEMENTS);
  const [float32, float16, int8]: Uint8Array[][] = [[], [], []];
  for (const [name, { byteOffset, byteLength, shape }] of checkpoint.tensors) {
    const stored = await checkpoint.file.slice(byteOffset, byteOffset + byteLength).arrayBuffer();
    const values = await checkpoint.readFloat32(name);
    float32?.push(bytesOf(values));
    float16?.push(new Uint8Array(stored));
    if (!isInt8(name)) {
      int8?.push(new Uint8Array(stored));
      continue;
    }
    const { bytes, scales } = toInt8(values, shape[0] ?? 1);
    int8?.push(bytesOf(bytes), bytesOf(scales));
  }
  const kinds = [
    ['float32', float32],
    ['float16', float16],
    ['int8', int8],
  ] as const;
  return kinds.map(([kept, parts]) => ({ kept, ...weighed(Buffer.concat(parts ?? [])) }));
}

function weighed(all: Buffer): Weight {
  return {
    bytes: all.length,
    gzip: gzipSync(all).length,
    brotli: brotliCompressSync(all).length,
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
