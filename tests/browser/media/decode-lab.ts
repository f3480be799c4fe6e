import { transfer, wrap, type Remote } from 'comlink';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import { installErrorTransfer } from '../../../src/protocol/error-transfer.ts';
import type {
  MediaApi,
  MediaPort,
  PicturePort,
  StageStyle,
} from '../../../src/protocol/media-api.ts';
import { fixture } from './clips.ts';

/** Of the fixtures' frames, in pixels. */
export const SIZE = { width: 192, height: 112 };

/** Object 1 in plain green, at the frame's own size. */
export const STYLE: StageStyle = {
  size: SIZE,
  devicePixelRatio: 1,
  viewport: { scale: 1, offsetX: 0, offsetY: 0 },
  fillOpacity: 1,
  outlineWidth: 0,
  objects: [{ id: objectId(1), color: '#00ff00', isVisible: true, isSelected: false }],
};

/** The real decode worker, as the page has it. */
export class DecodeLab implements Disposable {
  readonly api: Remote<MediaApi>;
  readonly #worker: Worker;

  constructor() {
    installErrorTransfer();
    this.#worker = new Worker(new URL('../../../workers/decode.worker.ts', import.meta.url), {
      type: 'module',
    });
    this.api = wrap<MediaApi>(this.#worker);
  }

  async openFixture(name = 'b-frames.mp4') {
    return this.api.open({ kind: 'file', file: await fixture(name) });
  }

  async connect<Port = MediaPort & PicturePort>(): Promise<Remote<Port>> {
    const { port1, port2 } = new MessageChannel();
    await this.api.connect(transfer(port2, [port2]));
    return wrap<Port>(port1);
  }

  /** A canvas on the page that the worker draws on, some frames of the page before it is seen there. */
  async attachStage() {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [SIZE.width, SIZE.height];
    document.body.append(canvas);
    const offscreen = canvas.transferControlToOffscreen();
    await this.api.attachStage(transfer(offscreen, [offscreen]));
    await this.api.setStageStyle(STYLE);
    return async () => {
      await new Promise(requestAnimationFrame);
      const copy = new OffscreenCanvas(SIZE.width, SIZE.height).getContext('2d');
      if (copy === null) throw new Error('no 2D context');
      copy.drawImage(canvas, 0, 0);
      const rgba = copy.getImageData(0, 0, SIZE.width, SIZE.height).data;
      return { ...SIZE, frame: frameIndex(0), rgba };
    };
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

/** The lower half of the frame, below the burnt-in number and the square. */
export function lowerHalf(): MaskRle {
  const data = new Uint8Array(SIZE.width * SIZE.height);
  data.fill(1, (SIZE.width * SIZE.height) / 2);
  return encodeRle({ ...SIZE, data });
}
