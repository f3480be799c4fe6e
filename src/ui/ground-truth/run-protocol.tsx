import { ChevronDown, Film, ListChecks, Play } from 'lucide-react';
import { Button } from '../primitives/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../primitives/menu.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { RunProgress } from './run-progress.tsx';
import { runObstacle } from './run-text.ts';

const FRAMES = [
  {
    frames: 'annotated',
    icon: <ListChecks />,
    title: 'Annotated frames only',
    detail: 'As the challenge: no frames in between',
  },
  {
    frames: 'every',
    icon: <Film />,
    title: 'Every frame',
    detail: 'Easier to follow, but not the challenge’s task',
  },
] as const;

/** The semi-supervised protocol: from the true masks of the first frame through all others. */
export function RunProtocol() {
  const run = useSelected((state) => state.groundTruth.run);
  return (
    <section className="gt-section gt-run" aria-label="Semi-supervised protocol">
      {run === undefined ? <RunButtons /> : <RunProgress run={run} />}
    </section>
  );
}

function RunButtons() {
  const { groundTruth } = useActions();
  const obstacle = useSelected(runObstacle);
  const sequenceCount = useSelected((state) => state.groundTruth.truth?.sequences.length ?? 0);
  const isPossible = obstacle === undefined;
  return (
    <>
      <div className="gt-split">
        <Button
          look="primary"
          aria-disabled={!isPossible}
          aria-describedby="gt-run-text"
          onClick={() => isPossible && void groundTruth.runProtocol('annotated', 'sequence')}
        >
          <Play />
          Run the protocol
        </Button>
        <Menu
          align="end"
          trigger={
            <Button
              look="primary"
              className="gt-split-more"
              aria-label="Other ways to run the protocol"
              aria-describedby="gt-run-text"
              disabled={!isPossible}
            >
              <ChevronDown />
            </Button>
          }
        >
          <RunItems scope="sequence" heading="This sequence" />
          {sequenceCount > 1 && (
            <>
              <MenuSeparator />
              <RunItems scope="all" heading={`All ${sequenceCount} sequences`} />
            </>
          )}
        </Menu>
      </div>
      <p id="gt-run-text" className="gt-quiet gt-run-text">
        {obstacle ?? 'Starts each object from its first true mask and tracks it to the end.'}
      </p>
    </>
  );
}

interface RunItemsProps {
  readonly scope: 'sequence' | 'all';
  readonly heading: string;
}

function RunItems({ scope, heading }: RunItemsProps) {
  const { groundTruth } = useActions();
  return FRAMES.map(({ frames, icon, title, detail }) => (
    <MenuItem
      key={frames}
      icon={icon}
      detail={detail}
      onSelect={() => void groundTruth.runProtocol(frames, scope)}
    >
      {heading}: {title.toLowerCase()}
    </MenuItem>
  ));
}
