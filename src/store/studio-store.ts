import { createStore, type StoreApi } from 'zustand/vanilla';
import { AlertsActions } from './alerts-actions.ts';
import { Autosave } from './autosave.ts';
import { BenchmarkActions } from './benchmark-actions.ts';
import { ClipHash } from './clip-hash.ts';
import { ClipOpening } from './clip-opening.ts';
import { applyEngineEvent } from './engine-events.ts';
import { startAttentionWatch } from './attention-watch.ts';
import { startCandidateWatch } from './candidate-watch.ts';
import { EngineSession } from './engine-session.ts';
import { EventQueue } from './event-queue.ts';
import { FilmstripActions } from './filmstrip-actions.ts';
import { LiveScoring } from './live-scoring.ts';
import { GroundTruthActions } from './ground-truth-actions.ts';
import { HistoryActions } from './history-actions.ts';
import { MaskChecking } from './mask-checking.ts';
import { MaskFilePrompt } from './mask-file-prompt.ts';
import { MaskPainting } from './mask-painting.ts';
import { MemoryActions } from './memory-actions.ts';
import { ModelsActions } from './models-actions.ts';
import { ObjectActions } from './object-actions.ts';
import { OfflineActions } from './offline-actions.ts';
import { PlaybackActions } from './playback-actions.ts';
import { PreviewActions } from './preview-actions.ts';
import { ProjectActions } from './project-actions.ts';
import { PromptsActions } from './prompts-actions.ts';
import { PropagationActions } from './propagation-actions.ts';
import { ProtocolRun } from './protocol-run.ts';
import { ReviewActions } from './review-actions.ts';
import { ScoreExports } from './score-exports.ts';
import { isRunning } from './propagation-state.ts';
import { RecentActions } from './recent-actions.ts';
import { Reopening } from './reopening.ts';
import type { StudioServices } from './services.ts';
import { startSavingSettings, withSavedSettings } from './settings.ts';
import { StageSeeker } from './stage-seeker.ts';
import { startStageSync } from './stage-sync.ts';
import { StepRecorder } from './step-recorder.ts';
import { patch, type StoreContext } from './store-context.ts';
import { INITIAL_STATE, type StudioState } from './studio-state.ts';
import { TrackingRunner } from './tracking-runner.ts';
import { TrackletsActions } from './tracklets-actions.ts';
import { Transfers } from './transfers.ts';
import { TruthOpening } from './truth-opening.ts';
import { VideoActions } from './video-actions.ts';
import { ViewActions } from './view-actions.ts';

/** The verbs that change the store, by slice. They alone call the workers. */
export interface StudioActions {
  readonly alerts: AlertsActions;
  readonly benchmark: BenchmarkActions;
  readonly filmstrip: FilmstripActions;
  readonly groundTruth: GroundTruthActions;
  readonly history: HistoryActions;
  readonly maskFile: MaskFilePrompt;
  readonly memory: MemoryActions;
  readonly models: ModelsActions;
  readonly painting: MaskPainting;
  readonly objects: ObjectActions;
  readonly offline: OfflineActions;
  readonly playback: PlaybackActions;
  readonly previews: PreviewActions;
  readonly project: ProjectActions;
  readonly prompts: PromptsActions;
  readonly propagation: PropagationActions;
  readonly recent: RecentActions;
  readonly review: ReviewActions;
  readonly tracklets: TrackletsActions;
  readonly video: VideoActions;
  readonly view: ViewActions;
}

/** The store, the verbs that change it, and its end. */
export interface Studio extends Disposable {
  readonly store: StoreApi<StudioState>;
  readonly actions: StudioActions;
}

