import { CircleCheck, Film, FolderOpen, MousePointerClick, Play, Route, Save } from 'lucide-react';
import { pickClip, pickFiles } from '../primitives/pick-files.ts';
import { Button } from '../primitives/button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { RecentProjects } from './recent-projects.tsx';
import './empty-state.css';

const STEPS = [
  { icon: <MousePointerClick />, title: 'Click', text: 'Point at an object; its mask appears.' },
  { icon: <Route />, title: 'Track', text: 'The mask follows it through the clip.' },
  { icon: <Save />, title: 'Export', text: 'Indexed PNGs, or JSON with COCO RLE.' },
] as const;

/** The stage before there is a clip: where to drop one, and what comes then. */
export function EmptyState() {
  const { video } = useActions();
  const openingName = useSelected((state) => state.video.openingName);
  const isOpening = openingName !== undefined;
  const hasRecent = useSelected((state) => state.recent.projects.length > 0);
  return (
    <div className="empty">
      <section className="empty-zone" aria-labelledby="empty-title">
        <span className="empty-mark" aria-hidden="true">
          {isOpening ? <span className="spinner" /> : <Film />}
        </span>
        <h1 id="empty-title" className="empty-title">
          {isOpening ? `Opening ${openingName}…` : 'Drop a clip to segment it'}
        </h1>
        <p className="empty-lead">
          Everything runs in this browser: video, masks and model never leave your machine.
        </p>
        <div className="empty-actions">
          <Button
            look="primary"
            disabled={isOpening}
            onClick={() =>
              pickClip({ onPick: (files, handles) => video.openFiles(files, handles) })
            }
          >
            <Film />
            Open a video…
          </Button>
          <Button
            disabled={isOpening}
            onClick={() =>
              pickFiles({ isFolder: true, onPick: (files) => void video.openFolder(files) })
            }
          >
            <FolderOpen />
            Open a folder of frames…
          </Button>
          <Button disabled={isOpening} onClick={() => void video.openSample()}>
            <Play />
            Try the sample
          </Button>
        </div>
        <p className="empty-formats">
          MP4, MOV, WebM or MKV, or a folder or zip of JPG or PNG frames.
          <br />
          Nano, a small demo model, is included. Drop a SAM 2 checkpoint (.pt or .safetensors) for
          SAM 2’s own masks.
        </p>
        <EmptyKept />
      </section>
      {hasRecent ? <RecentProjects /> : <EmptySteps />}
    </div>
  );
}

/** That the studio needs no network any more. Its place is kept, so that nothing moves. */
function EmptyKept() {
  const isKept = useSelected((state) => state.offline.status === 'ready');
  return (
    <p className="empty-kept">
      {isKept && (
        <>
          <CircleCheck />
          This page now opens without a connection too.
        </>
      )}
    </p>
  );
}

/** What comes after opening. */
function EmptySteps() {
  return (
    <ol className="empty-steps">
      {STEPS.map((step, index) => (
        <li key={step.title}>
          <span className="empty-step-icon" aria-hidden="true">
            {step.icon}
          </span>
          <div>
            <h2>
              {index + 1}. {step.title}
            </h2>
            <p>{step.text}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}
