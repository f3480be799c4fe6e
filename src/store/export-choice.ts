import type { ExportFormat, VideoContainer, VideoLook } from '../protocol/export-format.ts';

/** What can be written; a video may be a GIF. */
export type ExportKind = Exclude<ExportFormat['kind'], 'gif'>;
/** The kind of file a video is. */
export type VideoFile = VideoContainer | 'gif';
/** What a video shows; `outline` is an overlay without fills. */
export type LookKind = VideoLook['kind'] | 'outline';
/** How strongly a blur, blocks or the dark around a spotlight hide. */
export type EffectStrength = 'light' | 'medium' | 'strong';
/** `clip`: the clip's own size. `preview`: as small as most animated GIFs. */
export type VideoSize = 'clip' | 'half' | 'preview';

/** What the export dialog has chosen. */
export interface ExportChoice {
  readonly kind: ExportKind;
  readonly look: LookKind;
  /** Which part a blur or blocks hide. */
  readonly region: 'objects' | 'background';
  readonly strength: EffectStrength;
  /** Behind cut-outs: `#rrggbb` or `transparent`. */
  readonly background: string;
  readonly container: VideoFile;
  /** Of videos but GIFs. */
  readonly size: VideoSize;
  /** Of videos: whether the clip's sound goes with it, where it has any. */
  readonly hasSound: boolean;
  /** Of GIFs: the longer side of a frame, in pixels. */
  readonly gifSidePx: 320 | 480;
  /** Of GIFs: pictures a second, at most. */
  readonly gifRate: 5 | 10 | 15;
}

/** What the dialog shows at the first visit. */
export const INITIAL_EXPORT_CHOICE: ExportChoice = {
  kind: 'png-zip',
  look: 'overlay',
  region: 'background',
  strength: 'medium',
  background: '#00b140',
  container: 'mp4',
  size: 'clip',
  hasSound: true,
  gifSidePx: 480,
  gifRate: 10,
};

/** Of cut-outs: nothing, the green of studios, black, white. */
export const CUT_OUT_BACKGROUNDS = ['transparent', '#00b140', '#000000', '#ffffff'] as const;

const ALLOWED: { readonly [Key in keyof ExportChoice]: readonly ExportChoice[Key][] } = {
  kind: [
    'png-zip',
    'object-png-zip',
    'cut-out-png-zip',
    'project',
    'coco',
    'youtube-vis',
    'youtube-vos',
    'sav',
    'visor',
    'video',
  ],
  look: ['overlay', 'outline', 'side-by-side', 'matte', 'cut-out', 'blur', 'pixelate', 'spotlight'],
  region: ['objects', 'background'],
  strength: ['light', 'medium', 'strong'],
  background: CUT_OUT_BACKGROUNDS,
  container: ['mp4', 'webm', 'gif'],
  size: ['clip', 'half', 'preview'],
  hasSound: [true, false],
  gifSidePx: [320, 480],
  gifRate: [5, 10, 15],
};

/** The choice that was saved; what does not read as one is as at the first visit. */
export function savedExportChoice(saved: unknown): ExportChoice {
  const values: Readonly<Record<string, unknown>> =
    typeof saved === 'object' && saved !== null ? { ...saved } : {};
  const read = <Key extends keyof ExportChoice>(key: Key): ExportChoice[Key] =>
    ALLOWED[key].find((allowed) => allowed === values[key]) ?? INITIAL_EXPORT_CHOICE[key];
  return {
    kind: read('kind'),
    look: read('look'),
    region: read('region'),
    strength: read('strength'),
    background: read('background'),
    container: read('container'),
    size: read('size'),
    hasSound: read('hasSound'),
    gifSidePx: read('gifSidePx'),
    gifRate: read('gifRate'),
  };
}

/** Whether pixels of the chosen video are see-through, which MP4 cannot be. */
export function isTransparentChoice({ kind, look, background }: ExportChoice): boolean {
  return kind === 'video' && look === 'cut-out' && background === 'transparent';
}

/** The kind of file that the chosen video will be. */
export function chosenFile(choice: ExportChoice): VideoFile {
  return choice.container === 'mp4' && isTransparentChoice(choice) ? 'webm' : choice.container;
}

/** Whether the choice is a video that makes the objects unrecognisable. */
export function hidesObjects({ kind, look, region }: ExportChoice): boolean {
  return kind === 'video' && region === 'objects' && (look === 'blur' || look === 'pixelate');
}