/** Makes the store of one page. */
export function createStudio(services: StudioServices): Studio {
  const store = createStore<StudioState>()(() =>
    withSavedSettings(INITIAL_STATE, services.settings.read()),
  );
  const events = new EventQueue({
    requestFrame: services.requestFrame,
    apply: (batch) => {
      store.setState((state) => batch.reduce(applyEngineEvent, state));
      followNewestFrame(context, seeker);
    },
  });
  const context: StoreContext = { store, services, events };
  const seeker = new StageSeeker(context);
  const stopStageSync = startStageSync(context);
  const stopSaving = startSavingSettings(context);
  const scoring = new LiveScoring(context);
  const recorder = new StepRecorder(context);
  const engine = new EngineSession(context, recorder);
  const stopWatching = startCandidateWatch(context, engine);
  const stopAsking = startAttentionWatch(context, engine);
  const autosave = new Autosave(context, recorder);
  const hash = new ClipHash(context);
  return {
    store,
    actions: createActions(context, { autosave, engine, hash, recorder, seeker }),
    [Symbol.dispose]() {
      stopStageSync();
      stopSaving();
      stopWatching();
      stopAsking();
      scoring[Symbol.dispose]();
      autosave[Symbol.dispose]();
      hash[Symbol.dispose]();
      services.inference[Symbol.dispose]();
      services.exporter[Symbol.dispose]();
      services.scorer[Symbol.dispose]();
      services.media[Symbol.dispose]();
    },
  };
}

interface EarlyParts {
  readonly autosave: Autosave;
  readonly engine: EngineSession;
  readonly hash: ClipHash;
  readonly recorder: StepRecorder;
  readonly seeker: StageSeeker;
}

function createActions(context: StoreContext, parts: EarlyParts): StudioActions {
  const { autosave, engine, hash, recorder, seeker } = parts;
  const playback = new PlaybackActions(context, seeker);
  const history = new HistoryActions(context, { engine, playback, recorder });
  const tracklets = new TrackletsActions(context, { engine, recorder });
  const models = new ModelsActions(context, { engine, recorder });
  const transfers = new Transfers(context, { hash, recorder });
  const project = new ProjectActions(context, { engine, recorder, transfers });
  const runner = new TrackingRunner(context);
  const tracking = { engine, playback, recorder, runner };
  const truth = new TruthOpening(context);
  const reopening = new Reopening(context, autosave);
  const opening = new ClipOpening(context, { ...parts, playback, reopening, truth });
  const recent = new RecentActions(context, { autosave, opening });
  const prompts = new PromptsActions(context, { engine, playback, recorder, runner, tracklets });
  const offline = new OfflineActions(context);
  return {
    alerts: new AlertsActions(context, {
      undo: () => history.undo(),
      'restart-engine': () => models.restartEngine(),
      'save-again': () => recent.saveAgain(),
      'start-over': () => recent.startOver(),
      reload: () => offline.reload(),
    }),
    benchmark: new BenchmarkActions(context, { engine, playback, recorder }),
    filmstrip: new FilmstripActions(context),
    groundTruth: new GroundTruthActions(context, {
      exports: new ScoreExports(context, transfers),
      opening: truth,
      protocol: new ProtocolRun(context, tracking),
      runner,
    }),
    history,
    maskFile: new MaskFilePrompt(context, prompts),
    memory: new MemoryActions(context, { playback, recorder }),
    models,
    painting: new MaskPainting(context, { playback, prompts, recorder }),
    objects: new ObjectActions(context, { engine, playback, recorder, tracklets }),
    offline,
    playback,
    previews: new PreviewActions(context, { engine, prompts }),
    project,
    prompts,
    propagation: new PropagationActions(context, tracking),
    recent,
    review: new ReviewActions(context, {
      playback,
      checking: new MaskChecking(context, { engine, recorder }),
    }),
    tracklets,
    video: new VideoActions(context, { autosave, models, opening, project, truth }),
    view: new ViewActions(context),
  };
}

/** While tracking, the stage shows what came last, until the user scrubs away. */
function followNewestFrame(context: StoreContext, seeker: StageSeeker): void {
  const { propagation, playback } = context.store.getState();
  if (playback.mode !== 'following' || !isRunning(propagation)) return;
  const { newestFrame } = propagation.run;
  if (newestFrame === undefined || newestFrame === playback.frame) return;
  patch(context, 'playback', { frame: newestFrame });
  seeker.seek(newestFrame);
}
