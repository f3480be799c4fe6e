import { invariant } from './assert.ts';

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/**
 * The user's number for an object: 1 to 255, which is also its index in an exported indexed PNG.
 * 0 is the background. Not the model's slot for the object, which is an `ObjectIndex`.
 */
export type ObjectId = Brand<number, 'ObjectId'>;

/** Position of a frame in presentation order, from 0. Never `time × rate`. */
export type FrameIndex = Brand<number, 'FrameIndex'>;

/** Largest object id: an indexed PNG holds one byte a pixel. */
export const MAX_OBJECT_ID = 255;

/** Takes a number for an object id; anything but 1 to 255 is a bug. */
export function objectId(value: number): ObjectId {
  invariant(
    Number.isInteger(value) && value >= 1 && value <= MAX_OBJECT_ID,
    `object id must be an integer from 1 to ${MAX_OBJECT_ID}, got ${value}`,
  );
  return value as ObjectId;
}

/** Takes a number for a frame index; anything but a whole number from 0 is a bug. */
export function frameIndex(value: number): FrameIndex {
  invariant(Number.isInteger(value) && value >= 0, `frame index must be >= 0, got ${value}`);
  return value as FrameIndex;
}
