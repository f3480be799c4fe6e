const textEncoder = new TextEncoder();

/** Wire types of protocol buffers, `protobuf.dev/programming-guides/encoding`. */
const WIRE_VARINT = 0;
const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;

/** Writes one protocol-buffers message. Fields are written in the order of the calls. */
export class ProtoWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** int32, int64 or enum; safe integers only, negative ones take ten bytes. */
  integer(field: number, value: number): this {
    this.#varint(BigInt((field << 3) | WIRE_VARINT));
    this.#varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  float(field: number, value: number): this {
    this.#varint(BigInt((field << 3) | WIRE_FIXED32));
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#append(bytes);
    return this;
  }

  /** The bytes are not copied until `finish`. */
  bytes(field: number, value: Uint8Array): this {
    this.#varint(BigInt((field << 3) | WIRE_BYTES));
    this.#varint(BigInt(value.byteLength));
    this.#append(value);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, textEncoder.encode(value));
  }

  /** A nested message, written by `write`. */
  message(field: number, write: (message: ProtoWriter) => void): this {
    const nested = new ProtoWriter();
    write(nested);
    return this.bytes(field, nested.finish());
  }

  finish(): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(this.#length);
    let position = 0;
    for (const part of this.#parts) {
      result.set(part, position);
      position += part.byteLength;
    }
    return result;
  }

  #varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    do {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      bytes.push(rest === 0n ? low : low | 0x80);
    } while (rest !== 0n);
    this.#append(Uint8Array.from(bytes));
  }

  #append(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#length += bytes.byteLength;
  }
}
