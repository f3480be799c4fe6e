import { hidesObjects, type ExportChoice } from '../../store/export-choice.ts';
import { planExport, type ExportScope } from '../../store/plan-export.ts';
import { useSelected, useStudio } from '../studio-context.tsx';
import { EXPORT_GROUPS, isChosen } from './export-kinds.tsx';
import { FrameRangeFields } from './frame-range-fields.tsx';
import { LookOptions } from './look-options.tsx';
import { ObjectChoice } from './object-choice.tsx';
import { UntrackedNote } from './untracked-note.tsx';
import { VideoOptions } from './video-options.tsx';

/** What is chosen in the dialog, and how it is changed. */
export interface ExportForm {
  readonly choice: ExportChoice;
  readonly scope: ExportScope;
  readonly onChoose: (choice: ExportChoice) => void;
  readonly onScope: (scope: ExportScope) => void;
}

interface Props {
  readonly form: ExportForm;
  readonly isDisabled: boolean;
}

/** What the chosen file holds, what it is for, and its options. */
export function KindDetail({ form, isDisabled }: Props) {
  const { choice, scope, onScope } = form;
  const items = EXPORT_GROUPS.flatMap((group) => group.items);
  const item = items.find((candidate) => isChosen(candidate, choice));
  return (
    <div className="export-detail">
      <h3 className="export-title">{item?.title}</h3>
      <p>{item?.text}</p>
      <p className="export-use">
        <strong>For:</strong> {item?.use}
      </p>
      <fieldset className="export-options" disabled={isDisabled}>
        <legend className="visually-hidden">Options</legend>
        {choice.kind !== 'project' && <ObjectChoice scope={scope} onScope={onScope} />}
        {choice.kind === 'video' && <VideoForm {...form} />}
      </fieldset>
    </div>
  );
}

function VideoForm({ choice, scope, onChoose, onScope }: ExportForm) {
  const { store } = useStudio();
  const info = useSelected((state) => state.video.info);
  // Masks change while tracking runs, and then nothing is exported.
  useSelected((state) => state.tracklets.items);
  if (info === undefined) return undefined;
  const plan = planExport(store.getState(), scope);
  return (
    <>
      <LookOptions choice={choice} onChoose={onChoose} />
      <VideoOptions choice={choice} info={info} onChoose={onChoose} />
      <FrameRangeFields info={info} scope={scope} onScope={onScope} />
      {plan.isPossible && <UntrackedNote plan={plan} hidesObjects={hidesObjects(choice)} />}
    </>
  );
}
