import { assertNever } from '../core/assert.ts';
import { crc32 } from '../core/crc32.ts';
import type { Size } from '../core/geometry.ts';
import { frameIndex, objectId, type FrameIndex } from '../core/ids.ts';
import type { LoggedMask, MaskLogEntry, MaskPlace } from '../core/mask-log.ts';
import type { MaskAgreement, TrackedDirection } from '../core/prompts.ts';
import { ByteReader, ByteWriter, PackDamage } from './mask-pack-bytes.ts';
import { readRuns, writeRuns } from './mask-pack-runs.ts';

/** How every record begins, so that the next one is found behind damage. */
export const RECORD_MARK = Uint8Array.of(0xd7, 0x4d, 0x52);
/** Mark, type and length, before the payload. */
export const RECORD_HEAD_BYTES = RECORD_MARK.length + 1 + 4;
/** The CRC-32 of type, length and payload, behind it. */
export const RECORD_TAIL_BYTES = 4;

/** A batch of masks is parted into records of about this size, each whole or not there at all. */
const RECORD_BYTES = 1 << 20;

/** A record's type byte is the place of its entry's kind here. Never change the order. */
const KINDS = ['put', 'remove', 'clear', 'begin', 'revert', 'reapply', 'drop', 'compare'] as const;
/** Two bits of a mask's flags. Never change the order. */
const ORIGINS = ['prompt', 'tracked', 'imported'] as const;
const HAS_PREDICTED_IOU = 4;
const HAS_OBJECT_SCORE = 8;
/** From version 2 on, as the two below. */
const HAS_OPPOSITE_IOU = 16;
const IS_FORWARD = 32;
const IS_REVERSE = 64;

/** An entry as bytes, to be written at one position of a pack. */
export interface EncodedEntry {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the masks of a `put`, in their order. */
  readonly places: readonly MaskPlace[];
}

/** An entry as it lies in a pack. */
export interface PackedEntry {
  readonly entry: MaskLogEntry;
  readonly places: readonly MaskPlace[];
}

/** @param at where in the pack the bytes will be written */
export function encodeEntry(entry: MaskLogEntry, at: number): EncodedEntry {
  const writer = new ByteWriter();
  if (entry.kind === 'put') return encodePut(entry.masks, writer, at);
  const end = beginRecord(writer, entry.kind);
  if (entry.kind === 'remove') {
    writer.u8(entry.objectId);
    // No frame at all is written as none beyond the object: that is all frames.
    if (entry.frames !== undefined) writer.varint(entry.frames.length);
    for (const frame of entry.frames ?? []) writer.varint(frame);
  } else if (entry.kind === 'compare') {
    for (const { objectId: object, frame, iou } of entry.found) {
      writer.u8(object);
      writer.varint(frame);
      writer.f64(iou);
    }
  } else if (entry.kind !== 'clear') {
    writer.varint(entry.step);
  }
  end();
  return { bytes: writer.written, places: [] };
}

function encodePut(masks: readonly LoggedMask[], writer: ByteWriter, at: number): EncodedEntry {
  const places: MaskPlace[] = [];
  for (let i = 0; i < masks.length;) {
    const begun = writer.length;
    const end = beginRecord(writer, 'put');
    for (; i < masks.length && writer.length - begun < RECORD_BYTES; i++) {
      const mask = masks[i];
      if (mask === undefined) continue;
      const { at: start, byteLength } = writeMask(mask, writer);
      places.push({ at: at + start, byteLength });
    }
    end();
  }
  return { bytes: writer.written, places };
}

function writeMask(logged: LoggedMask, writer: ByteWriter): MaskPlace {
  const { predictedIou, objectScoreLogit, oppositeIou } = logged;
  writer.u8(logged.objectId);
  writer.varint(logged.frame);
  writer.u8(
    ORIGINS.indexOf(logged.origin) |
      (predictedIou === undefined ? 0 : HAS_PREDICTED_IOU) |
      (objectScoreLogit === undefined ? 0 : HAS_OBJECT_SCORE) |
      (oppositeIou === undefined ? 0 : HAS_OPPOSITE_IOU) |
      (logged.direction === 'forward' ? IS_FORWARD : 0) |
      (logged.direction === 'reverse' ? IS_REVERSE : 0),
  );
  if (predictedIou !== undefined) writer.f64(predictedIou);
  if (objectScoreLogit !== undefined) writer.f64(objectScoreLogit);
  if (oppositeIou !== undefined) writer.f64(oppositeIou);
  const runs = new ByteWriter();
  writeRuns(logged.mask, runs);
  writer.varint(runs.length);
  const at = writer.length;
  writer.bytes(runs.written);
  return { at, byteLength: runs.length };
}

