import { describe, expect, it } from 'vitest';
import { prepareFirstPacket } from '../../../src/media/video/first-packet.ts';

const SEI = [0x06, 1, 2];
const DELIMITER = [0x09, 0x10];
const IDR = [0x65, 7, 7, 7];
const EXTENSION = [0x74, 9];

function packetOf(units: readonly number[][], lengthBytes = 4): Uint8Array {
  const prefixed = units.map((unit) => {
    const length = Array.from({ length: lengthBytes }, () => 0);
    length[lengthBytes - 1] = unit.length;
    return [...length, ...unit];
  });
  return Uint8Array.from(prefixed.flat());
}

function configOf(codec = 'avc1.640028', lengthBytes = 4): VideoDecoderConfig {
  return { codec, description: Uint8Array.of(1, 100, 0, 40, 0xfc | (lengthBytes - 1)) };
}

describe('prepareFirstPacket', () => {
  it.each([2, 4])('drops what stands before the delimiter (%i length bytes)', (lengthBytes) => {
    const packet = packetOf([SEI, DELIMITER, IDR], lengthBytes);
    const prepared = prepareFirstPacket(packet, configOf('avc1.640028', lengthBytes));
    expect(prepared).toEqual(packetOf([DELIMITER, IDR], lengthBytes));
  });

  it('drops slice extensions', () => {
    const prepared = prepareFirstPacket(packetOf([EXTENSION, IDR, EXTENSION]), configOf());
    expect(prepared).toEqual(packetOf([IDR]));
  });

  it('never drops the picture itself', () => {
    const packet = packetOf([IDR, DELIMITER]);
    expect(prepareFirstPacket(packet, configOf())).toBe(packet);
  });

  it('leaves sound packets, other codecs and start codes alone', () => {
    const packet = packetOf([DELIMITER, SEI, IDR]);
    expect(prepareFirstPacket(packet, configOf())).toBe(packet);
    const odd = packetOf([SEI, DELIMITER, IDR]);
    expect(prepareFirstPacket(odd, configOf('vp09.00.10.08'))).toBe(odd);
    expect(prepareFirstPacket(odd, { codec: 'avc1.640028' })).toBe(odd);
  });
});
