import { fileStem } from '../frame-names.ts';
import { readJsonTable } from '../json-table.ts';
import type { SourceFile } from '../source-file.ts';
import { VISOR_TABLE_FORM } from './visor-form.ts';

const MICROSECONDS = 1_000_000;
/** A day, longer than any video. */
const MAX_SECONDS = 86_400;

/** Stems of EPIC-KITCHENS' own frames by stem of VISOR's, by video. */
export type FrameMapping = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Microseconds from the start of the video, by stem of VISOR's frame. */
export type FrameTimes = ReadonlyMap<string, number>;

/**
 * Reads `frame_mapping.json`, which says under which name VISOR's frames are in EPIC-KITCHENS'
 * `rgb_frames`: `{"P01_01": {"P01_01_frame_0000000140.jpg": "frame_0000000138.jpg"}}`.
 * @throws StudioError `file-invalid`; the signal's reason
 */
export async function readFrameMapping(
  file: SourceFile,
  signal?: AbortSignal,
): Promise<FrameMapping> {
  const mapping = new Map<string, ReadonlyMap<string, string>>();
  for await (const [video, table] of readJsonTable(file, VISOR_TABLE_FORM, signal)) {
    const entries = table
      .members()
      .map(([name, epic]) => [fileStem(name), fileStem(epic.text())] as const);
    mapping.set(video, new Map(entries));
  }
  return mapping;
}

/**
 * Reads `frames_to_timestamps.json`, `{"timestamps": {"P01_01_frame_0000000140.jpg": 2.31…}}`.
 * @throws StudioError `file-invalid`; the signal's reason
 */
export async function readFrameTimes(file: SourceFile, signal?: AbortSignal): Promise<FrameTimes> {
  const times = new Map<string, number>();
  for await (const [key, table] of readJsonTable(file, VISOR_TABLE_FORM, signal)) {
    if (key !== 'timestamps') continue;
    for (const [name, seconds] of table.members()) {
      const value = seconds.number({ min: 0, max: MAX_SECONDS });
      times.set(fileStem(name), value * MICROSECONDS);
    }
  }
  return times;
}
