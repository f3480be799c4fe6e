import { assertNever, invariant } from '../../core/assert.ts';
import { StudioError } from '../../core/errors.ts';
import type { Size } from '../../core/geometry.ts';
import { groupBy } from '../../core/group-by.ts';
import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import type { LoggedMask, MaskLogEntry, MaskPlace } from '../../core/mask-log.ts';
import type { MaskRle } from '../../core/rle.ts';
import type {
  FrameMask,
  MaskChanges,
  MaskIous,
  MaskReassignment,
  PackContents,
  PutOptions,
  SummarisedMask,
} from '../../protocol/media-api.ts';
import { agreements, iousWithThere, oppositeIous, withOppositeIous } from './compared-masks.ts';
import { MaskHistory, type MaskChange } from './mask-history.ts';
import type { KeptEntry } from './mask-log.ts';
import { snapshot, type MaskSnapshot } from './mask-snapshot.ts';
import { MaskVersion } from './mask-version.ts';
import { MaskletStore } from './masklet-store.ts';
import { reassignedMasks } from './reassign-masks.ts';

/** Where changes are logged; the log may be there or not. */
export interface MaskWorkLog {
  /** Adds an entry; gives no place where nothing is being saved. */
  append(entry: MaskLogEntry): readonly MaskPlace[];
  read(place: MaskPlace): MaskRle;
  flush(): void;
}

interface MaskWorkOptions {
  readonly log: MaskWorkLog;
  /** Memory for masks that steps can bring back. */
  readonly historyBytes: number;
}

/**
 * The masks of the open clip and the steps in which they came. Every change is a log entry, which
 * is logged and then made: made again from the log, they give the same masks and steps.
 */
export class MaskWork {
  readonly masklets = new MaskletStore<MaskVersion>();
  readonly #history = new MaskHistory();
  readonly #log: MaskWorkLog;
  readonly #historyBytes: number;
  readonly #read = (place: MaskPlace) => this.#log.read(place);

  constructor({ log, historyBytes }: MaskWorkOptions) {
    this.#log = log;
    this.#historyBytes = historyBytes;
  }

  /** Memory that steps take; roughly. */
  get historyBytes(): number {
    return this.#history.usedBytes;
  }

  /** Forgets masks and steps; from now on masks must have `size`, the video's. */
  reset(size: Size): void {
    this.#history.reset();
    this.masklets.reset(size);
  }

  /** Forgets the steps, undone ones too. Not logged. */
  forgetSteps(): void {
    this.#history.reset();
  }

  /** `MediaPort.putMasks`. */
  put(masks: readonly SummarisedMask[], { isCorrection = false }: PutOptions = {}): MaskIous {
    if (masks.length === 0) return [];
    this.masklets.requireSize(masks);
    const ious = isCorrection ? masks.map(() => undefined) : oppositeIous(this.masklets, masks);
    this.#change({ kind: 'put', masks: lastOfEach(withOppositeIous(masks, ious)) });
    return ious;
  }

  /** `MediaPort.compareMasks`. */
  compare(masks: readonly FrameMask[]): MaskIous {
    this.masklets.requireSize(masks);
    const ious = iousWithThere(this.masklets, masks);
    const found = agreements(masks, ious);
    if (found.length > 0) this.#change({ kind: 'compare', found });
    return ious;
  }

  /** Removes an object's masks, on all frames or only on those given. */
  remove(objectId: ObjectId, frames?: readonly FrameIndex[]): void {
    this.#change({ kind: 'remove', objectId, ...(frames === undefined ? {} : { frames }) });
  }

  /** `MediaApi.reassignMasks`. */
  reassign(change: MaskReassignment): MaskChanges {
    const masksOf = (id: ObjectId) =>
      this.masklets.framesOf(id).flatMap((frame) => this.masklets.get(id, frame) ?? []);
    const { put, removed } = reassignedMasks(change, masksOf);
    // Masks of two objects are not two answers about one.
    this.put(put, { isCorrection: true });
    const cleared = removed.filter(({ frames }) => frames.length > 0);
    for (const { objectId, frames } of cleared) this.remove(objectId, frames);
    const summaries = put.flatMap(
      ({ objectId, frame }) => this.masklets.get(objectId, frame)?.summary ?? [],
    );
    return { put: summaries, removed: cleared };
  }

  clear(): void {
    this.#change({ kind: 'clear' });
  }

  /** `MaskWorkApi.beginStep`. */
  begin(step: number): void {
    invariant(
      Number.isSafeInteger(step) && this.#history.canBegin(step),
      `step ${step} cannot begin: the next is ${this.#history.nextStep}`,
    );
    this.#change({ kind: 'begin', step });
    this.#log.flush();
  }

