/** ITU-T H.264 table 7-1. */
const NAL_FIRST_SLICE = 1;
const NAL_LAST_SLICE = 5;
const NAL_ACCESS_UNIT_DELIMITER = 9;
/** Slice extensions, reserved and unspecified types. */
const NAL_FIRST_EXTENSION = 20;

/**
 * The first packet for a decoder, without what makes Chromium deny that it is a key frame: units
 * before the access unit delimiter, and slice extensions. Returns `data` where nothing is amiss.
 * Only H.264 with length-prefixed units (`avc1` with a description) is looked at.
 * Source: https://issues.chromium.org/issues/470109459, Vanilagy/mediabunny#396.
 */
export function prepareFirstPacket(data: Uint8Array, config: VideoDecoderConfig): Uint8Array {
  const { description } = config;
  if (!config.codec.startsWith('avc1') || description === undefined) return data;
  const lengthBytes = ((asBytes(description)[4] ?? 3) & 3) + 1;
  const units = splitUnits(data, lengthBytes);
  const kept = withoutLeadingUnits(units).filter(({ type }) => type < NAL_FIRST_EXTENSION);
  if (kept.length === units.length || !kept.some(isSlice)) return data;
  const result = new Uint8Array(kept.reduce((bytes, { end, start }) => bytes + end - start, 0));
  let at = 0;
  for (const { start, end } of kept) {
    result.set(data.subarray(start, end), at);
    at += end - start;
  }
  return result;
}

/** One unit with its length prefix, `[start, end)` in the packet. */
interface NalUnit {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

function splitUnits(data: Uint8Array, lengthBytes: number): NalUnit[] {
  const units: NalUnit[] = [];
  for (let start = 0; start + lengthBytes < data.length;) {
    let length = 0;
    for (let i = 0; i < lengthBytes; i++) length = length * 256 + (data[start + i] ?? 0);
    const end = Math.min(start + lengthBytes + length, data.length);
    units.push({ type: (data[start + lengthBytes] ?? 0) & 31, start, end });
    start = end;
  }
  return units;
}

/** From the delimiter on, where one stands before the first slice. */
function withoutLeadingUnits(units: readonly NalUnit[]): readonly NalUnit[] {
  const delimiter = units.findIndex(({ type }) => type === NAL_ACCESS_UNIT_DELIMITER);
  return delimiter > 0 && units.findIndex(isSlice) > delimiter ? units.slice(delimiter) : units;
}

function isSlice({ type }: NalUnit): boolean {
  return type >= NAL_FIRST_SLICE && type <= NAL_LAST_SLICE;
}

function asBytes(source: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
