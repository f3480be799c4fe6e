import { concat, materialise, buildZip, u32, u64, type BuiltEntry } from './archive-builder.ts';

/** A pickle's instructions, by the characters that CPython's `pickletools` gives them. */
export type Code = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** Instructions by their bytes, given as characters up to U+00FF. */
export function op(characters: string): Code {
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}

export function text(value: string): Code {
  const bytes = encoder.encode(value);
  return concat([op('X'), u32(bytes.length), bytes]);
}

export function int(value: number): Code {
  if (value < 2 ** 31) return concat([op('J'), u32(value)]);
  return concat([op('\x8a\x08'), u64(value)]);
}

export function global(module: string, name: string): Code {
  return encoder.encode(`c${module}\n${name}\n`);
}

export function tuple(...items: Code[]): Code {
  return concat([op('('), ...items, op('t')]);
}

export function dict(...pairs: (readonly [Code, Code])[]): Code {
  return concat([op('}('), ...pairs.flat(), op('u')]);
}

export function call(callee: Code, ...args: Code[]): Code {
  return concat([callee, tuple(...args), op('R')]);
}

export interface BuiltTensor {
  readonly key?: string;
  readonly storageClass?: string;
  /** Elements of the storage. */
  readonly elements: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export function storage(key: string, storageClass: string, elements: number): Code {
  const items = [
    text('storage'),
    global('torch', storageClass),
    text(key),
    text('cpu'),
    int(elements),
  ];
  return concat([tuple(...items), op('Q')]);
}

/** `torch._utils._rebuild_tensor_v2(…)` as `torch.save` writes it. */
export function tensor(built: BuiltTensor): Code {
  const { key = '0', storageClass = 'FloatStorage', elements, offset = 0, shape, strides } = built;
  return call(
    global('torch._utils', '_rebuild_tensor_v2'),
    storage(key, storageClass, elements),
    int(offset),
    tuple(...shape.map(int)),
    tuple(...strides.map(int)),
    op('\x89'),
    call(global('collections', 'OrderedDict')),
  );
}

/** A whole pickle of one value. */
export function pickle(value: Code, protocol = 2): Code {
  return concat([op('\x80'), new Uint8Array([protocol]), value, op('.')]);
}

/** A state dict of tensors by name. */
export function stateDict(tensors: Readonly<Record<string, BuiltTensor>>): Code {
  return dict(
    ...Object.entries(tensors).map(([name, built]) => [text(name), tensor(built)] as const),
  );
}

/** Entries of an archive: the pickle, and records of the given bytes. */
export function archiveEntries(
  pickled: Code,
  records: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {},
): BuiltEntry[] {
  return [
    { name: 'archive/data.pkl', data: pickled },
    ...Object.entries(records).map(([key, data]) => ({ name: `archive/data/${key}`, data })),
  ];
}

/** A `.pt` of one value, as bytes. */
export function torchFile(
  value: Code,
  records: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {},
): Uint8Array<ArrayBuffer> {
  return materialise(buildZip(archiveEntries(pickle(value), records)));
}
