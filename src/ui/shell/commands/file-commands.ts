import {
  ACCEPT_CHECKPOINT,
  ACCEPT_IMPORT,
  pickClip,
  pickFiles,
} from '../../primitives/pick-files.ts';
import { pickTruthFiles, pickTruthFolder } from '../../ground-truth/pick-truth.ts';
import type { CommandEntry, Page } from './command.ts';
import { noClip, truthIsBusy, whileTracking } from './obstacles.ts';

/** Opening clips, models, masks and ground truth. */
export const FILE_COMMANDS = [
  {
    id: 'open-video',
    label: 'Open a video…',
    words: 'file clip mp4 mov webm mkv zip',
    obstacle: whileTracking,
    run: ({ actions }) =>
      pickClip({ onPick: (files, handles) => actions.video.openFiles(files, handles) }),
  },
  {
    id: 'open-folder',
    label: 'Open a folder of frames…',
    words: 'images jpg png directory',
    obstacle: whileTracking,
    run: ({ actions }) =>
      pickFiles({ isFolder: true, onPick: (files) => void actions.video.openFolder(files) }),
  },
  {
    id: 'open-sample',
    label: 'Open the sample clip',
    words: 'demo example coffee',
    obstacle: whileTracking,
    run: ({ actions }) => void actions.video.openSample(),
  },
  {
    id: 'import-masks',
    label: 'Import masks…',
    words: 'project json png zip load',
    obstacle: noClip,
    run: pickOf(ACCEPT_IMPORT),
  },
  {
    id: 'open-truth-files',
    label: 'Load ground truth from files…',
    words: 'visor davis annotations json png',
    obstacle: (state) => noClip(state) ?? truthIsBusy(state),
    run: ({ actions }) => pickTruthFiles(actions.groundTruth),
  },
  {
    id: 'open-truth-folder',
    label: 'Load ground truth from a folder…',
    words: 'visor davis annotations png directory',
    obstacle: (state) => noClip(state) ?? truthIsBusy(state),
    run: ({ actions }) => pickTruthFolder(actions.groundTruth),
  },
  {
    id: 'load-checkpoint',
    label: 'Load a model checkpoint…',
    words: 'sam 2 pt safetensors weights',
    obstacle: whileTracking,
    run: pickOf(ACCEPT_CHECKPOINT),
  },
] as const satisfies readonly CommandEntry[];

function pickOf(accept: string) {
  return ({ actions }: Page) =>
    pickFiles({ accept, onPick: (files) => void actions.video.openFiles(files) });
}
