import type { Page } from '@playwright/test';

/** The pictures of an animated GIF, as the browser itself reads it. */
export interface GifFrames {
  readonly count: number;
  readonly width: number;
  readonly height: number;
}

/** Opens a GIF in the page. */
export async function readGif(page: Page, bytes: Uint8Array): Promise<GifFrames> {
  const base64 = Buffer.from(bytes).toString('base64');
  return page.evaluate(async (encoded) => {
    const response = await fetch(`data:image/gif;base64,${encoded}`);
    const decoder = new ImageDecoder({ data: await response.arrayBuffer(), type: 'image/gif' });
    await decoder.tracks.ready;
    await decoder.completed;
    const count = decoder.tracks.selectedTrack?.frameCount ?? 0;
    const { image } = await decoder.decode({ frameIndex: count - 1 });
    const { displayWidth: width, displayHeight: height } = image;
    image.close();
    decoder.close();
    return { count, width, height };
  }, base64);
}
