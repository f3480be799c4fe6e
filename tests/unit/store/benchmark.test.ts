import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, test } from 'vitest';
import { shareOfGemm } from '../../../src/core/benchmark.ts';
import { StudioError } from '../../../src/core/errors.ts';
import { readBenchmarkFile } from '../../../src/store/benchmark-file.ts';
import { benchmarkObstacle } from '../../../src/store/benchmark-slice.ts';
import { benchmarkCautions, benchmarkText, formatMs } from '../../../src/store/benchmark-text.ts';
import { engineObstacle } from '../../../src/store/plan-run.ts';
import { buildMeasurement } from '../../helpers/fake-benchmark.ts';
import { deviceLost } from '../../helpers/fake-inference.ts';
import { buildFakeStudio, type FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import { engineOf, rest } from '../../helpers/work-lab.ts';

const SCHEMA: unknown = JSON.parse(readFileSync('docs/benchmark.schema.json', 'utf8'));

let open: FakeStudio[] = [];
afterEach(() => {
  for (const studio of open) studio[Symbol.dispose]();
  open = [];
});

async function openStudio({ hasClip = true } = {}): Promise<FakeStudio> {
  const studio = buildFakeStudio();
  open.push(studio);
  if (hasClip) {
    await studio.actions.video.openFiles([
      new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' }),
    ]);
  }
  await studio.actions.models.loadBundled();
  return studio;
}

const slice = (studio: FakeStudio) => studio.store.getState().benchmark;
const messages = (studio: FakeStudio) =>
  studio.store.getState().alerts.log.map((alert) => `${alert.severity}: ${alert.message}`);

function resultOf(studio: FakeStudio) {
  const { result } = slice(studio);
  if (result === undefined) throw new Error('nothing was measured');
  return result;
}

/** Refuses members that the schema does not name, so that none goes undocumented. */
function isValidFile(content: unknown): boolean {
  const schema = structuredClone(SCHEMA) as Record<string, unknown>;
  const close = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const member of Object.values(node)) close(member);
    if ('properties' in node) Object.assign(node, { unevaluatedProperties: false });
  };
  close(schema);
  const validate = new Ajv2020({ allErrors: true, formats: { 'date-time': true } }).compile(schema);
  const isValid = validate(content);
  if (!isValid) console.error(validate.errors);
  return isValid;
}

