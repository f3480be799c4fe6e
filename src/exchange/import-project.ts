import { StudioError } from '../core/errors.ts';
import type { FrameIndex } from '../core/ids.ts';
import { maskShape } from '../core/mask-shape.ts';
import type { PlacedMemoryEdit } from '../core/memory.ts';
import type { MaskSummary, PlacedPrompts } from '../core/prompts.ts';
import { fileChunks } from '../formats/file-chunks.ts';
import { countedBytes } from '../formats/labels/label-reading.ts';
import { readProject } from '../formats/project-reader.ts';
import { blobFile } from '../formats/source-file.ts';
import type { ProjectClip, ProjectHead, ProjectMask } from '../formats/project.ts';
import type { ImportOutcome, ImportRequest } from '../protocol/export-api.ts';
import type { SummarisedMask, VideoInfo } from '../protocol/media-api.ts';
import { bytesAsFrames } from './byte-frames.ts';
import { wrongSize } from './clip-size.ts';
import { placeFrames, type FramePlacement } from './frame-placement.ts';
import { passProgress } from './pass-progress.ts';
import { Retained } from './retained.ts';
import type { ExportTask } from './task.ts';

/** Masks sent to the stage at once. */
const PUT_MASKS = 64;
/** What the file says of agreement stands: the masks that it replaces are other work. */
const AS_THEY_ARE = { isCorrection: true } as const;

/** All of the file is checked before the first mask is put. */
const [PARSING, PUTTING, PASSES] = [0, 1, 2];

/** A project file, and the clip that it must fit. */
export interface ProjectImport extends Pick<ImportRequest, 'video' | 'videoSha256'> {
  readonly file: File;
}

/** What the first pass over a project file finds; everything in it is valid and fits the clip. */
interface Survey {
  readonly head: ProjectHead;
  readonly frameNames: readonly (string | undefined)[];
  readonly prompts: readonly PlacedPrompts[];
  readonly memory: readonly PlacedMemoryEdit[];
  /** In the file's own frame numbers. */
  readonly summaries: readonly MaskSummary[];
  readonly masks: Retained<ProjectMask>;
}

/**
 * Reads a project file onto the open clip. The whole file is checked before the first mask is
 * put; from then on the import is not cancelled any more.
 * @throws StudioError `file-invalid` when it is not valid or does not fit the clip
 */
export async function importProject(
  request: ProjectImport,
  task: ExportTask,
): Promise<ImportOutcome> {
  const survey = await surveyProject(request, task);
  const { head, prompts } = survey;
  const originOf = originIn(prompts);
  const summaries = survey.summaries.map((summary) => ({ ...summary, origin: originOf(summary) }));
  const placement = placeFrames(survey, request);
  const placed = summaries.flatMap((summary) => movedTo(summary, placement));
  const placedPrompts = prompts.flatMap((item) => movedTo(item, placement));
  if (placed.length + placedPrompts.length === 0 && summaries.length + prompts.length > 0) {
    throw noFrameFits(head.clip, request.video);
  }
  task.signal.throwIfAborted();
  await putAll(maskSource(request, survey), {
    placement,
    originOf,
    task,
    masksTotal: survey.summaries.length,
    framesTotal: request.video.frameCount,
  });
  return {
    objects: head.objects,
    prompts: placedPrompts,
    memory: survey.memory.flatMap((edit) => movedTo(edit, placement)),
    summaries: placed,
    notices: [
      ...placement.notices,
      ...leftOut(summaries.length - placed.length, 'mask'),
      ...leftOut(prompts.length - placedPrompts.length, 'prompt'),
    ],
  };
}

