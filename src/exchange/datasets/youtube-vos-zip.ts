import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import { frameStems } from '../../formats/frame-names.ts';
import { paintIds } from '../../formats/id-plane.ts';
import { encodeUtf8, jsonArray, toJson } from '../../formats/json-stream.ts';
import { IndexedPngWriter } from '../../formats/png-writer.ts';
import { writeZip, type ZipFile } from '../../formats/zip-writer.ts';
import type { ExportRequest } from '../../protocol/export-api.ts';
import { sequenceName } from '../clip-names.ts';
import type { FrameContent } from '../frame-masks.ts';

/** On which frames each object can be seen. */
type Sightings = ReadonlyMap<ObjectId, FrameIndex[]>;

/**
 * The bytes of a zip laid out as YouTube-VOS is: `Annotations/<video>/<frame>.png`, indexed, and
 * `meta.json`, which says of each object its category and the frames that show it.
 */
export function youtubeVosZip(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
): AsyncIterable<Uint8Array> {
  return writeZip(zipFiles(request, frames), { modified: new Date(request.createdAt) });
}

async function* zipFiles(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
): AsyncGenerator<ZipFile, void> {
  const { video, objects } = request;
  const folder = `Annotations/${sequenceName(video)}`;
  const stemOf = frameStems(video);
  const png = new IndexedPngWriter(video);
  const ids = new Uint8Array(video.width * video.height);
  const sightings = new Map<ObjectId, FrameIndex[]>(objects.map(({ id }) => [id, []]));
  for await (const { frame, masks } of frames) {
    paintIds(ids, video, masks);
    const shown = new Set<number>(ids);
    for (const [id, seenOn] of sightings) if (shown.has(id)) seenOn.push(frame);
    yield { name: `${folder}/${stemOf(frame)}.png`, bytes: await png.encode(ids) };
  }
  yield { name: 'meta.json', bytes: encodeUtf8(metaText(request, sightings)) };
}

async function* metaText(
  { video, objects }: ExportRequest,
  sightings: Sightings,
): AsyncGenerator<string, void> {
  const stemOf = frameStems(video);
  yield `{"videos": {${toJson(sequenceName(video))}: {"objects": {`;
  for (const [index, { id, name }] of objects.entries()) {
    yield `${index === 0 ? '' : ', '}"${id}": {"category": ${toJson(name)}, "frames": `;
    yield* jsonArray(sightings.get(id) ?? [], stemOf);
    yield '}';
  }
  yield '}}}}\n';
}
