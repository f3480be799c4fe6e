import { CoalescingWriter } from '../formats/coalescing-writer.ts';
import type { ExportedFile, ExportSink } from '../storage/export-target.ts';

/**
 * Writes a file from its start to its end; leaves no partial one when that fails or is cancelled.
 * @throws what `chunks` throws; StudioError `storage-full`, `file-write-failed`
 */
export async function writeFile(
  chunks: AsyncIterable<Uint8Array>,
  sink: ExportSink,
): Promise<ExportedFile> {
  try {
    const writer = new CoalescingWriter((block) => sink.write(block));
    for await (const chunk of chunks) await writer.write(chunk);
    await writer.finish();
    return await sink.close();
  } catch (error) {
    // What remains after a failed clean-up is removed at the next start; the first error matters.
    await sink.abort().catch(() => undefined);
    throw error;
  }
}
