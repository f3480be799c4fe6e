import { crc32, deflateRawSync } from 'node:zlib';

export interface CraftedFile {
  readonly name: string;
  readonly content: Uint8Array;
  readonly isDeflated?: boolean;
  /** Instead of the right checksum. */
  readonly crc?: number;
  /** Instead of the length of the content. */
  readonly declaredBytes?: number;
  /** The directory points to the data of the first file. */
  readonly sharesFirst?: boolean;
}

const UTF8_NAMES = 0x800;

function fields(file: CraftedFile, packed: Uint8Array): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(UTF8_NAMES, 2);
  header.writeUInt16LE(file.isDeflated === true ? 8 : 0, 4);
  header.writeUInt16LE((46 << 9) | (11 << 5) | 23, 8);
  header.writeUInt32LE((file.crc ?? crc32(file.content)) >>> 0, 10);
  header.writeUInt32LE(packed.length, 14);
  header.writeUInt32LE(file.declaredBytes ?? file.content.length, 18);
  header.writeUInt16LE(Buffer.byteLength(file.name), 22);
  return header;
}

/** A zip with whatever lies its files tell. */
export function craftZip(files: readonly CraftedFile[]): Blob {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const packed = file.isDeflated === true ? deflateRawSync(file.content) : file.content;
    const header = fields(file, packed);
    const name = Buffer.from(file.name);
    const record = Buffer.concat([Buffer.from('PK\u0003\u0004'), header, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(file.sharesFirst === true ? 0 : offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.of(20, 3), header, tail, name]),
    );
    if (file.sharesFirst === true) continue;
    local.push(record);
    offset += record.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return new Blob([Uint8Array.from(Buffer.concat([...local, ...directory, end]))]);
}
