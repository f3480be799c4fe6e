import { groupBy } from '../core/group-by.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { MaskSummary } from '../core/prompts.ts';
import { emptyRle } from '../core/rle.ts';
import { encodeUtf8 } from '../formats/json-stream.ts';
import { writeProject } from '../formats/project-writer.ts';
import type { ProjectFrame, ProjectHead, ProjectMask, ProjectModel } from '../formats/project.ts';
import type { ModelReport } from '../protocol/device.ts';
import type { ExportRequest } from '../protocol/export-api.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import type { FrameContent } from './frame-masks.ts';

/** The bytes of a project file with the masks of the frames that come in. */
export async function* projectJson(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
): AsyncGenerator<Uint8Array, void> {
  const ids = new Set(request.objects.map((object) => object.id));
  yield* encodeUtf8(
    writeProject({
      head: projectHead(request),
      prompts: request.prompts.filter((placed) => ids.has(placed.objectId)),
      memory: (request.memory ?? []).filter((edit) => ids.has(edit.objectId)),
      frames: projectFrames(request.video),
      masks: projectMasks(request, frames),
    }),
  );
}

function projectHead(request: ExportRequest): ProjectHead {
  const { video, videoSha256, objects, model, appVersion, createdAt } = request;
  const { name, kind, width, height, frameCount, frameRate, codec, bytes } = video;
  return {
    appVersion,
    createdAt,
    clip: {
      name,
      kind,
      width,
      height,
      frameCount,
      codec,
      bytes,
      // The interval of a single frame is not known.
      frameRate: Number.isFinite(frameRate) ? frameRate : 0,
      sha256: videoSha256,
    },
    ...(model && { model: projectModel(model) }),
    objects: objects.map(({ id, name, color }) => ({ id, name, color: color.toLowerCase() })),
  };
}

function projectModel({ device, loadMs: _loadMs, ...model }: ModelReport): ProjectModel {
  const { backend, adapter } = device;
  if (adapter === undefined) return { ...model, backend };
  const { vendor, architecture, description } = adapter;
  return { ...model, backend, adapter: { vendor, architecture, description } };
}

function* projectFrames({ timestampsUs, frameNames }: VideoInfo): Generator<ProjectFrame, void> {
  for (const [frame, timestampUs] of timestampsUs.entries()) {
    const name = frameNames?.[frame];
    yield name === undefined ? { timestampUs } : { timestampUs, name };
  }
}

/** Masks with their summaries; an absent object of which no mask is kept gets an empty one. */
async function* projectMasks(
  { video, objects, summaries }: ExportRequest,
  frames: AsyncIterable<FrameContent>,
): AsyncGenerator<ProjectMask, void> {
  const ids = new Set(objects.map((object) => object.id));
  const byFrame = groupBy(
    summaries.filter((summary) => ids.has(summary.objectId)),
    (summary) => summary.frame,
  );
  for await (const { frame, masks } of frames) {
    const said = new Map<ObjectId, MaskSummary>(
      (byFrame.get(frame) ?? []).map((summary) => [summary.objectId, summary]),
    );
    for (const { objectId, mask } of masks) {
      yield withSummary({ objectId, frame, mask }, said.get(objectId));
      said.delete(objectId);
    }
    yield* absentObjects({ frame, said, empty: emptyRle(video.width, video.height) });
  }
}

interface AbsentObjects {
  readonly frame: FrameIndex;
  /** Summaries without a mask. */
  readonly said: ReadonlyMap<ObjectId, MaskSummary>;
  readonly empty: ProjectMask['mask'];
}

/** A summary that tells of pixels but has no mask is of one just removed, and is left out. */
function* absentObjects({ frame, said, empty }: AbsentObjects): Generator<ProjectMask, void> {
  for (const [objectId, summary] of said) {
    if (summary.areaPx === 0) yield withSummary({ objectId, frame, mask: empty }, summary);
  }
}

function withSummary(
  mask: Pick<ProjectMask, 'objectId' | 'frame' | 'mask'>,
  summary: MaskSummary | undefined,
): ProjectMask {
  if (summary === undefined) return mask;
  const { areaPx: _areaPx, centroid: _centroid, ...said } = summary;
  return { ...said, ...mask };
}
