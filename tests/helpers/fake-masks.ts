import type { Size, VideoPoint } from '../../src/core/geometry.ts';
import { frameIndex, objectId, type FrameIndex, type ObjectId } from '../../src/core/ids.ts';
import type { FramePrompts, MaskSummary } from '../../src/core/prompts.ts';
import { encodeRle, rleArea, rleBounds, type MaskRle } from '../../src/core/rle.ts';
import type { MaskChanges, MaskReassignment, PackContents } from '../../src/protocol/media-api.ts';
import { FakeMaskHistory } from './fake-mask-history.ts';

/** A disc in video pixels, which is all that a fake object is. Radius 0: absent. */
export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** What a summary says besides where the mask is. */
export type FakeSaid = Omit<MaskSummary, 'objectId' | 'frame'>;

interface FakeMask {
  readonly disc: Disc;
  readonly said: FakeSaid;
}

/** A saved project's masks and steps. */
export interface FakePack {
  readonly masks: ReadonlyMap<string, FakeMask>;
  readonly history: FakeMaskHistory<FakeMask>;
}

/** The masks that the fake engine makes and the fake stage shows, with the steps they came in. */
export class FakeMasks {
  #masks = new Map<string, FakeMask>();
  #history = new FakeMaskHistory<FakeMask>(this.#masks);

  /** @param said of a tracked disc unless given */
  put(object: number, frame: number, disc: Disc, said: FakeSaid = saidOf(disc)): void {
    this.#history.set(keyOf(object, frame), { disc, said });
  }

  /** Notes of a mask how well it agrees with tracking in the other direction; no step. */
  agree(object: number, frame: number, oppositeIou: number): void {
    const key = keyOf(object, frame);
    const mask = this.#masks.get(key);
    if (mask !== undefined) this.#masks.set(key, { ...mask, said: { ...mask.said, oppositeIou } });
  }

  get(object: number, frame: number): Disc | undefined {
    return this.#masks.get(keyOf(object, frame))?.disc;
  }

  /** What is on a frame, by object. */
  of(frame: number): [object: number, disc: Disc][] {
    return this.#places()
      .filter((place) => place.frame === frame)
      .map(({ object, mask }) => [object, mask.disc]);
  }

  frames(object: number): number[] {
    return this.#places().flatMap((place) => (place.object === object ? [place.frame] : []));
  }

  remove(object: number, frames: readonly number[] = this.frames(object)): void {
    for (const frame of frames) {
      const key = keyOf(object, frame);
      if (this.#masks.has(key)) this.#history.set(key, undefined);
    }
  }

  /** A union is the larger disc. */
  reassign({ kind, from, to, first }: MaskReassignment): MaskChanges {
    const since = (id: ObjectId) =>
      this.#places().filter((p) => p.object === id && p.frame >= first);
    const [given, taken] = [since(from), since(to)];
    const keys = [...given, ...taken].flatMap(({ frame }) => [
      keyOf(from, frame),
      keyOf(to, frame),
    ]);
    if (kind !== 'unite') this.#set(to, taken, () => undefined);
    this.#set(from, given, () => undefined);
    if (kind === 'swap') this.#set(from, taken, ({ mask }) => mask);
    this.#set(to, given, ({ frame, mask }) => {
      const own = this.#masks.get(keyOf(to, frame));
      if (kind !== 'unite') return mask;
      const isLarger = own === undefined || mask.disc.radius > own.disc.radius;
      const { disc, said } = isLarger ? mask : own;
      return { disc, said: { areaPx: said.areaPx, origin: 'tracked' } };
    });
    return this.#changes([...new Set(keys)]);
  }

  clear(): void {
    for (const key of this.#masks.keys()) this.#history.set(key, undefined);
  }

  /** Forgets masks and steps. */
  reset(): void {
    this.use({ masks: new Map(), history: new FakeMaskHistory(new Map()) });
  }

  /** Takes over a copy of saved masks and steps. */
  use({ masks, history }: FakePack): void {
    this.#masks = new Map(masks);
    this.#history = new FakeMaskHistory(this.#masks, history);
  }

  /** Masks and steps themselves, which go on changing. */
  live(): FakePack {
    return { masks: this.#masks, history: this.#history };
  }

  /** Masks and steps as they are now. */
  copy(): FakePack {
    const masks = new Map(this.#masks);
    return { masks, history: new FakeMaskHistory(masks, this.#history) };
  }

  forgetSteps(): void {
    this.#history = new FakeMaskHistory(this.#masks);
  }

  begin(step: number): void {
    this.#history.begin(step);
  }

  revert(step: number): MaskChanges {
    return this.#changes(this.#history.revert(step));
  }

  reapply(step: number): MaskChanges {
    return this.#changes(this.#history.reapply(step));
  }

  drop(upTo: number): void {
    this.#history.drop(upTo);
  }

  contents(): Omit<PackContents, 'notices'> {
    const { firstStep, nextStep, endStep } = this.#history;
    const summaries = this.#places().map(({ object, frame, mask }) => ({
      objectId: objectId(object),
      frame: frameIndex(frame),
      ...mask.said,
    }));
    return { summaries, firstStep, nextStep, endStep };
  }

  #set(
    object: number,
    places: readonly { readonly frame: number; readonly mask: FakeMask }[],
    maskOf: (place: { readonly frame: number; readonly mask: FakeMask }) => FakeMask | undefined,
  ): void {
    for (const place of places) this.#history.set(keyOf(object, place.frame), maskOf(place));
  }

  #changes(keys: readonly string[]): MaskChanges {
    const removed = new Map<ObjectId, FrameIndex[]>();
    const put: MaskSummary[] = [];
    for (const key of keys) {
      const [object, frame] = placeOf(key);
      const at = { objectId: objectId(object), frame: frameIndex(frame) };
      const mask = this.#masks.get(key);
      if (mask !== undefined) put.push({ ...at, ...mask.said });
      else removed.set(at.objectId, [...(removed.get(at.objectId) ?? []), at.frame]);
    }
    return { put, removed: [...removed].map(([id, frames]) => ({ objectId: id, frames })) };
  }

  /** By frame, then object. */
  #places() {
    return [...this.#masks]
      .map(([key, mask]) => {
        const [object, frame] = placeOf(key);
        return { object, frame, mask };
      })
      .sort((a, b) => a.frame - b.frame || a.object - b.object);
  }
}

