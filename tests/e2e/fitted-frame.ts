import type { Page } from '@playwright/test';
import { fitViewport, videoPoint, videoToView, type Size } from '../../src/core/geometry.ts';
import { FIT_MARGIN_PX } from '../../src/store/view-slice.ts';

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where a frame lies that is fitted to the stage, as it is at first. */
export interface FittedFrame {
  /** CSS pixels to one of the video's. */
  readonly scale: number;
  /** Where on the page a point of the video is, in CSS pixels. */
  readonly placeOf: (point: Place) => Place;
}

/** Finds the frame on the page as it is now. */
export async function fittedFrame(page: Page, video: Size): Promise<FittedFrame> {
  const stage = await page.locator('canvas').first().boundingBox();
  if (stage === null) throw new Error('the stage is not there');
  const inner = {
    width: stage.width - 2 * FIT_MARGIN_PX,
    height: stage.height - 2 * FIT_MARGIN_PX,
  };
  const viewport = fitViewport(video, inner);
  const placeOf = ({ x, y }: Place) => {
    const at = videoToView(videoPoint(x, y), viewport);
    return { x: stage.x + FIT_MARGIN_PX + at.x, y: stage.y + FIT_MARGIN_PX + at.y };
  };
  return { scale: viewport.scale, placeOf };
}
