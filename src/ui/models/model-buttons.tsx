import { Box, Gauge } from 'lucide-react';
import { isRunning } from '../../store/propagation-state.ts';
import { modelInUse } from '../../store/models-slice.ts';
import { Button } from '../primitives/button.tsx';
import { ACCEPT_CHECKPOINT, pickFiles } from '../primitives/pick-files.ts';
import { useActions, useSelected } from '../studio-context.tsx';

/** Another model: a checkpoint of the user's, or the one that comes with the page. */
export function ModelButtons() {
  const { models, view } = useActions();
  const isLocked = useSelected((state) => isRunning(state.propagation));
  const isBundled = useSelected((state) => modelInUse(state.models)?.size === 'nano');
  return (
    <div className="model-buttons">
      <Button
        disabled={isLocked}
        onClick={() =>
          pickFiles({
            accept: ACCEPT_CHECKPOINT,
            onPick: ([file]) => file !== undefined && void models.loadFile(file),
          })
        }
      >
        <Box />
        Load a checkpoint…
      </Button>
      <Button
        look="ghost"
        disabled={isLocked || isBundled}
        onClick={() => void models.loadBundled()}
      >
        Use the bundled Nano
      </Button>
      <Button look="ghost" onClick={() => view.openDialog({ kind: 'benchmark' })}>
        <Gauge />
        Benchmark this device…
      </Button>
    </div>
  );
}
