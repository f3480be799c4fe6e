import { RECORD_VERSION, type ProjectRecord } from './project-record.ts';

/** Makes a record of one version into one of the next. */
export type Migration = (record: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/**
 * By the version that they take. A change of the record's form raises `RECORD_VERSION` and adds the
 * way from the version before; the record of that version goes into tests/fixtures/projects.
 */
const MIGRATIONS: Readonly<Record<number, Migration>> = {
  // Nothing could be decided about memories yet.
  1: (record) => ({ ...record, version: 2, memory: [] }),
};

interface Versions {
  readonly migrations: Readonly<Record<number, Migration>>;
  readonly newest: number;
}

/**
 * A record as it was kept, brought up to this version; absent where it is no record, or was written
 * by a newer studio.
 */
export function migrated(
  kept: unknown,
  { migrations, newest }: Versions = { migrations: MIGRATIONS, newest: RECORD_VERSION },
): ProjectRecord | undefined {
  if (!isObject(kept)) return undefined;
  let record = kept;
  for (;;) {
    const { version } = record;
    if (version === newest) return isRecord(record) ? record : undefined;
    const migration = typeof version === 'number' ? migrations[version] : undefined;
    if (migration === undefined) return undefined;
    record = migration(record);
  }
}

// The version says the rest: nothing else writes into this database.
function isRecord(value: Readonly<Record<string, unknown>>): value is typeof value & ProjectRecord {
  const { id, savedAt, clip, objects, prompts, history, view } = value;
  return (
    typeof id === 'string' &&
    typeof savedAt === 'string' &&
    isObject(clip) &&
    Array.isArray(objects) &&
    Array.isArray(prompts) &&
    isObject(history) &&
    isObject(view)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
