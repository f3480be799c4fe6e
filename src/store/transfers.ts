import { isAbort } from '../core/errors.ts';
import type { ExportOutcome, ExportProgress } from '../protocol/export-api.ts';
import type { ClipHash } from './clip-hash.ts';
import { formatBytes, formatCounted } from './format.ts';
import type { ProjectSlice } from './project-slice.ts';
import { refuseWhileTracking, refuseWhileTransferring } from './refusals.ts';
import type { StepRecorder } from './step-recorder.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';

/** What a call to the export worker takes besides its request. */
export interface TransferCall {
  readonly onProgress: (progress: ExportProgress) => void;
  readonly signal: AbortSignal;
}

interface Parts {
  readonly hash: ClipHash;
  readonly recorder: StepRecorder;
}

/** Exports and imports, one at a time: their progress, their cancellation, and how they end. */
export class Transfers {
  readonly #context: StoreContext;
  readonly #parts: Parts;
  #controller = new AbortController();

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Stops the running export or import. */
  cancel(): void {
    this.#controller.abort();
  }

  /** Runs `work` with its end in every case; errors are reported, and nothing runs beside it. */
  async run(work: () => Promise<void>): Promise<void> {
    if (refuseWhileTransferring(this.#context) || refuseWhileTracking(this.#context)) return;
    this.#controller = new AbortController();
    this.#show({ status: 'hashing', fraction: 0 });
    try {
      await this.#parts.recorder.settled();
      await work();
    } catch (error) {
      if (isAbort(error)) raiseAlert(this.#context, { severity: 'info', message: 'Cancelled.' });
      else reportError(this.#context, error);
    } finally {
      this.#show({ status: 'idle' });
    }
  }

  /** From here on the work shows as this. Within `run`. */
  begin(status: 'exporting' | 'importing'): TransferCall {
    this.#show({ status, framesDone: 0, framesTotal: 0, elapsedMs: 0 });
    const { events, services } = this.#context;
    const startedAtMs = services.nowMs();
    return {
      onProgress: ({ framesDone, framesTotal }) => {
        const elapsedMs = services.nowMs() - startedAtMs;
        const progress = { framesDone, framesTotal, elapsedMs };
        events.push({ type: 'transfer-progress', progress });
      },
      signal: this.#controller.signal,
    };
  }

  /** Hands a written file over where it is not in its place yet, and says so. */
  finish(outcome: ExportOutcome, name: string): void {
    if (outcome.file !== undefined) this.#context.services.downloadFile(outcome.file, name);
    const frames = outcome.frames === 0 ? '' : `${formatCounted(outcome.frames, 'frame')}, `;
    const sound = outcome.soundCodec === undefined ? '' : ` with ${outcome.soundCodec} sound`;
    const codec = outcome.codec === undefined ? '' : `, ${outcome.codec}${sound}`;
    raiseAlert(this.#context, {
      severity: 'success',
      message: `“${name}” is written: ${frames}${formatBytes(outcome.bytes)}${codec}.`,
    });
  }

  /** SHA-256 of the clip, worked out once. Within `run`. */
  contentHash(): Promise<string> {
    return this.#parts.hash.get(this.#controller.signal);
  }

  #show(transfer: ProjectSlice['transfer']): void {
    patch(this.#context, 'project', { transfer });
  }
}