/** @returns what to call when the payload is written */
function beginRecord(writer: ByteWriter, kind: MaskLogEntry['kind']): () => void {
  writer.bytes(RECORD_MARK);
  const start = writer.length;
  writer.u8(KINDS.indexOf(kind));
  writer.u32(0);
  const payloadStart = writer.length;
  return () => {
    writer.setU32(start + 1, writer.length - payloadStart);
    writer.u32(crc32(writer.written.subarray(start)));
  };
}

interface RecordPlace {
  /** The video's. */
  readonly size: Size;
  /** Where in the pack the payload lies. */
  readonly at: number;
}

/** @throws PackDamage when it is not what a record of this type holds */
export function decodeRecord(type: number, payload: Uint8Array, place: RecordPlace): PackedEntry {
  const kind = KINDS[type];
  if (kind === undefined) throw new PackDamage(`there is no record of type ${type}`);
  const reader = new ByteReader(payload);
  switch (kind) {
    case 'put':
      return decodePut(reader, place);
    case 'remove':
      return { entry: decodeRemove(reader), places: [] };
    case 'clear':
      return { entry: { kind }, places: [] };
    case 'compare':
      return { entry: { kind, found: decodeFound(reader) }, places: [] };
    case 'begin':
    case 'revert':
    case 'reapply':
    case 'drop':
      return { entry: { kind, step: reader.varint() }, places: [] };
    default:
      return assertNever(kind);
  }
}

function decodePut(reader: ByteReader, { size, at }: RecordPlace): PackedEntry {
  const masks: LoggedMask[] = [];
  const places: MaskPlace[] = [];
  while (!reader.isAtEnd) {
    const object = readObject(reader);
    const frame = frameIndex(reader.varint());
    const flags = reader.u8();
    const origin = ORIGINS[flags & 3];
    if (origin === undefined) throw new PackDamage('a mask has an unknown origin');
    const predictedIou = (flags & HAS_PREDICTED_IOU) === 0 ? undefined : reader.f64();
    const objectScoreLogit = (flags & HAS_OBJECT_SCORE) === 0 ? undefined : reader.f64();
    const oppositeIou = (flags & HAS_OPPOSITE_IOU) === 0 ? undefined : reader.f64();
    const direction = directionIn(flags);
    const byteLength = reader.varint();
    places.push({ at: at + reader.at, byteLength });
    masks.push({
      objectId: object,
      frame,
      mask: readRuns(reader.bytes(byteLength), size),
      origin,
      ...(predictedIou === undefined ? {} : { predictedIou }),
      ...(objectScoreLogit === undefined ? {} : { objectScoreLogit }),
      ...(oppositeIou === undefined ? {} : { oppositeIou }),
      ...(direction === undefined ? {} : { direction }),
    });
  }
  return { entry: { kind: 'put', masks }, places };
}

function directionIn(flags: number): TrackedDirection | undefined {
  if ((flags & IS_FORWARD) !== 0) return 'forward';
  return (flags & IS_REVERSE) === 0 ? undefined : 'reverse';
}

function decodeFound(reader: ByteReader): MaskAgreement[] {
  const found: MaskAgreement[] = [];
  while (!reader.isAtEnd) {
    const object = readObject(reader);
    found.push({ objectId: object, frame: frameIndex(reader.varint()), iou: reader.f64() });
  }
  return found;
}

function decodeRemove(reader: ByteReader): MaskLogEntry {
  const object = readObject(reader);
  if (reader.isAtEnd) return { kind: 'remove', objectId: object };
  const frames: FrameIndex[] = [];
  for (let left = reader.varint(); left > 0; left--) frames.push(frameIndex(reader.varint()));
  return { kind: 'remove', objectId: object, frames };
}

function readObject(reader: ByteReader) {
  const value = reader.u8();
  if (value === 0) throw new PackDamage('a mask is of no object');
  return objectId(value);
}
