import { Film, Images, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { formatCounted, formatWhen } from '../../store/format.ts';
import type { RecentProject } from '../../store/recent-slice.ts';
import { Button } from '../primitives/button.tsx';
import { IconButton } from '../primitives/icon-button.tsx';
import { pickClip, pickFiles } from '../primitives/pick-files.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import './recent-projects.css';

/** Work of earlier visits, to go on with. */
export function RecentProjects() {
  const projects = useSelected((state) => state.recent.projects);
  return (
    <section className="recent" aria-labelledby="recent-title">
      <h2 id="recent-title" className="recent-title">
        Go on with
      </h2>
      <ul className="recent-list">
        {projects.map((project) => (
          <RecentRow key={project.id} project={project} />
        ))}
      </ul>
    </section>
  );
}

interface Props {
  readonly project: RecentProject;
}

function RecentRow({ project }: Props) {
  const [isAsking, setAsking] = useState(false);
  const isOpening = useSelected((state) => state.video.openingName !== undefined);
  const { id, name, clipKind } = project;
  const { recent } = useActions();
  return (
    <li className="recent-row">
      <span className="recent-icon" aria-hidden="true">
        {clipKind === 'video' ? <Film /> : <Images />}
      </span>
      <div className="recent-text">
        <h3 className="recent-name truncate" title={name}>
          {name}
        </h3>
        <p className="recent-facts numbers truncate">{isAsking ? QUESTION : factsOf(project)}</p>
      </div>
      {isAsking ? (
        <>
          <Button look="ghost" onClick={() => setAsking(false)}>
            Keep
          </Button>
          <Button look="danger" onClick={() => void recent.delete(id)}>
            Delete
          </Button>
        </>
      ) : (
        <>
          <ContinueButton project={project} isOpening={isOpening} />
          <IconButton label={`Delete the work on ${name}`} onClick={() => setAsking(true)}>
            <Trash2 />
          </IconButton>
        </>
      )}
    </li>
  );
}

const QUESTION = 'Delete its masks and prompts for good?';

/** Where the browser cannot find the clip by itself, the user chooses it. */
function ContinueButton({ project, isOpening }: Props & { readonly isOpening: boolean }) {
  const { recent } = useActions();
  const { id, name, clipKind, needsClip } = project;
  const onClick = () => {
    if (!needsClip) void recent.continue(id);
    else if (clipKind !== 'folder') {
      pickClip({ onPick: (files, handles) => recent.continueWith(id, files, handles) });
    } else pickFiles({ isFolder: true, onPick: (files) => void recent.continueWith(id, files) });
  };
  return (
    <Button disabled={isOpening} onClick={onClick} aria-label={`Continue ${name}`}>
      {needsClip ? 'Choose clip…' : 'Continue'}
    </Button>
  );
}

function factsOf({ objectCount, maskCount, savedAt }: RecentProject): string {
  return [
    formatCounted(objectCount, 'object'),
    formatCounted(maskCount, 'mask'),
    formatWhen(savedAt, new Date()),
  ].join(' · ');
}