describe('a run', () => {
  test('shows what it finds as it comes and leaves the session as it is', async () => {
    const studio = await openStudio();
    studio.actions.prompts.addPoint({ x: 50, y: 50 }, 'positive');
    await until(() => engineOf(studio).prompts.size === 1, 'the prompt is answered');
    const before = engineOf(studio).calls.length;
    engineOf(studio).benchmarks.holdAfterBatches = 2;
    const running = studio.actions.benchmark.run('full');
    await until(
      () => slice(studio).result?.measurement.stages.length === 2,
      'two stages are there',
    );
    expect(slice(studio).running).toMatchObject({ kind: 'full', doing: 'image encoder' });
    expect(engineObstacle(studio.store.getState())).toBe('A benchmark is running.');
    engineOf(studio).benchmarks.holdAfterBatches = undefined;
    await running;
    expect(slice(studio).running).toBeUndefined();
    expect(resultOf(studio)).toMatchObject({ state: 'complete', kind: 'full' });
    expect(resultOf(studio).measurement).toEqual(buildMeasurement());
    const since = engineOf(studio).calls.slice(before);
    expect(since).toContain('benchmark');
    // Nothing that would end the session or compute a mask of it anew.
    for (const name of ['restore', 'startSession', 'setPrompts', 'clearTracking', 'propagate']) {
      expect(since).not.toContain(name);
    }
    expect(engineOf(studio).prompts.size).toBe(1);
  });

  test('prompts made meanwhile wait and are answered when it ends', async () => {
    const studio = await openStudio();
    engineOf(studio).benchmarks.holdAfterBatches = 1;
    const running = studio.actions.benchmark.run('quick');
    await until(() => slice(studio).result !== undefined, 'it has begun');
    studio.actions.prompts.addPoint({ x: 50, y: 50 }, 'positive');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(engineOf(studio).prompts.size).toBe(0);
    studio.actions.benchmark.cancel();
    await running;
    await until(() => engineOf(studio).prompts.size === 1, 'the prompt is answered');
  });

  test('a click after an undo does not start the engine over while it is measured', async () => {
    const studio = await openStudio();
    studio.actions.prompts.addPoint({ x: 50, y: 50 }, 'positive');
    await until(() => engineOf(studio).prompts.size === 1, 'the prompt is answered');
    await studio.actions.propagation.track('forward', 'all');
    engineOf(studio).benchmarks.holdAfterBatches = 1;
    const running = studio.actions.benchmark.run('quick');
    await until(() => slice(studio).result !== undefined, 'it has begun');
    studio.actions.history.undo();
    await new Promise((resolve) => setTimeout(resolve, 20));
    studio.actions.prompts.addPoint({ x: 80, y: 50 }, 'positive');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(engineOf(studio).sessions).toEqual([]);
    studio.actions.benchmark.cancel();
    await running;
    await until(() => engineOf(studio).sessions.length === 1, 'it starts over');
    await rest(studio);
    expect([...engineOf(studio).prompts.keys()]).toEqual(['1/0', '1/23']);
  });

  test('what an object attends to is told again when it ends', async () => {
    const studio = await openStudio();
    const account = () => studio.store.getState().attention.account;
    studio.actions.prompts.addPoint({ x: 50, y: 50 }, 'positive');
    await until(() => engineOf(studio).prompts.size === 1, 'the prompt is answered');
    studio.actions.view.choosePanelTab('memory');
    await until(() => account() !== undefined, 'the engine has answered');
    engineOf(studio).benchmarks.holdAfterBatches = 1;
    const running = studio.actions.benchmark.run('quick');
    await until(() => slice(studio).result !== undefined, 'it has begun');
    studio.actions.playback.seekTo(3);
    await until(() => account() === undefined, 'nobody can tell');
    studio.actions.benchmark.cancel();
    await running;
    await until(() => account()?.frame === 3, 'the engine has answered');
  });

  test('keeps what was finished when it is cancelled', async () => {
    const studio = await openStudio();
    engineOf(studio).benchmarks.holdAfterBatches = 3;
    const running = studio.actions.benchmark.run('full');
    await until(() => slice(studio).result?.measurement.stages.length === 3, 'three stages');
    studio.actions.benchmark.cancel();
    expect(slice(studio).running?.isCancelling).toBe(true);
    await running;
    expect(engineOf(studio).benchmarks.isCancelled).toBe(true);
    expect(resultOf(studio).state).toBe('cancelled');
    expect(resultOf(studio).measurement.stages).toHaveLength(3);
    expect(benchmarkCautions(resultOf(studio))).toContain(
      'Cancelled: only what was finished is here.',
    );
  });

  test('needs a model and no clip', async () => {
    const none = buildFakeStudio();
    open.push(none);
    await none.actions.benchmark.run('quick');
    expect(messages(none)).toEqual(['info: Load a model first.']);
    const studio = await openStudio({ hasClip: false });
    await studio.actions.benchmark.run('quick');
    expect(resultOf(studio).state).toBe('complete');
  });

  test('waits for nobody: it is refused while tracking', async () => {
    const studio = await openStudio();
    studio.actions.prompts.addPoint({ x: 50, y: 50 }, 'positive');
    await until(() => engineOf(studio).prompts.size === 1, 'the prompt is answered');
    engineOf(studio).holdAfterFrames = 2;
    const tracking = studio.actions.propagation.track('forward', 'all');
    await until(
      () => benchmarkObstacle(studio.store.getState()) === 'Stop tracking first.',
      'tracking runs',
    );
    await studio.actions.benchmark.run('quick');
    expect(engineOf(studio).calls).not.toContain('benchmark');
    engineOf(studio).holdAfterFrames = undefined;
    await tracking;
  });

  test('brings a lost engine back and keeps what it had', async () => {
    const studio = await openStudio();
    const lost = engineOf(studio);
    lost.benchmarks.failure = deviceLost();
    await studio.actions.benchmark.run('full');
    expect(studio.engines).toHaveLength(2);
    expect(resultOf(studio).state).toBe('cancelled');
    expect(resultOf(studio).measurement.stages).toHaveLength(1);
    expect(slice(studio).running).toBeUndefined();
    expect(messages(studio)).toContain('error: The graphics device was lost.');
  });
});

