import {
  Blend,
  Boxes,
  Braces,
  Columns2,
  Contrast,
  CookingPot,
  Droplets,
  FileJson,
  Film,
  FolderTree,
  Grid3x3,
  Images,
  PenLine,
  Scissors,
  Spotlight,
  SquareDashed,
  Table,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { ExportChoice, ExportKind, LookKind } from '../../store/export-choice.ts';

/** Something that the dialog offers to write. */
export interface ExportItem {
  readonly kind: ExportKind;
  /** Of videos. */
  readonly look?: LookKind;
  readonly title: string;
  readonly icon: ReactNode;
  /** What the file holds. */
  readonly text: string;
  /** What it is for. */
  readonly use: string;
}

interface ExportGroup {
  readonly title: string;
  readonly items: readonly ExportItem[];
}

const MASKS: readonly ExportItem[] = [
  {
    kind: 'png-zip',
    title: 'PNG masks',
    icon: <Images />,
    text: 'A zip with one indexed PNG a frame, DAVIS palette; the pixel value is the object’s number. Where objects overlap, the lower number keeps the pixel.',
    use: 'DAVIS, VISOR and most scripts for video segmentation. The studio reads it back.',
  },
  {
    kind: 'object-png-zip',
    title: 'PNG masks by object',
    icon: <Boxes />,
    text: 'A zip with a folder for each object, one black and white PNG a frame. Overlapping masks stay whole.',
    use: 'SA-V’s evaluator, compositing programs, mattes.',
  },
  {
    kind: 'cut-out-png-zip',
    title: 'Cut-outs',
    icon: <Scissors />,
    text: 'A zip with one PNG a frame: the clip’s own pixels where an object is, transparent elsewhere. Nothing is lost to compression.',
    use: 'Editing, stickers, training pictures without their surroundings.',
  },
  {
    kind: 'project',
    title: 'Project',
    icon: <FileJson />,
    text: 'One JSON with COCO RLE masks, scores, prompts, and which model made them.',
    use: 'Going on later: import it onto the same clip. The one file that keeps everything.',
  },
];

const DATASETS: readonly ExportItem[] = [
  {
    kind: 'coco',
    title: 'COCO',
    icon: <Braces />,
    text: 'COCO instances: every frame an image, every mask an annotation with RLE, box, area and a track_id. Names are categories.',
    use: 'Detection and instance segmentation, frame by frame; pycocotools, Detectron2, FiftyOne.',
  },
  {
    kind: 'youtube-vis',
    title: 'YouTube-VIS',
    icon: <Film />,
    text: 'COCO over time: the clip is a video, each object one annotation with a mask a frame, null where it is not seen.',
    use: 'Video instance segmentation and tracking; MMTracking, youtubevos’s cocoapi.',
  },
  {
    kind: 'youtube-vos',
    title: 'YouTube-VOS',
    icon: <FolderTree />,
    text: 'A zip of Annotations with indexed PNGs, and meta.json with each object’s category and frames.',
    use: 'Training and testing of video object segmentation. The studio reads it back.',
  },
  {
    kind: 'sav',
    title: 'SA-V',
    icon: <Table />,
    text: 'The JSON of SA-V’s training set: for every frame of the clip a list of every object’s RLE, with sizes and appearances.',
    use: 'Fine-tuning SAM 2 with its own loader (annotated at every frame: annot_sample_rate=1).',
  },
  {
    kind: 'visor',
    title: 'VISOR',
    icon: <CookingPot />,
    text: 'EPIC-KITCHENS VISOR’s sparse JSON: polygons on 1920 × 1080 for every frame, objects told by name. For clips of 16 : 9.',
    use: 'visor_to_davis.py and what else reads VISOR’s annotations. The studio reads it back.',
  },
];

const VIDEOS: readonly ExportItem[] = [
  {
    kind: 'video',
    look: 'overlay',
    title: 'Overlay',
    icon: <Blend />,
    text: 'The clip with fills and outlines, as the stage shows them now.',
    use: 'Showing results.',
  },
  {
    kind: 'video',
    look: 'outline',
    title: 'Outlines',
    icon: <PenLine />,
    text: 'The clip with outlines alone.',
    use: 'Showing how well masks fit.',
  },
  {
    kind: 'video',
    look: 'side-by-side',
    title: 'Side by side',
    icon: <Columns2 />,
    text: 'The clip at the left, the overlay at the right; twice as wide.',
    use: 'Talks and papers.',
  },
  {
    kind: 'video',
    look: 'matte',
    title: 'Matte',
    icon: <Contrast />,
    text: 'The objects white, all else black. Encoding softens edges a little; for exact masks take PNGs.',
    use: 'Compositing and colour grading.',
  },
  {
    kind: 'video',
    look: 'cut-out',
    title: 'Cut-out',
    icon: <SquareDashed />,
    text: 'The objects alone, on one colour or on nothing.',
    use: 'Keying; transparent WebM or GIF for web pages.',
  },
  {
    kind: 'video',
    look: 'blur',
    title: 'Blur',
    icon: <Droplets />,
    text: 'Objects, or all but them, out of focus.',
    use: 'Drawing the eye, or hiding faces and plates.',
  },
  {
    kind: 'video',
    look: 'pixelate',
    title: 'Pixelate',
    icon: <Grid3x3 />,
    text: 'Objects, or all but them, in blocks of one colour.',
    use: 'Hiding faces and plates.',
  },
  {
    kind: 'video',
    look: 'spotlight',
    title: 'Spotlight',
    icon: <Spotlight />,
    text: 'All but the objects darkened.',
    use: 'Drawing the eye.',
  },
];

/** All that can be written, in the order in which it is shown. */
export const EXPORT_GROUPS: readonly ExportGroup[] = [
  { title: 'Masks', items: MASKS },
  { title: 'Data sets', items: DATASETS },
  { title: 'Video', items: VIDEOS },
];

/** Whether the item is what is chosen. */
export function isChosen({ kind, look }: ExportItem, choice: ExportChoice): boolean {
  return kind === choice.kind && (look === undefined || look === choice.look);
}
