import { invariant } from '../../core/assert.ts';
import type { TruthSequence } from '../../core/ground-truth.ts';
import type { Size } from '../../core/geometry.ts';
import { readMaskSize } from '../../formats/davis/mask-png.ts';
import type { MaskDataset, MaskSequenceFiles } from '../../formats/davis/mask-dataset.ts';
import { loadMaskSequence } from '../../formats/davis/mask-sequence.ts';
import type { GroundTruthSequence } from '../../formats/ground-truth/ground-truth.ts';
import { matchFrames } from '../../formats/ground-truth/match-frames.ts';
import type { EntityNames } from '../../formats/visor/entity-names.ts';
import { sequenceName } from '../clip-names.ts';
import { chooseSequences, type TruthCandidate } from './choose-sequences.ts';
import { readNames } from './read-tables.ts';
import type { ReadTruth, TruthReading } from './truth-reading.ts';

interface MaskCandidate extends TruthCandidate {
  readonly files: MaskSequenceFiles;
}

/**
 * Reads PNGs of masks: the sizes that their headers declare first, then all masks of the sequences
 * that are loaded, one sequence at a time.
 * @throws StudioError `file-invalid` that names the file; `out-of-memory`; the signal's reason
 */
export async function readMaskTruth(
  dataset: MaskDataset,
  reading: TruthReading,
): Promise<ReadTruth> {
  const { request, found, progress, signal } = reading;
  const { video, sequences: requested } = request;
  for (const files of dataset.sequences) progress.expect(bytesOf(files));
  const candidates = await matchAll(dataset, reading);
  const wish = { clipName: sequenceName(video), ...(requested && { requested }) };
  const { loaded, unloaded } = chooseSequences(candidates, wish);
  for (const { name, files } of candidates) if (!loaded.has(name)) progress.expect(-bytesOf(files));
  const names = await readNames(found, signal);
  const notices = new Set(dataset.notices);
  const sequences: TruthSequence[] = [];
  const chosen = candidates.filter(({ name }) => loaded.has(name));
  for (const candidate of chosen) {
    const { sequence, notices: told } = await load(candidate, names, reading);
    for (const notice of told) notices.add(notice);
    sequences.push(await stage(sequence, candidate, reading));
  }
  return {
    kind: 'masks',
    sequences,
    unloaded,
    candidates,
    files: [
      ...found.names,
      ...found.metas,
      ...chosen.flatMap(({ files }) => files.masks.map(({ file }) => file)),
    ],
    notices: [...notices],
  };
}

async function matchAll(dataset: MaskDataset, reading: TruthReading): Promise<MaskCandidate[]> {
  const { request, tables, signal } = reading;
  const { video, offsetFrames } = request;
  const candidates: MaskCandidate[] = [];
  for (const files of dataset.sequences) {
    signal.throwIfAborted();
    const truth = { size: await sizeOf(files), stems: files.masks.map(({ stem }) => stem) };
    const match = matchFrames(truth, video, { ...tables, offsetFrames });
    candidates.push({ name: files.name, files, match });
  }
  return candidates;
}

async function sizeOf({ masks, name }: MaskSequenceFiles): Promise<Size> {
  const [first] = masks;
  invariant(first !== undefined, `the sequence ${name} has no mask`);
  return readMaskSize(first.file);
}

async function load(
  { name, files }: MaskCandidate,
  names: EntityNames,
  { signal, progress }: TruthReading,
) {
  const ends: number[] = [];
  for (const { file } of files.masks) ends.push((ends.at(-1) ?? 0) + file.bytes);
  const own = names.get(name);
  const loaded = await loadMaskSequence(files, {
    ...(own && { names: own }),
    signal,
    onProgress: ({ framesDone }) => progress.tell(ends[framesDone - 1] ?? 0),
  });
  progress.end(bytesOf(files));
  return loaded;
}

async function stage(
  { name, size, objects, frames }: GroundTruthSequence,
  { match }: MaskCandidate,
  { staging, signal }: TruthReading,
): Promise<TruthSequence> {
  const masksOf = new Map(frames.map(({ stem, masks }) => [stem, masks]));
  const placed: TruthSequence['frames'][number][] = [];
  for (const row of match.rows) {
    if (!('frame' in row)) continue;
    signal.throwIfAborted();
    const masks = [...(masksOf.get(row.stem) ?? [])].sort(([a], [b]) => a - b);
    await staging.add({
      sequence: name,
      frame: row.frame,
      masks: masks.map(([truthId, mask]) => ({ truthId, mask })),
    });
    placed.push({ stem: row.stem, frame: row.frame, truthIds: masks.map(([truthId]) => truthId) });
  }
  return {
    name,
    size,
    objects: objects.map(({ id, name: entity }) => ({ truthId: id, name: entity })),
    frames: placed,
    match,
    dropped: [],
  };
}

function bytesOf({ masks }: MaskSequenceFiles): number {
  return masks.reduce((sum, { file }) => sum + file.bytes, 0);
}
