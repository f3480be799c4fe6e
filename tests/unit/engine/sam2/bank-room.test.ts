import { expect, test } from 'vitest';
import { bankRoom, rowsInRoom, USUAL_BANK } from '../../../../src/engine/sam2/bank-room.ts';

test('the usual bank has one room, however little it holds', () => {
  for (const memories of [1, 6, 7]) {
    expect(bankRoom({ memories, pointers: 16 })).toEqual(USUAL_BANK);
    expect(bankRoom({ memories, pointers: 0 })).toEqual({ memories: 7, pointers: 16 });
  }
});

test('more memories or pointers than usual take a step more', () => {
  expect(bankRoom({ memories: 8, pointers: 17 })).toEqual({ memories: 11, pointers: 32 });
  expect(bankRoom({ memories: 11, pointers: 16 })).toEqual({ memories: 11, pointers: 16 });
  expect(bankRoom({ memories: 12, pointers: 33 })).toEqual({ memories: 15, pointers: 48 });
});

test('31 memories at 1024 fit what a shader can bind at least', () => {
  const { memories, pointers } = bankRoom({ memories: 31, pointers: 16 });
  const keyBytes = (memories * 4096 + pointers * 4) * 256 * 4;
  expect(keyBytes).toBeLessThanOrEqual(128 * 2 ** 20);
});

test('pointers lie behind the room of memories', () => {
  const rows = rowsInRoom({ memories: 2, pointers: 3 }, USUAL_BANK, {
    ofMemory: 64,
    ofPointer: 4,
  });
  expect(rows).toEqual({ memories: 128, pointersFrom: 448, pointers: 12 });
});
