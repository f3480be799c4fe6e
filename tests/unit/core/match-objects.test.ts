import { expect, test } from 'vitest';
import { objectId } from '../../../src/core/ids.ts';
import { matchObjects } from '../../../src/core/match-objects.ts';

const truth = (truthId: number, name: string) => ({ truthId, name });
const object = (id: number, name: string) => ({ id: objectId(id), name });

test('objects are matched one for one by name', () => {
  expect(
    matchObjects([truth(1, 'cup'), truth(2, 'plate')], [object(9, 'plate'), object(8, 'cup')]),
  ).toEqual({ 1: 8, 2: 9 });
});

test('masks without names go by number', () => {
  expect(matchObjects([truth(3, 'Object 3')], [object(3, 'Object 3')])).toEqual({ 3: 3 });
});

test('a name that is missing, or that either side has twice, is not guessed at', () => {
  const truths = [truth(3, 'hand'), truth(4, 'hand'), truth(5, 'door'), truth(6, 'fork')];
  const objects = [object(7, 'door'), object(6, 'door'), object(5, 'hand')];
  expect(matchObjects(truths, objects)).toEqual({});
});
