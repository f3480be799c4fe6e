import { useShallow } from 'zustand/react/shallow';
import { useSelected } from '../studio-context.tsx';
import { stageMessage } from './stage-message.ts';

/** One line that says what the studio does, or what the user can do next. */
export function StageStatus() {
  const { text, isBusy } = useSelected(useShallow(stageMessage));
  return (
    <p className="stage-status" role="status">
      {isBusy && <span className="spinner" aria-hidden="true" />}
      <span>{text}</span>
    </p>
  );
}
