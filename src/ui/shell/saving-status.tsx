import { Check, LoaderCircle, TriangleAlert } from 'lucide-react';
import { Tooltip } from '../primitives/tooltip.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

/** Whether the work is kept by the browser. Where it is not: why, and another try. */
export function SavingStatus() {
  const saving = useSelected((state) => state.project.saving);
  switch (saving.status) {
    case 'idle':
      return null;
    case 'saved':
      return (
        <p className="saving" role="status" title="Your work is kept in this browser.">
          <Check />
          <span className="saving-text">Saved</span>
        </p>
      );
    case 'saving':
      return (
        <p className="saving" role="status">
          <LoaderCircle />
          <span className="saving-text">Saving…</span>
        </p>
      );
    case 'failed':
      return <NotSaved why={[saving.message, saving.hint].join(' ')} />;
  }
}

function NotSaved({ why }: { readonly why: string }) {
  const { recent } = useActions();
  return (
    <Tooltip label={`${why} Click to try again.`}>
      <button
        type="button"
        className="saving saving-failed"
        aria-label={`Not saved: ${why} Try again.`}
        onClick={() => void recent.saveAgain()}
      >
        <TriangleAlert />
        <span className="saving-text">Not saved: {why}</span>
      </button>
    </Tooltip>
  );
}
