import { FileJson, Images } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ExportKind } from '../../store/project-slice.ts';

interface Format {
  readonly kind: ExportKind;
  readonly title: string;
  readonly text: string;
  readonly icon: ReactNode;
}

const FORMATS: readonly Format[] = [
  {
    kind: 'png-zip',
    title: 'PNG masks',
    text: 'A zip with one indexed PNG a frame, DAVIS palette; the pixel value is the object’s number.',
    icon: <Images />,
  },
  {
    kind: 'json',
    title: 'Project',
    text: 'One JSON with COCO RLE masks, scores, prompts, and which model made them. Import it to go on later.',
    icon: <FileJson />,
  },
];

interface Props {
  readonly kind: ExportKind;
  readonly isDisabled: boolean;
  readonly onChoose: (kind: ExportKind) => void;
}

/** What to export, with what each format holds. */
export function FormatChoice({ kind, isDisabled, onChoose }: Props) {
  return (
    <fieldset className="formats" disabled={isDisabled}>
      <legend className="visually-hidden">Format</legend>
      {FORMATS.map((format) => (
        <label key={format.kind} className="format">
          <input
            type="radio"
            name="format"
            className="visually-hidden"
            checked={kind === format.kind}
            onChange={() => onChoose(format.kind)}
          />
          <span className="format-icon" aria-hidden="true">
            {format.icon}
          </span>
          <span>
            <span className="format-title">{format.title}</span>
            <span className="format-text">{format.text}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
