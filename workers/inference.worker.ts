import '../src/core/dispose-polyfill.ts';
import { expose, proxy, wrap } from 'comlink';
import { InferenceService } from '../src/engine/session/inference-service.ts';
import { installErrorTransfer } from '../src/protocol/error-transfer.ts';
import type { InferenceApi } from '../src/protocol/inference-api.ts';
import type { PreviewPort } from '../src/protocol/mask-preview.ts';
import type { ComparePort, MediaPort } from '../src/protocol/media-api.ts';
import { BlobCache } from '../src/storage/blob-cache.ts';
import { CheckRecord } from '../src/storage/check-record.ts';

installErrorTransfer();

const service = new InferenceService({
  bundledModelUrl: new URL(
    `${import.meta.env.BASE_URL}models/sam2.1_hiera_nano.safetensors`,
    self.location.origin,
  ).href,
  blobs: new BlobCache('prepared-weights'),
  checks: new CheckRecord('device-check'),
});

const api: InferenceApi = {
  probe: (preferences) => service.probe(preferences),
  memoryReport: (...request) => service.memoryReport(...request),
  loadModel: (...request) => service.loadModel(...request),
  connectMedia: async (port) =>
    service.connectMedia(wrap<MediaPort & PreviewPort & ComparePort>(port)),
  startSession: (video) => service.startSession(video),
  setPrompts: (placed) => service.setPrompts(placed),
  previewPrompt: (placed, key) => service.previewPrompt(placed, key),
  candidates: (objectId, frame) => service.candidates(objectId, frame),
  setMemoryEdits: (objectId, edits) => service.setMemoryEdits(objectId, edits),
  memoryAccount: (objectId, frame) => service.memoryAccount(objectId, frame),
  setCorrectionMode: async (mode) => service.setCorrectionMode(mode),
  removeObject: (objectId) => service.removeObject(objectId),
  propagate: async (request) => proxy(service.propagate(request)),
  checkMasks: async (request) => proxy(await service.checkMasks(request)),
  clearTracking: () => service.clearTracking(),
  restore: (video, prompts) => service.restore(video, prompts),
  benchmark: async (request) => proxy(await service.benchmark(request)),
};

expose(api);
