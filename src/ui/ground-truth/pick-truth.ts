import type { GroundTruthActions } from '../../store/ground-truth-actions.ts';
import { pickFiles } from '../primitives/pick-files.ts';

/** VISOR's JSON and the tables beside it, a zip of either kind, or masks one by one. */
const ACCEPT_TRUTH = '.json,.zip,.png';

/** Asks for the files of a ground truth. Must be called in a user gesture. */
export function pickTruthFiles(actions: GroundTruthActions): void {
  pickFiles({ accept: ACCEPT_TRUTH, onPick: (files) => void actions.openPicked(files) });
}

/** Asks for the folder of a ground truth. Must be called in a user gesture. */
export function pickTruthFolder(actions: GroundTruthActions): void {
  pickFiles({ isFolder: true, onPick: (files) => void actions.openPicked(files) });
}
