import type { RecordStorage } from '../../src/storage/project-records.ts';

/** Keeps copies, as a database does. Whoever is given the same map has the same database. */
export class MemoryRecords implements RecordStorage {
  readonly kept: Map<string, unknown>;
  /** Thrown by every `set` while it is there. */
  failure: Error | undefined;
  /** Awaited before a value is written. */
  beforeSet: (() => Promise<void>) | undefined;
  sets = 0;

  constructor(values = new Map<string, unknown>()) {
    this.kept = values;
  }

  async get(key: string): Promise<unknown> {
    return structuredClone(this.kept.get(key));
  }

  async set(key: string, value: unknown): Promise<void> {
    const copy: unknown = structuredClone(value);
    await this.beforeSet?.();
    if (this.failure !== undefined) throw this.failure;
    this.sets++;
    this.kept.set(key, copy);
  }

  async delete(key: string): Promise<void> {
    this.kept.delete(key);
  }

  async values(): Promise<readonly unknown[]> {
    return [...this.kept.values()].map((value): unknown => structuredClone(value));
  }
}
