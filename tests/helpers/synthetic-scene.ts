import type { Size } from '../../src/core/geometry.ts';
import type { Disc } from './fake-masks.ts';
import type { FakeScene, FakeStageState } from './fake-media.ts';

/** A worktop with a few round things on it, which is all that the fake tracker knows. */
export const syntheticScene: FakeScene = {
  draw(canvas, state) {
    const { size, devicePixelRatio, viewport } = state.style;
    canvas.width = Math.round(size.width * devicePixelRatio);
    canvas.height = Math.round(size.height * devicePixelRatio);
    const context = canvas.getContext('2d');
    if (context === null) return;
    context.scale(devicePixelRatio, devicePixelRatio);
    context.translate(viewport.offsetX, viewport.offsetY);
    context.scale(viewport.scale, viewport.scale);
    drawFrame(context, state);
    drawMasks(context, state);
  },
};

type Context = OffscreenCanvasRenderingContext2D;

function drawFrame(context: Context, { info, frame }: FakeStageState): void {
  const { width, height } = info;
  const wall = context.createLinearGradient(0, 0, 0, height);
  wall.addColorStop(0, '#8a7a68');
  wall.addColorStop(0.55, '#b39b7f');
  wall.addColorStop(0.56, '#5b4636');
  wall.addColorStop(1, '#7d6047');
  context.fillStyle = wall;
  context.fillRect(0, 0, width, height);
  for (const [at, { color }] of SCENE_THINGS.entries()) {
    const { x, y, radius } = thingAt(at, frame, info);
    context.fillStyle = 'rgb(0 0 0 / 0.25)';
    disc(context, { x: x + 8, y: y + 10, radius });
    context.fillStyle = color;
    disc(context, { x, y, radius });
  }
}

/** The round things, in shares of the frame. */
export const SCENE_THINGS = [
  { x: 0.28, y: 0.6, radius: 0.075, color: '#d8d4cb' },
  { x: 0.52, y: 0.68, radius: 0.1, color: '#3d4a57' },
  { x: 0.74, y: 0.55, radius: 0.06, color: '#a8362a' },
] as const;

/** Where a thing is on a frame, in pixels of a picture of this size. */
export function thingAt(at: number, frame: number, { width, height }: Size): Disc {
  const { x, y, radius } = SCENE_THINGS[at] ?? SCENE_THINGS[0];
  return { x: (x + frame / 900) * width, y: y * height, radius: radius * width };
}

function drawMasks(context: Context, { style, frame, masks }: FakeStageState): void {
  for (const object of style.objects) {
    const mask = masks.get(object.id, frame);
    if (mask === undefined || mask.radius === 0 || !object.isVisible) continue;
    context.fillStyle = object.color;
    context.globalAlpha = style.fillOpacity;
    disc(context, mask);
    context.globalAlpha = 1;
    context.strokeStyle = object.color;
    context.lineWidth = (style.outlineWidth * (object.isSelected ? 1.5 : 1)) / style.viewport.scale;
    if (style.outlineWidth > 0) context.stroke();
  }
}

function disc(context: Context, at: { x: number; y: number; radius: number }): void {
  context.beginPath();
  context.arc(at.x, at.y, at.radius, 0, 2 * Math.PI);
  context.fill();
}
