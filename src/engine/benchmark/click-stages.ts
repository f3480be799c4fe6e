import type { BenchmarkStage, StageTimes } from '../../core/benchmark.ts';
import { frameIndex } from '../../core/ids.ts';
import type { PlacedClicks } from '../../core/prompts.ts';
import type { SegmentationSession } from '../session/segmentation-session.ts';
import { timeRuns, type Measuring } from './measuring.ts';
import { clickOnObject, openSceneSession } from './scene-session.ts';

/**
 * Times first clicks on an object, from the prompt in the worker to the mask's run lengths: on frames
 * that have no features yet, and on one that has.
 */
export async function measureClicks(
  measuring: Measuring,
  report: {
    readonly onStage: (stage: BenchmarkStage) => void;
    readonly onTimes: (times: StageTimes) => void;
  },
): Promise<void> {
  const { plan, scene } = measuring;
  const frameCount = plan.warmUps + plan.runs;
  const session = openSceneSession(measuring, frameCount);
  try {
    const newFrame: BenchmarkStage = 'click on a new frame';
    report.onStage(newFrame);
    let at = 0;
    const clickAnew = () =>
      timeClick(session, clickOnObject(scene, frameIndex(at++), { id: 1, shape: 1 }));
    report.onTimes({ stage: newFrame, ...(await timeRuns(measuring, clickAnew)) });
    const seenFrame: BenchmarkStage = 'click on a frame seen before';
    report.onStage(seenFrame);
    // The frame used last is never let go of.
    const seen = frameIndex(at - 1);
    let id = 1;
    const clickAgain = () => timeClick(session, clickOnObject(scene, seen, { id: ++id, shape: 2 }));
    report.onTimes({ stage: seenFrame, ...(await timeRuns(measuring, clickAgain)) });
  } finally {
    await session.close();
  }
}

async function timeClick(session: SegmentationSession, click: PlacedClicks): Promise<number> {
  const startedMs = performance.now();
  await session.setPrompts(click);
  return performance.now() - startedMs;
}
