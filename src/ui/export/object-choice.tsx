import { objectId } from '../../core/ids.ts';
import type { ExportScope } from '../../store/plan-export.ts';
import { Select } from '../primitives/select.tsx';
import { useSelected } from '../studio-context.tsx';

interface Props {
  readonly scope: ExportScope;
  readonly onScope: (scope: ExportScope) => void;
}

/** Which objects are written; not shown where there is no choice. */
export function ObjectChoice({ scope, onScope }: Props) {
  const items = useSelected((state) => state.tracklets.items);
  const withMasks = items.filter(({ summaries }) => summaries.coveredFrames > 0);
  if (withMasks.length < 2) return undefined;
  const { objectId: chosen, ...rest } = scope;
  return (
    <Select
      label="Objects"
      value={chosen === undefined ? '' : String(chosen)}
      options={[
        { value: '', label: `All ${withMasks.length} objects` },
        ...withMasks.map(({ id, name }) => ({ value: String(id), label: name })),
      ]}
      onChoose={(value) =>
        onScope(value === '' ? rest : { ...rest, objectId: objectId(Number(value)) })
      }
    />
  );
}
