import { expect, test } from 'vitest';
import { videoPoint, viewPoint } from '../../../src/core/geometry.ts';
import type { ToolContext, ToolEffect, ToolPointer } from '../../../src/ui/stage/tools/tool.ts';
import {
  IDLE,
  previewOf,
  stepTool,
  type ToolEvent,
  type ToolState,
} from '../../../src/ui/stage/tools/tool-machine.ts';

const VIDEO = { width: 200, height: 100 };

function context(fields: Partial<ToolContext> = {}): ToolContext {
  const tool = { tool: 'point', pointLabel: 'positive', brushSizePx: 12 } as const;
  return { ...tool, isPanKeyHeld: false, video: VIDEO, ...fields };
}

/** A pointer over the video at twice its size. */
function at(x: number, y: number, fields: Partial<ToolPointer> = {}): ToolPointer {
  return {
    point: videoPoint(x, y),
    view: viewPoint(2 * x, 2 * y),
    button: 'primary',
    isAltHeld: false,
    ...fields,
  };
}

const press = (pointer: ToolPointer, fields: Partial<ToolContext> = {}): ToolEvent => ({
  type: 'press',
  pointer,
  context: context(fields),
});
const move = (x: number, y: number): ToolEvent => ({ type: 'move', pointer: at(x, y) });
const release = (x: number, y: number): ToolEvent => ({ type: 'release', pointer: at(x, y) });

function run(...events: ToolEvent[]): { state: ToolState; effects: ToolEffect[] } {
  let state: ToolState = IDLE;
  const effects: ToolEffect[] = [];
  for (const event of events) {
    const step = stepTool(state, event);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const labels = (effects: readonly ToolEffect[]) =>
  effects.map((effect) => (effect.type === 'add-point' ? effect.label : effect.type));

test('a click places a point where it was pressed', () => {
  expect(run(press(at(50, 40)), move(51, 40), release(51, 40))).toEqual({
    state: IDLE,
    effects: [{ type: 'add-point', point: videoPoint(50, 40), label: 'positive' }],
  });
});

test.each([
  [{}, {}, 'positive'],
  [{ button: 'secondary' as const }, {}, 'negative'],
  [{ isAltHeld: true }, {}, 'negative'],
  [{}, { pointLabel: 'negative' as const }, 'negative'],
  [{ button: 'secondary' as const }, { pointLabel: 'negative' as const }, 'positive'],
])('pointer %o with the tool %o says %s', (pointer, fields, label) => {
  const { effects } = run(press(at(50, 40, pointer), fields), release(50, 40));
  expect(labels(effects)).toEqual([label]);
});

test('a click beside the frame does nothing', () => {
  expect(run(press(at(-1, 40)), release(-1, 40)).effects).toEqual([]);
  expect(run(press(at(200, 40)), release(200, 40)).effects).toEqual([]);
});

test('dragging with the point tool moves the frame and places nothing', () => {
  const { effects } = run(press(at(50, 40)), move(60, 40), move(60, 50), release(60, 50));
  expect(effects).toEqual([
    { type: 'pan', dx: 20, dy: 0 },
    { type: 'pan', dx: 0, dy: 20 },
  ]);
});

test('the middle button and the pan key move the frame in every tool', () => {
  const middle = run(press(at(50, 40, { button: 'middle' }), { tool: 'box' }), move(60, 40));
  expect(middle.effects).toEqual([{ type: 'pan', dx: 20, dy: 0 }]);
  const held = run(press(at(50, 40), { tool: 'box', isPanKeyHeld: true }), move(60, 40));
  expect(held.effects).toEqual([{ type: 'pan', dx: 20, dy: 0 }]);
  expect(run(press(at(5, 5), { isPanKeyHeld: true }), release(5, 5)).effects).toEqual([]);
});

test('a box is spanned in any direction, cut to the frame, and shown on the way', () => {
  const dragging = run(press(at(120, 90), { tool: 'box' }), move(250, -10));
  expect(previewOf(dragging.state)).toEqual({
    kind: 'box',
    box: { x0: 120, y0: 0, x1: 200, y1: 90 },
  });
  expect(stepTool(dragging.state, release(20, 10)).effects).toEqual([
    { type: 'set-box', box: { x0: 20, y0: 10, x1: 120, y1: 90 } },
  ]);
});

test('a box that is only a line is none', () => {
  const { effects } = run(press(at(20, 20), { tool: 'box' }), move(80, 21), release(80, 21));
  expect(effects).toEqual([]);
});

test('the other button places points while the box tool is on', () => {
  const { effects } = run(press(at(9, 9, { button: 'secondary' }), { tool: 'box' }), release(9, 9));
  expect(labels(effects)).toEqual(['negative']);
});

test('cancelling ends the gesture without effects, and what follows is ignored', () => {
  const { state, effects } = run(
    press(at(20, 20), { tool: 'box' }),
    move(80, 80),
    { type: 'cancel' },
    move(90, 90),
    release(90, 90),
  );
  expect(state).toEqual(IDLE);
  expect(previewOf(state)).toBeUndefined();
  expect(effects).toEqual([]);
});

const drawn = (effects: readonly ToolEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'draw' ? [effect.drawing] : []));

test('a stroke holds the frame, is shown from the press on, and is drawn at its end', () => {
  const pressed = run(press(at(20, 20), { tool: 'brush' }));
  expect(pressed.effects).toEqual([{ type: 'hold-frame' }]);
  const dot = { shape: { kind: 'stroke', diameter: 12 }, path: [videoPoint(20, 20)] };
  expect(previewOf(pressed.state)).toEqual({
    kind: 'drawing',
    drawing: { ...dot, isTaking: false },
  });
  const { state, effects } = run(
    press(at(20, 20), { tool: 'brush' }),
    move(24, 20),
    move(24.2, 20),
    move(30, 25),
    release(31, 25),
  );
  expect(state).toEqual(IDLE);
  const path = [
    [20, 20],
    [24, 20],
    [30, 25],
    [31, 25],
  ].map(([x = 0, y = 0]) => videoPoint(x, y));
  expect(drawn(effects)).toEqual([{ ...dot, path, isTaking: false }]);
});

test('a dab of the brush is a dot', () => {
  const { effects } = run(press(at(20, 20), { tool: 'brush' }), release(20, 20));
  expect(drawn(effects)).toMatchObject([{ path: [{ x: 20, y: 20 }] }]);
});

test('a lasso needs a way', () => {
  expect(drawn(run(press(at(9, 9), { tool: 'lasso' }), release(9, 9)).effects)).toEqual([]);
  const { effects } = run(press(at(9, 9), { tool: 'lasso' }), move(30, 9), release(30, 30));
  expect(drawn(effects)).toMatchObject([{ shape: { kind: 'lasso' }, isTaking: false }]);
});

test.each([
  ['brush', {}, false],
  ['brush', { button: 'secondary' as const }, true],
  ['lasso', { isAltHeld: true }, true],
  ['eraser', {}, true],
  ['eraser', { isAltHeld: true }, false],
] as const)('the %s with %o takes: %s', (tool, pointer, isTaking) => {
  const { effects } = run(press(at(20, 20, pointer), { tool }), move(40, 20), release(40, 40));
  expect(drawn(effects)).toMatchObject([{ isTaking }]);
});

test('a stroke that is cancelled is not drawn', () => {
  const cancelled = run(press(at(20, 20), { tool: 'brush' }), move(60, 60), { type: 'cancel' });
  expect(drawn(cancelled.effects)).toEqual([]);
  expect(previewOf(cancelled.state)).toBeUndefined();
});