describe('the file', () => {
  test('is as the schema says, with every member documented', async () => {
    const studio = await openStudio();
    engineOf(studio).benchmarks.measurement = buildMeasurement({
      skippedTracks: [{ objects: 8, estimatedMs: 90_000.123_45 }],
    });
    await studio.actions.benchmark.run('quick');
    await studio.actions.benchmark.save();
    const content = JSON.parse(studio.texts[0] ?? '') as Record<string, unknown>;
    expect(isValidFile(content)).toBe(true);
    expect(content).toMatchObject({
      format: 'segmentation-studio-benchmark',
      schemaVersion: 1,
      kind: 'quick',
      isComplete: true,
      model: { name: 'Nano (demo quality, not SAM 2’s)', size: 'nano' },
      device: { adapter: { isSoftware: false } },
    });
    const track = resultOf(studio).measurement.tracks[0];
    const { rates } = resultOf(studio).measurement;
    if (track === undefined || rates === undefined) throw new Error('nothing was tracked');
    // 12 GFLOP at 50 frames a second, of 2400 GFLOP/s.
    expect(shareOfGemm(track, rates)).toBeCloseTo(0.25, 10);
    expect(content['tracks']).toMatchObject([{ shareOfGemm: 0.25 }, {}, {}]);
    expect(studio.downloads).toEqual([{ name: 'benchmark.json' }]);
  });

  test('of a WASM run leaves out what only a GPU has', async () => {
    const studio = await openStudio();
    const { counters: _counters, ...measured } = buildMeasurement();
    const { adapter: _adapter, limits: _limits, features: _features, ...device } = measured.device;
    engineOf(studio).benchmarks.measurement = {
      ...measured,
      device: { ...device, backend: 'wasm', ortBuild: 'wasm', threads: 4 },
      clock: { stepMs: 0.1 },
    };
    await studio.actions.benchmark.run('quick');
    await studio.actions.benchmark.save();
    expect(isValidFile(JSON.parse(studio.texts[0] ?? ''))).toBe(true);
  });

  test('is read back to be compared with', async () => {
    const studio = await openStudio();
    await studio.actions.benchmark.run('quick');
    await studio.actions.benchmark.save();
    await studio.actions.benchmark.compare(new File([studio.texts[0] ?? ''], 'mine.json'));
    const { compared } = slice(studio);
    expect(compared?.title).toBe('Nano (demo quality, not SAM 2’s), 512 px, WebGPU, apple metal-3');
    expect(compared?.stages.get('image encoder')).toBe(4);
    expect(compared?.tracks.get(8)).toBeCloseTo(1000 / 90, 3);
    studio.actions.benchmark.stopComparing();
    expect(slice(studio).compared).toBeUndefined();
  });

  test.each([
    ['no JSON', 'bench', 'is no benchmark of this studio'],
    ['other JSON', '{"format":"segmentation-studio-scores"}', 'is no benchmark of this studio'],
    [
      'a later version',
      '{"format":"segmentation-studio-benchmark","schemaVersion":2}',
      'is of a newer version of the studio',
    ],
    [
      'a file without a model',
      '{"format":"segmentation-studio-benchmark","schemaVersion":1,"stages":[]}',
      'does not say which model it measured on what',
    ],
  ])('refuses %s', async (_name, text, what) => {
    const reading = readBenchmarkFile(new File([text], 'x.json'));
    await expect(reading).rejects.toThrow(StudioError);
    await expect(reading).rejects.toMatchObject({
      code: 'file-invalid',
      message: `“x.json” ${what}.`,
    });
  });
});

describe('the text', () => {
  test('says first that times of a software GPU mean nothing, and that Nano is no SAM 2', async () => {
    const studio = await openStudio();
    const measured = buildMeasurement();
    const { adapter } = measured.device;
    if (adapter === undefined) throw new Error('the fake has an adapter');
    engineOf(studio).benchmarks.measurement = {
      ...measured,
      device: {
        ...measured.device,
        adapter: { ...adapter, vendor: 'google', architecture: 'swiftshader', isSoftware: true },
      },
    };
    await studio.actions.benchmark.run('quick');
    const text = benchmarkText(resultOf(studio), '1.2.3');
    expect(text).toContain('**Software GPU: times mean nothing.**');
    expect(text).toContain('**Nano is a demo model. Its times are not those of SAM 2.**');
    expect(text).toContain('- Device: WebGPU, google swiftshader (software)');
    expect(text.indexOf('**Software')).toBeLessThan(text.indexOf('| stage |'));
  });

  test('has every stage, every track and what they were measured with', async () => {
    const studio = await openStudio();
    await studio.actions.benchmark.run('full');
    const text = await studio.actions.benchmark.text();
    expect(text).toContain('### Benchmark, full');
    expect(text).toContain('| image encoder | 4.0 | 5.0 | 20 |');
    expect(text).toContain('| 3 | 25.00 | 40.0 | 45.0 | 24.00 | 25 % |');
    for (const line of [
      '- Bank attention: the studio’s own kernel, 128 × 64, 128 threads, float32: 1,530 GFLOP/s, 1.70× the plain program’s',
      '| **128 × 64, 128 threads, float32** | 1,530 | 2.1e-8 |',
      '| 64 × 32, 128 threads, float32, subgroups | is off by 4 % |  |',
      '- GEMM: 2,400 GFLOP/s by WGSL kernel (2048³, timestamp-query), 1,800 GFLOP/s by ONNX Runtime MatMul (1024³, wall clock); shares are of 2,400',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toContain('- A tracked frame: 612 programs started, 32,784 bytes read back');
    expect(text).toContain('warm-up runs and decoding are not in them');
    expect(text).toContain('steps of 0.005 ms');
  });

  test('gives as many digits as say something', () => {
    expect([0.314, 1.26, 99.94, 1653.4].map(formatMs)).toEqual(['0.31', '1.3', '99.9', '1,653']);
  });
});