  /** `MaskWorkApi.revertStep`. */
  revert(step: number): MaskChanges {
    if (step < this.#history.firstStep) throw forgotten(step);
    invariant(this.#history.canRevert(step), `step ${step} is not the newest that can be undone`);
    return this.#travel({ kind: 'revert', step });
  }

  /** `MaskWorkApi.reapplyStep`. */
  reapply(step: number): MaskChanges {
    if (step >= this.#history.endStep) throw forgotten(step);
    invariant(this.#history.canReapply(step), `step ${step} is not the oldest undone one`);
    return this.#travel({ kind: 'reapply', step });
  }

  /** `MaskWorkApi.dropSteps`. */
  drop(upTo: number): void {
    if (upTo < this.#history.firstStep) return;
    this.#change({ kind: 'drop', step: upTo });
  }

  /**
   * Makes a change that the log holds.
   * @returns false where it does not follow from those before, and nothing was changed
   */
  replay({ entry, places }: KeptEntry): boolean {
    if (!this.#follows(entry)) return false;
    this.#load(entry);
    this.#apply(entry, places);
    this.#history.unloadDownTo(this.#historyBytes);
    return true;
  }

  /** Masks and steps as the page keeps them. */
  contents(): Omit<PackContents, 'notices'> {
    const { firstStep, nextStep, endStep } = this.#history;
    const summaries = this.masklets.all().map(({ summary }) => summary);
    return { summaries, firstStep, nextStep, endStep };
  }

  /** Masks and steps as the shortest log that gives them. */
  snapshot(): MaskSnapshot {
    return snapshot({ masklets: this.masklets, history: this.#history, read: this.#read });
  }

  /** Takes note of where the log has masks now. */
  setPlaces(versions: readonly MaskVersion[], places: readonly MaskPlace[]): void {
    invariant(versions.length === places.length, 'every mask of a log has a place');
    versions.forEach((version, i) => {
      version.place = places[i];
      this.#history.settle(version);
    });
  }

  #travel(entry: { readonly kind: 'revert' | 'reapply'; readonly step: number }): MaskChanges {
    // Before anything changes: it may fail.
    this.#load(entry);
    const changes = this.#change(entry);
    this.#log.flush();
    return summarise(changes);
  }

  #change(entry: MaskLogEntry): readonly MaskChange[] {
    const changes = this.#apply(entry, this.#log.append(entry));
    this.#keepWithinMemory();
    return changes;
  }

  #keepWithinMemory(): void {
    while (!this.#history.unloadDownTo(this.#historyBytes)) {
      const { firstStep, nextStep, endStep } = this.#history;
      if (firstStep === endStep) return;
      // The oldest step first; when none is left, those that are undone.
      const entry = { kind: 'drop', step: nextStep > firstStep ? firstStep : endStep - 1 } as const;
      this.#apply(entry, this.#log.append(entry));
    }
  }

  #follows(entry: MaskLogEntry): boolean {
    if (entry.kind === 'begin') return this.#history.canBegin(entry.step);
    if (entry.kind === 'revert') return this.#history.canRevert(entry.step);
    if (entry.kind === 'reapply') return this.#history.canReapply(entry.step);
    return true;
  }

  /** Gets the masks back that an entry needs. */
  #load(entry: MaskLogEntry): void {
    if (entry.kind !== 'revert' && entry.kind !== 'reapply') return;
    for (const { before, after } of this.#history.changesOf(entry.step)) {
      (entry.kind === 'revert' ? before : after)?.load(this.#read);
    }
  }

  #apply(entry: MaskLogEntry, places: readonly MaskPlace[]): readonly MaskChange[] {
    switch (entry.kind) {
      case 'put': {
        const versions = entry.masks.map((mask, i) => new MaskVersion(mask, places[i]));
        for (const version of versions) this.#note(version.objectId, version.frame, version);
        this.masklets.put(versions);
        return [];
      }
      case 'remove': {
        const { objectId } = entry;
        const frames = entry.frames ?? this.masklets.framesOf(objectId);
        for (const frame of frames) this.#note(objectId, frame, undefined);
        this.masklets.remove(objectId, frames);
        return [];
      }
      case 'clear':
        for (const { objectId, frame } of this.masklets.all()) {
          this.#note(objectId, frame, undefined);
        }
        this.masklets.clear();
        return [];
      case 'compare':
        for (const { objectId, frame, iou } of entry.found) {
          this.masklets.get(objectId, frame)?.agree(iou);
        }
        return [];
      case 'begin':
        this.#history.begin(entry.step);
        return [];
      case 'revert':
        return this.#make(this.#history.revert(entry.step));
      case 'reapply':
        return this.#make(
          this.#history.reapply(entry.step, (id, frame) => this.masklets.get(id, frame)),
        );
      case 'drop':
        this.#history.drop(entry.step);
        return [];
      default:
        return assertNever(entry);
    }
  }

  #note(objectId: ObjectId, frame: FrameIndex, after: MaskVersion | undefined): void {
    const before = this.masklets.get(objectId, frame);
    this.#history.note({ objectId, frame, before, after });
  }

  #make(changes: readonly MaskChange[]): readonly MaskChange[] {
    this.masklets.put(changes.flatMap(({ after }) => after ?? []));
    for (const [objectId, frames] of removedFrames(changes)) this.masklets.remove(objectId, frames);
    return changes;
  }
}

function removedFrames(changes: readonly MaskChange[]): [ObjectId, FrameIndex[]][] {
  const removed = changes.filter(({ after }) => after === undefined);
  return [...groupBy(removed, ({ objectId }) => objectId)].map(([objectId, group]) => [
    objectId,
    group.map(({ frame }) => frame),
  ]);
}

function summarise(changes: readonly MaskChange[]): MaskChanges {
  const real = changes.filter(({ before, after }) => before !== after);
  return {
    put: real.flatMap(({ after }) => after?.summary ?? []),
    removed: removedFrames(real).map(([objectId, frames]) => ({ objectId, frames })),
  };
}

/** Without masks that a later one of the same object and frame replaces. */
function lastOfEach(masks: readonly LoggedMask[]): readonly LoggedMask[] {
  const last = new Map(masks.map((mask) => [mask.frame * 256 + mask.objectId, mask]));
  return last.size === masks.length ? masks : [...last.values()];
}

function forgotten(step: number): StudioError {
  return new StudioError('step-forgotten', `Step ${step} is not kept any more.`, {
    hint: 'It can be neither undone nor redone. Change its masks by hand.',
  });
}
