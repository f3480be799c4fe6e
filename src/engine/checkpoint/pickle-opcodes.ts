import { invalidCheckpoint, unsupportedCheckpoint } from './checkpoint-errors.ts';
import { construct, resolveGlobal, resolvePersistentId } from './pickle-objects.ts';
import type { PickleMachine } from './pickle-machine.ts';
import { isKind, SKIPPED, type PickleValue } from './pickle-values.ts';

type Operation = (machine: PickleMachine) => void;

/** Code of the instruction that ends a pickle. */
export const STOP = 0x2e;

const HIGHEST_PROTOCOL = 5;

const CONSTANTS: readonly (readonly [string, number, Operation])[] = [
  ['NONE', 0x4e, (machine) => machine.push(undefined)],
  ['NEWTRUE', 0x88, (machine) => machine.push(true)],
  ['NEWFALSE', 0x89, (machine) => machine.push(false)],
  ['BININT', 0x4a, (machine) => machine.push(machine.cursor.int32())],
  ['BININT1', 0x4b, (machine) => machine.push(machine.cursor.uint8())],
  ['BININT2', 0x4d, (machine) => machine.push(machine.cursor.uint16())],
  ['LONG1', 0x8a, (machine) => pushLong(machine, machine.cursor.uint8())],
  ['LONG4', 0x8b, (machine) => pushLong(machine, machine.cursor.uint32())],
  ['BINFLOAT', 0x47, (machine) => machine.push(machine.cursor.float64BigEndian())],
  ['SHORT_BINUNICODE', 0x8c, (machine) => pushText(machine, machine.cursor.uint8())],
  ['BINUNICODE', 0x58, (machine) => pushText(machine, machine.cursor.uint32())],
  ['BINUNICODE8', 0x8d, (machine) => pushText(machine, machine.cursor.uint64())],
  ['SHORT_BINBYTES', 0x43, (machine) => skipBytes(machine, machine.cursor.uint8())],
  ['BINBYTES', 0x42, (machine) => skipBytes(machine, machine.cursor.uint32())],
  ['BINBYTES8', 0x8e, (machine) => skipBytes(machine, machine.cursor.uint64())],
  ['BYTEARRAY8', 0x96, (machine) => skipBytes(machine, machine.cursor.uint64())],
];

const CONTAINERS: readonly (readonly [string, number, Operation])[] = [
  ['MARK', 0x28, (machine) => machine.mark()],
  ['POP', 0x30, (machine) => machine.drop()],
  ['POP_MARK', 0x31, (machine) => void machine.popToMark()],
  ['EMPTY_TUPLE', 0x29, (machine) => pushTuple(machine, [])],
  ['TUPLE1', 0x85, (machine) => pushTuple(machine, popLast(machine, 1))],
  ['TUPLE2', 0x86, (machine) => pushTuple(machine, popLast(machine, 2))],
  ['TUPLE3', 0x87, (machine) => pushTuple(machine, popLast(machine, 3))],
  ['TUPLE', 0x74, (machine) => pushTuple(machine, machine.popToMark())],
  ['EMPTY_LIST', 0x5d, (machine) => machine.pushObject({ kind: 'list', items: [] })],
  ['APPEND', 0x61, (machine) => append(machine, popLast(machine, 1))],
  ['APPENDS', 0x65, (machine) => append(machine, machine.popToMark())],
  ['EMPTY_DICT', 0x7d, (machine) => machine.pushObject({ kind: 'dict', entries: new Map() })],
  ['SETITEM', 0x73, (machine) => setItems(machine, popLast(machine, 2))],
  ['SETITEMS', 0x75, (machine) => setItems(machine, machine.popToMark())],
  ['EMPTY_SET', 0x8f, (machine) => machine.push(SKIPPED)],
  ['ADDITEMS', 0x90, (machine) => append(machine, machine.popToMark())],
  ['FROZENSET', 0x91, (machine) => (machine.popToMark(), machine.push(SKIPPED))],
];

const OBJECTS: readonly (readonly [string, number, Operation])[] = [
  ['PROTO', 0x80, checkProtocol],
  // A frame only says how much to read ahead, and everything is in memory.
  ['FRAME', 0x95, (machine) => void machine.cursor.bytes(8)],
  ['BINPUT', 0x71, (machine) => machine.remember(machine.cursor.uint8())],
  ['LONG_BINPUT', 0x72, (machine) => machine.remember(machine.cursor.uint32())],
  ['MEMOIZE', 0x94, (machine) => machine.rememberNext()],
  ['BINGET', 0x68, (machine) => machine.recall(machine.cursor.uint8())],
  ['LONG_BINGET', 0x6a, (machine) => machine.recall(machine.cursor.uint32())],
  ['GLOBAL', 0x63, pushGlobal],
  ['STACK_GLOBAL', 0x93, pushStackGlobal],
  ['BINPERSID', 0x51, (machine) => machine.pushObject(resolvePersistentId(machine.pop()))],
  ['REDUCE', 0x52, reduce],
  ['NEWOBJ', 0x81, reduce],
  ['NEWOBJ_EX', 0x92, (machine) => (machine.pop(), reduce(machine))],
  ['BUILD', 0x62, build],
];

