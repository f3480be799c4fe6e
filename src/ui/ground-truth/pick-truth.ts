import type { GroundTruthActions } from '../../store/ground-truth-actions.ts';
import { pickFiles } from '../primitives/pick-files.ts';

/** VISOR's JSON and the tables beside it, a zip of either kind, or masks one by one. */
const ACCEPT_TRUTH = '.json,.zip,.png';

/** Asks for the files of a ground truth. Must be called in a user gesture. */
export function pickTruthFiles(actions: GroundTruthActions): void {
  pickFiles({ accept: ACCEPT_TRUTH, onPick: (files) => void actions.open(withPaths(files)) });
}

/** Asks for the folder of a ground truth. Must be called in a user gesture. */
export function pickTruthFolder(actions: GroundTruthActions): void {
  pickFiles({ isFolder: true, onPick: (files) => void actions.open(withPaths(files)) });
}

function withPaths(files: readonly File[]): Parameters<GroundTruthActions['open']>[0] {
  const chosen = files.map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  const folderName = files[0]?.webkitRelativePath.split('/')[0];
  return folderName === undefined || folderName === ''
    ? { files: chosen }
    : { files: chosen, folderName };
}