function keyOf(object: number, frame: number): string {
  return `${object}/${frame}`;
}

function placeOf(key: string): [object: number, frame: number] {
  const [object, frame] = key.split('/');
  return [Number(object), Number(frame)];
}

function saidOf({ radius }: Disc): FakeSaid {
  return { areaPx: Math.round(Math.PI * radius * radius), origin: 'tracked' };
}

/** The disc's pixels: those whose centres lie in it. */
export function discMask({ x, y, radius }: Disc, { width, height }: Size): MaskRle {
  const data = new Uint8Array(width * height);
  const rows = [Math.max(0, Math.floor(y - radius)), Math.min(height, Math.ceil(y + radius))];
  for (let row = rows[0] ?? 0; row < (rows[1] ?? 0); row++) {
    const half = Math.sqrt(Math.max(0, radius ** 2 - (row + 0.5 - y) ** 2));
    const left = Math.max(0, Math.ceil(x - half - 0.5));
    const right = Math.min(width - 1, Math.floor(x + half - 0.5));
    if (radius > 0 && left <= right) data.fill(1, row * width + left, row * width + right + 1);
  }
  return encodeRle({ width, height, data });
}

/** A disc of the mask's area in the middle of its bounds. */
export function discOfMask(mask: MaskRle): Disc {
  const { x, y, width, height } = rleBounds(mask) ?? { ...mask, x: 0, y: 0 };
  return {
    x: x + width / 2,
    y: y + height / 2,
    radius: Math.sqrt(rleArea(mask) / Math.PI),
  };
}

export function discFor(prompts: FramePrompts, width: number): Disc {
  if (prompts.kind === 'mask') return discOfMask(prompts.mask);
  const { box } = prompts;
  if (box !== undefined) {
    return {
      x: (box.x0 + box.x1) / 2,
      y: (box.y0 + box.y1) / 2,
      radius: Math.min(box.x1 - box.x0, box.y1 - box.y0) / 2,
    };
  }
  const positive = prompts.points.filter((point) => point.label === 'positive');
  const centre = middleOf(positive.length > 0 ? positive : prompts.points);
  return { ...centre, radius: (width / 18) * (1 + positive.length / 6) };
}

function middleOf(points: readonly VideoPoint[]) {
  const sum = points.reduce((at, p) => ({ x: at.x + p.x, y: at.y + p.y }), { x: 0, y: 0 });
  return { x: sum.x / Math.max(points.length, 1), y: sum.y / Math.max(points.length, 1) };
}
