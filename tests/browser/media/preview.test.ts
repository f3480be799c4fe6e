import { describe, expect, it } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { MaskletStore } from '../../../src/media/masklets/masklet-store.ts';
import { PreviewStore } from '../../../src/media/masklets/preview-store.ts';
import { TruthStore } from '../../../src/media/masklets/truth-store.ts';
import { Stage } from '../../../src/media/stage/stage.ts';
import type { PreviewStyle } from '../../../src/protocol/mask-preview.ts';
import { buildFrame, buildStyle, GREY, maskOf, readPixels, VIDEO } from './stage-scenes.ts';

const OWN = maskOf('###.....', '###.....', '###.....', '........', '........', '........');
const OTHER = maskOf('........', '........', '........', '....####', '....####', '....####');
const FRAME = frameIndex(3);

// The stage shows a video pixel as four by four, from (4, 8) on.
const [INSIDE_OWN, INSIDE_OTHER] = [
  [10, 14],
  [30, 28],
] as const;
const RED = [255, 0, 0, 255];

async function buildStage() {
  const [masklets, previews, truth] = [new MaskletStore(), new PreviewStore(), new TruthStore()];
  masklets.reset(VIDEO);
  const canvas = new OffscreenCanvas(1, 1);
  const stage = new Stage({ masklets, previews, truth });
  stage.attach(canvas);
  masklets.put([{ objectId: objectId(1), frame: FRAME, mask: OWN }]);
  await stage.show({ index: FRAME, frame: buildFrame() });
  const ask = (preview?: PreviewStyle) =>
    stage.setStyle(buildStyle({ fillOpacity: 1, ...(preview && { preview }) }));
  const at = ([x, y]: readonly [number, number]) => {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no 2D context');
    return readPixels(context).at(x, y);
  };
  return { stage, previews, ask, at };
}

describe('a preview on the stage', () => {
  it('lies lightly on top while it is asked for', async () => {
    const { previews, ask, at } = await buildStage();
    previews.put('hover', [{ key: 'a', frame: FRAME, mask: OTHER }]);
    await ask();
    expect(at(INSIDE_OTHER)).toEqual([...GREY, 255]);
    await ask({ key: 'a', color: '#0000ff' });
    const [red, , blue] = at(INSIDE_OTHER);
    expect(red).toBeLessThan(GREY[0]);
    expect(blue).toBeGreaterThan(GREY[2]);
    expect(blue).toBeLessThan(200);
    expect(at(INSIDE_OWN)).toEqual(RED);
    await ask();
    expect(at(INSIDE_OTHER)).toEqual([...GREY, 255]);
  });

  it('comes when it is there, and not by another key or on another frame', async () => {
    const { stage, previews, ask, at } = await buildStage();
    await ask({ key: 'a', color: '#0000ff' });
    previews.put('hover', [{ key: 'b', frame: FRAME, mask: OTHER }]);
    await stage.repaint();
    expect(at(INSIDE_OTHER)).toEqual([...GREY, 255]);
    previews.put('hover', [{ key: 'a', frame: frameIndex(4), mask: OTHER }]);
    await stage.repaint();
    expect(at(INSIDE_OTHER)).toEqual([...GREY, 255]);
    previews.put('hover', [{ key: 'a', frame: FRAME, mask: OTHER }]);
    await stage.repaint();
    expect(at(INSIDE_OTHER)).not.toEqual([...GREY, 255]);
  });

  it('takes the place of an object’s mask, and looks like it', async () => {
    const { previews, ask, at } = await buildStage();
    previews.put('candidates', [{ key: 'c', frame: FRAME, mask: OTHER }]);
    const shown = { key: 'c', color: '#ff0000', replaces: objectId(1) };
    await ask(shown);
    expect([at(INSIDE_OWN), at(INSIDE_OTHER)]).toEqual([[...GREY, 255], RED]);
    previews.put('hover', [{ key: 'd', frame: FRAME, mask: OWN }]);
    await ask(shown);
    expect(at(INSIDE_OTHER)).toEqual(RED);
    previews.clear();
    await ask(shown);
    expect([at(INSIDE_OWN), at(INSIDE_OTHER)]).toEqual([RED, [...GREY, 255]]);
  });
});
