import { ALL_FORMATS, BlobSource, Input, VideoSampleSink } from 'mediabunny';

/** A picture of a video file. */
export interface ReadPicture {
  readonly timestampUs: number;
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** What a video file holds. */
export interface ReadVideo {
  readonly codec: string | null;
  readonly mimeType: string;
  readonly pictures: readonly ReadPicture[];
}

/** Reads a video file whole. */
export async function readVideo(file: Blob): Promise<ReadVideo> {
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (track === null) throw new Error('the file has no video');
  const pictures: ReadPicture[] = [];
  for await (const sample of new VideoSampleSink(track).samples()) {
    const { displayWidth: width, displayHeight: height } = sample;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (context === null) throw new Error('no 2D context');
    sample.draw(context, 0, 0);
    const rgba = context.getImageData(0, 0, width, height).data;
    pictures.push({ timestampUs: sample.microsecondTimestamp, width, height, rgba });
    sample.close();
  }
  return { codec: track.codec, mimeType: await input.getMimeType(), pictures };
}

/** Mean difference of the colour channels of two pictures of one size, 0..255. */
export function meanError(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (i % 4 < 3) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / (a.length * 0.75);
}
