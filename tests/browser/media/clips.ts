import { invariant } from '../../../src/core/assert.ts';
import type { FramePixels } from '../../../src/protocol/media-api.ts';

const FIXTURES = import.meta.glob<string>('../../fixtures/media/*.{mp4,mov,mkv,webm,m4a,jpg,png}', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** Clips of the sample folder beside the repository; empty where there is none. */
const SAMPLES = import.meta.glob<string>('../../../../shared/samples/*/*.mp4', {
  query: '?url',
  import: 'default',
  eager: true,
});

const SAMPLE_IMAGES = import.meta.glob<string>(
  '../../../../shared/goldens/nano_tracks/frames/coffee/*.png',
  { query: '?url', import: 'default', eager: true },
);

/** A clip of `tests/fixtures/media`. */
export async function fixture(name: string): Promise<File> {
  const url = FIXTURES[`../../fixtures/media/${name}`];
  invariant(url !== undefined, `there is no fixture ${name}`);
  return download(url, name);
}

/** A clip of the sample folder; undefined where the folder is absent. */
export async function sample(name: string): Promise<File | undefined> {
  const url = Object.entries(SAMPLES).find(([path]) => path.endsWith(`/${name}`))?.[1];
  return url === undefined ? undefined : download(url, name);
}

/** Frames of the reference's coffee clip, in order; empty where the folder is absent. */
export async function coffeeFrames(): Promise<File[]> {
  const paths = Object.keys(SAMPLE_IMAGES).toSorted();
  return Promise.all(paths.map((path, i) => download(SAMPLE_IMAGES[path] ?? '', `${i}.png`)));
}

async function download(url: string, name: string): Promise<File> {
  const response = await fetch(url);
  invariant(response.ok, `cannot fetch ${name}: ${response.status}`);
  return new File([await response.blob()], name);
}

const BITS = 12;
const BLOCK_PX = 16;

/** The number that the fixtures' frames carry as blocks along the top edge; for upright clips. */
export function burntNumber({ rgba, width }: FramePixels): number {
  let number = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const [x, y] = [Math.floor(((bit + 0.5) * BLOCK_PX * width) / 192), 12];
    number = number * 2 + Number((rgba[(y * width + x) * 4 + 1] ?? 0) > 125);
  }
  return number;
}
