import { readFile } from 'node:fs/promises';
import { StudioError } from '../../../../src/core/errors.ts';
import {
  openCheckpoint,
  type OpenedCheckpoint,
} from '../../../../src/engine/checkpoint/checkpoint.ts';

const FIXTURES = new URL('../../../fixtures/checkpoints/', import.meta.url);

/** What a fixture must give: its tensors (the first 32 values of each) or an error. */
export interface ExpectedFixture {
  readonly tensors?: Readonly<
    Record<
      string,
      {
        readonly shape: readonly number[];
        readonly dtype: string;
        readonly values: readonly number[];
      }
    >
  >;
  readonly error?: string;
  readonly note?: string;
}

export async function readFixture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(name, FIXTURES)));
}

export async function readExpectations(): Promise<Readonly<Record<string, ExpectedFixture>>> {
  // The file is written by the fixtures' generator in this form.
  return JSON.parse(await readFile(new URL('expected.json', FIXTURES), 'utf8')) as Record<
    string,
    ExpectedFixture
  >;
}

export async function openFixture(name: string): Promise<OpenedCheckpoint> {
  return openCheckpoint(new File([await readFixture(name)], name));
}

/** The error that opening these bytes ends in; fails when they open or the error is a bug's. */
export async function openingError(bytes: BlobPart | Blob): Promise<StudioError> {
  try {
    await openCheckpoint(bytes instanceof Blob ? bytes : new Blob([bytes]));
  } catch (error) {
    if (error instanceof StudioError) return error;
    throw error;
  }
  throw new Error('the file was opened');
}

/** The error a promise ends in; fails when it resolves or the error is a bug's. */
export async function studioErrorOf(promise: Promise<unknown>): Promise<StudioError> {
  const error: unknown = await promise.then(
    () => new Error('resolved'),
    (reason: unknown) => reason,
  );
  if (error instanceof StudioError) return error;
  throw error;
}