async function surveyProject(
  { file, video }: ProjectImport,
  { signal, onProgress, retainedBytes }: ExportTask,
): Promise<Survey> {
  const progress = bytesAsFrames(video.frameCount, passProgress(onProgress, PARSING, PASSES));
  progress.expect(file.size);
  const onBytes = (count: number) => progress.tell(count);
  const frameNames: (string | undefined)[] = [];
  const prompts: PlacedPrompts[] = [];
  const memory: PlacedMemoryEdit[] = [];
  const summaries: MaskSummary[] = [];
  const masks = new Retained<ProjectMask>(retainedBytes);
  let head: ProjectHead | undefined;
  const bytes = countedBytes(blobFile(file.name, file), { signal, onBytes });
  for await (const part of readProject(bytes)) {
    if (part.kind === 'clip') checkSize(part.clip, video);
    else if (part.kind === 'frame') frameNames.push(part.frame.name);
    else if (part.kind === 'prompts') prompts.push(part.prompts);
    else if (part.kind === 'memory') memory.push(part.memory);
    else if (part.kind === 'head') ({ head } = part);
    else {
      summaries.push(summaryOf(part.mask));
      masks.add(part.mask, [part.mask.mask]);
    }
  }
  if (head === undefined) throw new Error('Invariant: a project was read without its head');
  return { head, frameNames, prompts, memory, summaries, masks };
}

function checkSize(clip: ProjectClip, video: VideoInfo): void {
  if (clip.width !== video.width || clip.height !== video.height) {
    throw wrongSize('The project was made on', clip, video);
  }
}

type Origin = MaskSummary['origin'];
type OriginOf = (mask: Pick<ProjectMask, 'objectId' | 'frame' | 'origin'>) => Origin;

/**
 * What the masks of the file are here: as the file says, so that the work goes on as it was left. A
 * mask of prompts that the file does not have is a mask like any other.
 */
function originIn(prompts: readonly PlacedPrompts[]): OriginOf {
  const places = new Set(prompts.map(({ objectId, frame }) => `${objectId}/${frame}`));
  return ({ objectId, frame, origin = 'imported' }) =>
    origin === 'prompt' && !places.has(`${objectId}/${frame}`) ? 'imported' : origin;
}

function summaryOf({ objectId, frame, mask, ...said }: ProjectMask): MaskSummary {
  const { origin = 'imported', ...figures } = said;
  return { objectId, frame, ...maskShape(mask), ...figures, origin };
}

/** The item on the frame of the open clip, in an array; empty when that has no such frame. */
function movedTo<Item extends { readonly frame: FrameIndex }>(
  item: Item,
  { frameOf }: FramePlacement,
): Item[] {
  const frame = frameOf(item.frame);
  return frame === undefined ? [] : [{ ...item, frame }];
}

/** The file's masks once more: kept from the first pass, or read again. */
async function* maskSource(
  { file }: ProjectImport,
  { masks }: Survey,
): AsyncGenerator<ProjectMask, void> {
  if (masks.items !== undefined) {
    yield* masks.items;
    return;
  }
  const signal = new AbortController().signal;
  for await (const part of readProject(fileChunks(file, { signal }))) {
    if (part.kind === 'mask') yield part.mask;
  }
}

interface PutOptions {
  readonly placement: FramePlacement;
  readonly originOf: OriginOf;
  readonly task: ExportTask;
  readonly masksTotal: number;
  readonly framesTotal: number;
}

async function putAll(
  masks: AsyncIterable<ProjectMask>,
  { placement, originOf, task, masksTotal, framesTotal }: PutOptions,
): Promise<void> {
  const { media } = task;
  const tell = passProgress(task.onProgress, PUTTING, PASSES);
  let batch: SummarisedMask[] = [];
  let done = 0;
  for await (const mask of masks) {
    done++;
    batch.push(...movedTo({ ...mask, origin: originOf(mask) }, placement));
    if (batch.length < PUT_MASKS) continue;
    await media.putMasks(batch, AS_THEY_ARE);
    batch = [];
    tell({ framesDone: Math.floor((done / masksTotal) * framesTotal), framesTotal });
  }
  if (batch.length > 0) await media.putMasks(batch, AS_THEY_ARE);
  tell({ framesDone: framesTotal, framesTotal });
}

function leftOut(count: number, what: string): string[] {
  if (count === 0) return [];
  const subject = count === 1 ? `1 ${what} was` : `${count} ${what}s were`;
  return [`${subject} left out: the open clip has no such frame.`];
}

function noFrameFits(clip: ProjectClip, video: VideoInfo): StudioError {
  return new StudioError(
    'file-invalid',
    `No frame of “${clip.name}”, on which the project was made, is in “${video.name}”.`,
    { hint: 'Open the clip on which the project was made.' },
  );
}
