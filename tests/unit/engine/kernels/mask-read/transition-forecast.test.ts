import { expect, test } from 'vitest';
import { TransitionForecast } from '../../../../../src/engine/kernels/mask-read/transition-forecast.ts';

const CAPACITY = 8192;
const LEAST = 1024;

test('small masks are read by the least there is', () => {
  const forecast = new TransitionForecast(CAPACITY);
  expect(forecast.changes).toBe(LEAST);
  for (const changes of [0, 12, 800]) {
    forecast.note(changes);
    expect(forecast.changes).toBe(LEAST);
  }
});

test('a quarter more than a large mask is read next, until it is long ago', () => {
  const forecast = new TransitionForecast(CAPACITY);
  forecast.note(4000);
  expect(forecast.changes).toBe(5000);
  for (let i = 0; i < 31; i++) forecast.note(100);
  expect(forecast.changes).toBe(5000);
  forecast.note(100);
  expect(forecast.changes).toBe(LEAST);
});

test('one large object among small ones does not take a second read on every frame', () => {
  const forecast = new TransitionForecast(CAPACITY);
  const objects = [3000, 200, 150, 400];
  const secondReads = Array.from({ length: 5 }, () => {
    let count = 0;
    for (const changes of objects) {
      if (changes > forecast.changes) count++;
      forecast.note(changes);
    }
    return count;
  });
  expect(secondReads).toEqual([1, 0, 0, 0, 0]);
});

test('no more than the list holds, and what does not fit it says nothing', () => {
  const forecast = new TransitionForecast(CAPACITY);
  forecast.note(8000);
  expect(forecast.changes).toBe(CAPACITY);
  const other = new TransitionForecast(CAPACITY);
  other.note(CAPACITY + 1);
  expect(other.changes).toBe(LEAST);
});
