import { invariant } from '../../../src/core/assert.ts';
import type { NanoTrack } from '../../helpers/nano-track.ts';

// Beside the repository; empty where that is absent.
const TRACKS = import.meta.glob<string>('../../../../shared/goldens/nano_tracks/*.json', {
  query: '?url',
  import: 'default',
  eager: true,
});
const FRAMES = import.meta.glob<string>(
  [
    '../../../../shared/goldens/nano_tracks/frames/*/*.png',
    '../../../../shared/samples/davis2016/JPEGImages/480p/blackswan/*.jpg',
    '../../../../shared/samples/cutie_examples/images/bike/*.jpg',
  ],
  { query: '?url', import: 'default', eager: true },
);
const PUBLISHED_FORM = import.meta.glob<string>('../../../../shared/models/*.pt', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** A track by the name of its file, such as `coffee-256`; undefined where it is absent. */
export async function fetchTrack(name: string): Promise<NanoTrack | undefined> {
  const url = ending(TRACKS, `/${name}.json`);
  return url === undefined ? undefined : ((await (await download(url)).json()) as NanoTrack);
}

/** The first frame as the reference's network takes it, before normalisation. */
export interface NanoPreprocess {
  /** S */
  readonly size: number;
  /** Between the values, in the flattened HWC RGB bytes. */
  readonly step: number;
  readonly values: readonly number[];
}

export async function fetchPreprocess(name: string): Promise<NanoPreprocess | undefined> {
  const url = ending(TRACKS, `/${name}.preprocess.json`);
  return url === undefined ? undefined : ((await (await download(url)).json()) as NanoPreprocess);
}

/** The clip's frames as the files that a user would drop. */
export function fetchFrames({ origin }: NanoTrack): Promise<File[]> {
  const folder = origin.relative_to === 'samples' ? 'samples' : 'goldens/nano_tracks';
  return Promise.all(
    origin.frames.map(async (path) => {
      const url = ending(FRAMES, `/${folder}/${path}`);
      invariant(url !== undefined, `the frame ${path} is not among those served`);
      return new File([await (await download(url)).blob()], path.slice(path.lastIndexOf('/') + 1));
    }),
  );
}

/** The bundled model as PyTorch saves it, float32; undefined where it is absent. */
export async function fetchPublishedForm(): Promise<File | undefined> {
  const url = ending(PUBLISHED_FORM, '/sam2.1_hiera_nano.pt');
  if (url === undefined) return undefined;
  return new File([await (await download(url)).blob()], 'sam2.1_hiera_nano.pt');
}

function ending(urls: Readonly<Record<string, string>>, path: string): string | undefined {
  return Object.entries(urls).find(([key]) => key.endsWith(path))?.[1];
}

async function download(url: string): Promise<Response> {
  const response = await fetch(url);
  invariant(response.ok, `cannot fetch ${url}: ${response.status}`);
  return response;
}
