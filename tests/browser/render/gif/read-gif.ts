/** A picture of a GIF, as Chromium shows it. */
export interface GifPicture {
  readonly durationMs: number;
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** What a GIF holds. */
export interface ReadGif {
  /** How often it is repeated; Infinity: for ever. */
  readonly repetitions: number;
  readonly pictures: readonly GifPicture[];
}

/** Reads a GIF by the browser's own decoder. */
export async function readGif(file: Blob): Promise<ReadGif> {
  const decoder = new ImageDecoder({ data: await file.arrayBuffer(), type: 'image/gif' });
  await decoder.tracks.ready;
  await decoder.completed;
  const track = decoder.tracks.selectedTrack;
  if (track === null) throw new Error('the file has no pictures');
  const pictures: GifPicture[] = [];
  for (let frameIndex = 0; frameIndex < track.frameCount; frameIndex++) {
    const { image } = await decoder.decode({ frameIndex });
    const { displayWidth: width, displayHeight: height } = image;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (context === null) throw new Error('no 2D context');
    context.drawImage(image, 0, 0);
    const { data: rgba } = context.getImageData(0, 0, width, height);
    pictures.push({ durationMs: (image.duration ?? 0) / 1000, width, height, rgba });
    image.close();
  }
  return { repetitions: track.repetitionCount, pictures };
}
