import { createStore, type StoreApi } from 'zustand/vanilla';
import { AlertsActions } from './alerts-actions.ts';
import { applyEngineEvent } from './engine-events.ts';
import { startCandidateWatch } from './candidate-watch.ts';
import { EngineSession } from './engine-session.ts';
import { EventQueue } from './event-queue.ts';
import { LiveScoring } from './live-scoring.ts';
import { GroundTruthActions } from './ground-truth-actions.ts';
import { HistoryActions } from './history-actions.ts';
import { MaskFilePrompt } from './mask-file-prompt.ts';
import { MaskPainting } from './mask-painting.ts';
import { ModelsActions } from './models-actions.ts';
import { OfflineActions } from './offline-actions.ts';
import { PlaybackActions } from './playback-actions.ts';
import { PreviewActions } from './preview-actions.ts';
import { ProjectActions } from './project-actions.ts';
import { PromptsActions } from './prompts-actions.ts';
import { PropagationActions } from './propagation-actions.ts';
import { ProtocolRun } from './protocol-run.ts';
import { ScoreExports } from './score-exports.ts';
import { isRunning } from './propagation-state.ts';
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
  readonly groundTruth: GroundTruthActions;
  readonly history: HistoryActions;
  readonly maskFile: MaskFilePrompt;
  readonly models: ModelsActions;
  readonly painting: MaskPainting;
  readonly offline: OfflineActions;
  readonly playback: PlaybackActions;
  readonly previews: PreviewActions;
  readonly project: ProjectActions;
  readonly prompts: PromptsActions;
  readonly propagation: PropagationActions;
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
  const engine = new EngineSession(context);
  const stopWatching = startCandidateWatch(context, engine);
  return {
    store,
    actions: createActions(context, { engine, seeker }),
    [Symbol.dispose]() {
      stopStageSync();
      stopSaving();
      stopWatching();
      scoring[Symbol.dispose]();
      services.inference[Symbol.dispose]();
      services.exporter[Symbol.dispose]();
      services.scorer[Symbol.dispose]();
      services.media[Symbol.dispose]();
    },
  };
}

interface EarlyParts {
  readonly engine: EngineSession;
  readonly seeker: StageSeeker;
}

function createActions(context: StoreContext, { engine, seeker }: EarlyParts): StudioActions {
  const playback = new PlaybackActions(context, seeker);
  const recorder = new StepRecorder(context);
  const history = new HistoryActions(context, { engine, playback, recorder });
  const tracklets = new TrackletsActions(context, { engine, recorder });
  const models = new ModelsActions(context, { engine, recorder });
  const transfers = new Transfers(context, recorder);
  const project = new ProjectActions(context, { engine, recorder, transfers });
  const runner = new TrackingRunner(context);
  const tracking = { engine, playback, recorder, runner };
  const truth = new TruthOpening(context);
  const prompts = new PromptsActions(context, { engine, playback, recorder, tracklets });
  const offline = new OfflineActions(context);
  return {
    alerts: new AlertsActions(context, {
      undo: () => history.undo(),
      'restart-engine': () => models.restartEngine(),
      'save-again': () => {},
      'start-over': () => {},
      reload: () => offline.reload(),
    }),
    groundTruth: new GroundTruthActions(context, {
      exports: new ScoreExports(context, transfers),
      opening: truth,
      protocol: new ProtocolRun(context, tracking),
      runner,
    }),
    history,
    maskFile: new MaskFilePrompt(context, prompts),
    models,
    painting: new MaskPainting(context, { playback, prompts, recorder }),
    offline,
    playback,
    previews: new PreviewActions(context, { engine, prompts }),
    project,
    prompts,
    propagation: new PropagationActions(context, tracking),
    tracklets,
    video: new VideoActions(context, { engine, seeker, playback, models, project, truth }),
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