/**
 * The instructions that PyTorch's pickler writes in protocols 2 to 5. Those it never writes, which
 * make objects by class name or take buffers from outside, are not here and are refused.
 */
const OPERATIONS: ReadonlyMap<number, Operation> = new Map(
  [...CONSTANTS, ...CONTAINERS, ...OBJECTS].map(([, code, operation]) => [code, operation]),
);

/**
 * Runs one instruction.
 * @throws StudioError `checkpoint-unsupported` for one outside the list
 */
export function runOperation(machine: PickleMachine, code: number): void {
  const operation = OPERATIONS.get(code);
  if (operation === undefined) {
    const at = machine.cursor.position - 1;
    throw unsupportedCheckpoint(
      `The pickle uses instruction 0x${code.toString(16)} at byte ${at}, which torch.save does not write.`,
      'The file is damaged or was not written by torch.save. Download it again, or save it again with PyTorch.',
    );
  }
  operation(machine);
}

function checkProtocol(machine: PickleMachine): void {
  const protocol = machine.cursor.uint8();
  if (protocol <= HIGHEST_PROTOCOL) return;
  throw unsupportedCheckpoint(
    `The checkpoint uses pickle protocol ${protocol}; up to ${HIGHEST_PROTOCOL} is known.`,
    'Save it with the default protocol of torch.save.',
  );
}

/** Two's complement of any length; a number too large to be an offset is only ever skipped. */
function pushLong(machine: PickleMachine, byteLength: number): void {
  const bytes = machine.cursor.bytes(byteLength);
  const MAX_BYTES = 8;
  if (byteLength > MAX_BYTES) return machine.push(SKIPPED);
  const bits = bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const value = Number(BigInt.asIntN(8 * byteLength, bits));
  machine.push(Number.isSafeInteger(value) ? value : SKIPPED);
}

function pushText(machine: PickleMachine, byteLength: number): void {
  machine.push(machine.cursor.utf8(byteLength));
}

function skipBytes(machine: PickleMachine, byteLength: number): void {
  machine.cursor.bytes(byteLength);
  machine.push(SKIPPED);
}

function popLast(machine: PickleMachine, count: number): PickleValue[] {
  return Array.from({ length: count }, () => machine.pop()).reverse();
}

function pushTuple(machine: PickleMachine, items: readonly PickleValue[]): void {
  machine.pushObject({ kind: 'tuple', items });
}

function append(machine: PickleMachine, values: readonly PickleValue[]): void {
  const target = machine.peek();
  if (isKind(target, 'skipped')) return;
  if (!isKind(target, 'list')) throw invalidCheckpoint('The pickle appends to what is not a list.');
  for (const value of values) target.items.push(value);
}

function setItems(machine: PickleMachine, pairs: readonly PickleValue[]): void {
  const target = machine.peek();
  if (isKind(target, 'skipped')) return;
  if (!isKind(target, 'dict') || pairs.length % 2 !== 0) {
    throw invalidCheckpoint('The pickle puts items into what is not a dictionary.');
  }
  for (let i = 0; i < pairs.length; i += 2) target.entries.set(pairs[i], pairs[i + 1]);
}

function pushGlobal(machine: PickleMachine): void {
  const module = machine.cursor.line();
  machine.push(resolveGlobal(module, machine.cursor.line()));
}

function pushStackGlobal(machine: PickleMachine): void {
  const [module, attribute] = popLast(machine, 2);
  if (typeof module !== 'string' || typeof attribute !== 'string') {
    throw invalidCheckpoint('The pickle names a class by something that is not text.');
  }
  machine.push(resolveGlobal(module, attribute));
}

function reduce(machine: PickleMachine): void {
  const args = machine.pop();
  machine.pushObject(construct(machine.pop(), args));
}

/** State of a dictionary is its attributes (`_metadata` of a state dict), which hold no weights. */
function build(machine: PickleMachine): void {
  machine.pop();
  const target = machine.peek();
  if (isKind(target, 'dict') || isKind(target, 'skipped')) return;
  throw unsupportedCheckpoint(
    'The checkpoint changes a tensor after making it, in a way that is not read here.',
    'Save the weights as plain tensors: {name: tensor.detach().clone()}.',
  );
}
