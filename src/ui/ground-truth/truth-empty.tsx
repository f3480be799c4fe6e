import { Braces, FileJson, FolderTree, Images } from 'lucide-react';
import { useSelected } from '../studio-context.tsx';
import { LoadTruthMenu } from './load-truth-menu.tsx';

const KINDS = [
  {
    icon: <FileJson />,
    title: 'VISOR JSON',
    text: 'Sparse or dense (interpolations), with frame_mapping.json or frames_to_timestamps.json beside it where you have them.',
  },
  {
    icon: <FolderTree />,
    title: 'DAVIS folder or zip',
    text: 'A folder for each sequence, as in Annotations/480p, with an indexed PNG for each frame.',
  },
  {
    icon: <Images />,
    title: 'PNG masks',
    text: 'Of one sequence; the pixel value is the object’s number. Named or numbered as the clip’s frames.',
  },
  {
    icon: <Braces />,
    title: 'COCO, YouTube-VIS or SA-V JSON',
    text: 'Run lengths or polygons. Pictures named or numbered as the clip’s frames.',
  },
] as const;

/** The tab before there is a ground truth: what it is good for, and what can be loaded. */
export function TruthEmpty() {
  const hasVideo = useSelected((state) => state.video.info !== undefined);
  return (
    <section className="gt-empty" aria-labelledby="gt-empty-title">
      <h2 id="gt-empty-title" className="panel-heading">
        Score against ground truth
      </h2>
      <p className="gt-quiet">
        Compare your masks with true ones on the stage, and score them with J and F to the digit as
        the official tools of VISOR, DAVIS and SA-V do.
      </p>
      <div className="gt-empty-action">
        <LoadTruthMenu />
        <p className="gt-quiet">
          {hasVideo
            ? 'Or drop it anywhere on the page.'
            : 'Open the clip that it belongs to first.'}
        </p>
      </div>
      <ul className="gt-kinds">
        {KINDS.map((kind) => (
          <li key={kind.title}>
            {kind.icon}
            <div>
              <h3>{kind.title}</h3>
              <p>{kind.text}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
