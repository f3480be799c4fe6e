import { ByteCursor } from './byte-cursor.ts';
import { PickleMachine } from './pickle-machine.ts';
import { runOperation, STOP } from './pickle-opcodes.ts';
import type { PickleValue } from './pickle-values.ts';

/**
 * Reads a pickle that `torch.save` wrote. Time and memory are bounded by the length and the
 * budgets, since no instruction does more than move what earlier ones put.
 * @throws StudioError `checkpoint-invalid` for what is no pickle, `checkpoint-unsupported` for
 * names and instructions outside the closed lists
 */
export function readPickle(bytes: Uint8Array): PickleValue {
  const machine = new PickleMachine(new ByteCursor(bytes, "The checkpoint's pickle"));
  for (let code = machine.cursor.uint8(); code !== STOP; code = machine.cursor.uint8()) {
    runOperation(machine, code);
  }
  return machine.pop();
}
