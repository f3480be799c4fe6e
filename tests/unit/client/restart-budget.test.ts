import { expect, test } from 'vitest';
import { RestartBudget } from '../../../src/client/restart-budget.ts';

test('allows as many as its limit within the window, and more once they are old', () => {
  let now = 0;
  const budget = new RestartBudget({ limit: 2, windowMs: 100, nowMs: () => now });
  expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
  now = 99;
  expect(budget.isLeft()).toBe(false);
  now = 100;
  expect(budget.spend()).toBe(true);
});

test('a refill forgets what was spent', () => {
  const budget = new RestartBudget({ limit: 1, windowMs: 100, nowMs: () => 0 });
  budget.spend();
  budget.refill();
  expect(budget.spend()).toBe(true);
});
