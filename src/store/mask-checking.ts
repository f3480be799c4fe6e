import { StudioError } from '../core/errors.ts';
import type { MaskSummary } from '../core/prompts.ts';
import type { MaskCheckRequest, PropagationCursor } from '../protocol/inference-api.ts';
import { AGREES_FROM } from './agreement.ts';
import type { EngineSession } from './engine-session.ts';
import { planCheck, type CheckPlan } from './plan-check.ts';
import { formatCounted } from './format.ts';
import type { CheckRun } from './review-slice.ts';
import type { StepRecorder } from './step-recorder.ts';
import { patch, raiseAlert, type StoreContext } from './store-context.ts';

type PossibleCheck = Extract<CheckPlan, { isPossible: true }>;

interface Parts {
  readonly engine: EngineSession;
  readonly recorder: StepRecorder;
}

/** Longest wait for a batch; with it the progress moves on slow machines too. */
const BATCH_MS = 250;

/** What a check has found so far. */
interface Findings {
  compared: number;
  differing: number;
  leastIou: number;
}

/**
 * Checking an object's masks by tracking back. No mask changes, so that it is no step; the engine
 * goes on as if nothing had been tracked.
 */
export class MaskChecking {
  readonly #context: StoreContext;
  readonly #parts: Parts;
  #cursor: PropagationCursor | undefined;
  #isRunning = false;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Checks the selected object. What is found is kept whatever becomes of the rest. */
  async start(): Promise<void> {
    const { engine, recorder } = this.#parts;
    // A session that starts over ends a check: what makes it do so is awaited before.
    await recorder.settled();
    await engine.refresh();
    await engine.settled();
    const plan = planCheck(this.#context.store.getState());
    // That of a clip that was just closed may be ending still.
    if (!plan.isPossible || this.#isRunning) {
      const message = plan.isPossible ? 'Masks are being checked.' : plan.reason;
      raiseAlert(this.#context, { severity: 'info', message });
      return;
    }
    this.#isRunning = true;
    try {
      await this.#check(plan);
    } finally {
      this.#isRunning = false;
      patch(this.#context, 'review', { check: undefined });
    }
  }

  /** Stops after the frame under way. */
  async cancel(): Promise<void> {
    this.#update({ isCancelling: true });
    await this.#cursor?.cancel();
  }

  async #check(plan: PossibleCheck): Promise<void> {
    const { framesTotal } = plan;
    const nowMs = this.#context.services.nowMs();
    const times = { startedAtMs: nowMs, lastFrameAtMs: nowMs };
    const check = { framesTotal, framesDone: 0, ...times, isCancelling: false };
    patch(this.#context, 'review', { check });
    const findings: Findings = { compared: 0, differing: 0, leastIou: 1 };
    try {
      const isDone = await this.#runAll(plan, findings);
      this.#context.events.flush();
      if (isDone) raiseAlert(this.#context, verdict(plan.name, findings));
      else this.#sayInterrupted(plan.name);
    } catch (error) {
      if (isClosed(error)) this.#sayInterrupted(plan.name);
      else await this.#parts.engine.onFailure(error);
    }
  }

  /** Where the user has stopped it, or closed the clip, there is nothing to tell. */
  #sayInterrupted(name: string): void {
    if (this.#isOver) return;
    raiseAlert(this.#context, {
      severity: 'info',
      message: `The check of “${name}” ended early, because the model had to start over.`,
      hint: 'What was compared is in the review list. Check again for the rest.',
    });
  }

  /** Resolves to whether all of it was checked. */
  async #runAll({ passes }: PossibleCheck, findings: Findings): Promise<boolean> {
    let framesBefore = 0;
    for (const pass of passes) {
      if (this.#isOver) return false;
      const framesDone = await this.#runPass(pass, { findings, framesBefore });
      if (framesDone === undefined) return false;
      framesBefore += framesDone;
    }
    return true;
  }

  /** Resolves to the frames done, to undefined where it ended before the last. */
  async #runPass(
    pass: MaskCheckRequest,
    { findings, framesBefore }: { readonly findings: Findings; readonly framesBefore: number },
  ): Promise<number | undefined> {
    const cursor = await this.#context.services.inference.checkMasks(pass);
    this.#cursor = cursor;
    if (this.#isOver) await cursor.cancel();
    try {
      for (;;) {
        const { summaries, framesDone, state } = await cursor.nextBatch(BATCH_MS);
        this.#take(summaries, findings);
        const lastFrameAtMs = this.#context.services.nowMs();
        this.#update({ framesDone: framesBefore + framesDone, lastFrameAtMs });
        if (state === 'running') continue;
        return state === 'complete' ? framesDone : undefined;
      }
    } finally {
      this.#cursor = undefined;
    }
  }

  #take(summaries: readonly MaskSummary[], findings: Findings): void {
    const found = summaries.flatMap(({ objectId, frame, oppositeIou: iou }) =>
      iou === undefined ? [] : [{ objectId, frame, iou }],
    );
    if (found.length === 0) return;
    this.#context.events.push({ type: 'masks-compared', found });
    for (const { iou } of found) {
      findings.compared++;
      findings.differing += iou < AGREES_FROM ? 1 : 0;
      findings.leastIou = Math.min(findings.leastIou, iou);
    }
  }

  /** Changes the run, where the clip that it is on is still open. */
  #update(fields: Partial<CheckRun>): void {
    const check = this.#run;
    if (check !== undefined) patch(this.#context, 'review', { check: { ...check, ...fields } });
  }

  get #run(): CheckRun | undefined {
    return this.#context.store.getState().review.check;
  }

  get #isOver(): boolean {
    return this.#run === undefined || this.#run.isCancelling;
  }
}

function verdict(name: string, { compared, differing, leastIou }: Findings) {
  const checked = `Tracked back over ${formatCounted(compared, 'frame')} of “${name}”:`;
  if (differing === 0) {
    return { severity: 'success', message: `${checked} both ways agree.` } as const;
  }
  const masks = formatCounted(differing, 'mask differs', 'masks differ');
  return {
    severity: 'info',
    message: `${checked} ${masks}, the worst by an IoU of ${leastIou.toFixed(2)}.`,
    hint: 'They are in the review list. One of the two ways has lost the object there.',
  } as const;
}

function isClosed(error: unknown): boolean {
  return error instanceof StudioError && error.code === 'session-disposed';
}
