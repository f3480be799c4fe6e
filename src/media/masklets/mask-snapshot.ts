import { groupBy } from '../../core/group-by.ts';
import type { MaskLogEntry, MaskPlace } from '../../core/mask-log.ts';
import type { MaskRle } from '../../core/rle.ts';
import type { MaskChange, MaskHistory } from './mask-history.ts';
import type { MaskVersion } from './mask-version.ts';
import type { MaskletStore } from './masklet-store.ts';

/** Masks in one entry, and in memory at once while they are written. */
const BATCH_MASKS = 64;

interface SnapshotSource {
  readonly masklets: MaskletStore<MaskVersion>;
  readonly history: MaskHistory;
  readonly read: (place: MaskPlace) => MaskRle;
}

/** Masks and steps as a log. */
export interface MaskSnapshot {
  /** What the masks take in a log that has them all; masks that it has not count nothing. */
  readonly keptBytes: number;
  /** To be gone through once, while nothing changes. */
  readonly entries: Iterable<MaskLogEntry>;
  /** The masks of all `put` entries in order, as far as they were gone through. */
  readonly versions: readonly MaskVersion[];
}

/**
 * The shortest log that gives the masks and steps as they are: the masks before the oldest step,
 * then each step with what it changed in the end, then the undoing of those that are undone.
 */
export function snapshot(source: SnapshotSource): MaskSnapshot {
  const versions: MaskVersion[] = [];
  return {
    keptBytes: keptBytes(source),
    entries: entriesOf(source, versions),
    versions,
  };
}

function* entriesOf(
  { masklets, history, read }: SnapshotSource,
  written: MaskVersion[],
): Generator<MaskLogEntry, void> {
  const { firstStep, nextStep, endStep } = history;
  const puts = function* (versions: readonly MaskVersion[]): Generator<MaskLogEntry, void> {
    for (let start = 0; start < versions.length; start += BATCH_MASKS) {
      const batch = versions.slice(start, start + BATCH_MASKS);
      yield { kind: 'put', masks: batch.map((version) => version.logged(read)) };
      written.push(...batch);
    }
  };
  if (firstStep > 1) yield { kind: 'drop', step: firstStep - 1 };
  yield* puts(masksBefore(masklets, history));
  for (let step = firstStep; step < endStep; step++) {
    const changes = history.changesOf(step);
    // A step that changed nothing is there when a later one begins.
    if (changes.length === 0 && step < endStep - 1) continue;
    yield { kind: 'begin', step };
    yield* removals(changes);
    yield* puts(changes.flatMap(({ after }) => after ?? []));
  }
  for (let step = endStep - 1; step >= nextStep; step--) yield { kind: 'revert', step };
}

/** The masks as they were before the oldest step that can be undone. */
function masksBefore(
  masklets: MaskletStore<MaskVersion>,
  history: MaskHistory,
): readonly MaskVersion[] {
  const key = ({ objectId, frame }: MaskChange | MaskVersion) => frame * 256 + objectId;
  const masks = new Map<number, MaskVersion | undefined>();
  for (const version of masklets.all()) masks.set(key(version), version);
  for (let step = history.nextStep - 1; step >= history.firstStep; step--) {
    for (const change of history.changesOf(step)) masks.set(key(change), change.before);
  }
  return [...masks.values()].flatMap((version) => version ?? []);
}

function* removals(changes: readonly MaskChange[]): Generator<MaskLogEntry, void> {
  const removed = changes.filter(({ after }) => after === undefined);
  for (const [objectId, group] of groupBy(removed, (change) => change.objectId)) {
    yield { kind: 'remove', objectId, frames: group.map(({ frame }) => frame) };
  }
}

function keptBytes({ masklets, history }: SnapshotSource): number {
  const versions = new Set<MaskVersion | undefined>(masklets.all());
  for (let step = history.firstStep; step < history.endStep; step++) {
    for (const { before, after } of history.changesOf(step)) versions.add(before).add(after);
  }
  let bytes = 0;
  for (const version of versions) bytes += version?.place?.byteLength ?? 0;
  return bytes;
}
