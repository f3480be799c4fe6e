import type { TruthFrame, TruthSequence } from '../../core/ground-truth.ts';
import { matchFrames } from '../../formats/ground-truth/match-frames.ts';
import type { LabelFrame, LabelSequence } from '../../formats/labels/label-sequence.ts';
import type { SourceFile } from '../../formats/source-file.ts';
import { sequenceName } from '../clip-names.ts';
import { filesOfClip, openLabels } from '../label-files.ts';
import { chooseSequences, type TruthCandidate } from './choose-sequences.ts';
import type { ReadTruth, TruthReading } from './truth-reading.ts';

interface LabelCandidate extends TruthCandidate {
  readonly sequence: LabelSequence;
}

/**
 * Reads COCO, YouTube-VIS, SA-V or PNGs of single objects: run lengths and polygons are held, and
 * the masks of the sequences that are loaded drawn frame by frame at their own size.
 * @throws StudioError `file-invalid` that names the file; `out-of-memory`; the signal's reason
 */
export async function readLabelTruth(reading: TruthReading): Promise<ReadTruth> {
  const { request, found, progress, signal } = reading;
  const { video, sequences: requested } = request;
  const clipName = sequenceName(video);
  for (const { bytes } of filesOfClip(found.labels, clipName)) progress.expect(bytes);
  const data = await openLabels(found, {
    clipName,
    signal,
    onBytes: (bytes) => progress.tell(bytes),
    onFile: ({ bytes }) => progress.end(bytes),
  });
  const candidates = data.sequences.map((sequence) => candidate(sequence, reading));
  const wish = { clipName, ...(requested && { requested }) };
  const { loaded, unloaded } = chooseSequences(candidates, wish);
  const chosen = candidates.filter(({ name }) => loaded.has(name));
  const sequences: TruthSequence[] = [];
  for (const one of chosen) sequences.push(await stage(one, reading));
  const files = new Set<SourceFile>(chosen.flatMap(({ sequence }) => sequence.files));
  return {
    kind: 'masks',
    sequences,
    unloaded,
    candidates,
    files: [...files],
    notices: data.notices,
  };
}

function candidate(sequence: LabelSequence, { request, tables }: TruthReading): LabelCandidate {
  const { name, size, frames, objects } = sequence;
  const stems = frames.map(({ stem }) => stem);
  const places = frames.flatMap(({ place }) => place ?? []);
  const truth = { size, stems, ...(places.length === stems.length ? { places } : {}) };
  const { video, offsetFrames } = request;
  const match = matchFrames(truth, video, { ...tables, offsetFrames });
  const found = { name, sequence, match };
  return objects.length > 0 ? found : { ...found, refusal: 'It has no mask of any object.' };
}

async function stage(
  { sequence, match }: LabelCandidate,
  { staging, signal, progress }: TruthReading,
): Promise<TruthSequence> {
  const { name, size, objects } = sequence;
  const frameOf = new Map<string, LabelFrame>(sequence.frames.map((one) => [one.stem, one]));
  const placed: TruthFrame[] = [];
  for (const row of match.rows) {
    const frame = frameOf.get(row.stem);
    if (!('frame' in row) || frame === undefined) continue;
    signal.throwIfAborted();
    const masks = [...(await frame.masks())].sort(([a], [b]) => a - b);
    await staging.add({
      sequence: name,
      frame: row.frame,
      masks: masks.map(([truthId, mask]) => ({ truthId, mask })),
    });
    placed.push({ stem: row.stem, frame: row.frame, truthIds: masks.map(([truthId]) => truthId) });
    progress.tell(0);
  }
  // Names need not sort as their frames follow each other.
  placed.sort((a, b) => a.frame - b.frame);
  return {
    name,
    size,
    objects: objects.map(({ id, name: object }) => ({ truthId: id, name: object })),
    frames: placed,
    match,
    dropped: [],
  };
}
