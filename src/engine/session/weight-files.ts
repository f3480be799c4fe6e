import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { CHECKPOINT_LOCATION, PREPARED_LOCATION, prepareWeights } from '../graph/weight-plan.ts';
import type { Sam2Model } from '../sam2/sam2-model.ts';

/** Keeps a blob that can be made again; `BlobCache` of the storage. */
export interface PreparedBlobs {
  open(
    key: string,
    bytes: number,
    make: () => AsyncIterable<Uint8Array<ArrayBuffer>>,
  ): Promise<Blob>;
}

/** The files a model's graphs point into, and what the user should know of how they came about. */
export interface WeightFiles {
  readonly files: ReadonlyMap<string, Blob>;
  readonly notices: readonly string[];
}

/** What `openWeightFiles` works with. */
export interface WeightFilesOptions {
  readonly model: Sam2Model;
  readonly checkpoint: Checkpoint;
  /** SHA-256 of the checkpoint file. */
  readonly sha256: string;
  readonly blobs: PreparedBlobs;
}

/**
 * Makes the prepared weights, or finds those of an earlier visit. Where the browser does not keep
 * them, they are made in memory, and a notice says so.
 */
export async function openWeightFiles(options: WeightFilesOptions): Promise<WeightFiles> {
  const { model, checkpoint, sha256, blobs } = options;
  const { preparedKey, preparedBytes } = model.weights;
  const make = () => prepareWeights(model.weights, checkpoint);
  const files = (prepared: Blob) =>
    new Map([
      [CHECKPOINT_LOCATION, checkpoint.file],
      [PREPARED_LOCATION, prepared],
    ]);
  try {
    const kept = await blobs.open(`${sha256}-${preparedKey}`, preparedBytes, make);
    return { files: files(kept), notices: [] };
  } catch (error) {
    // Storage speaks in DOMExceptions (private windows, a full disk); anything else is a failure.
    if (!(error instanceof DOMException)) throw error;
    const megabytes = Math.ceil(preparedBytes / 2 ** 20);
    return {
      files: files(await inMemory(make())),
      notices: [
        `The browser keeps no files for this page (${error.name}), so ${megabytes} MB of prepared weights are held in memory and made again at each visit.`,
      ],
    };
  }
}

/** The pieces as one blob in memory. */
export async function inMemory(pieces: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of pieces) parts.push(piece);
  return new Blob(parts);
}
