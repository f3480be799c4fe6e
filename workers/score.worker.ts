import '../src/core/dispose-polyfill.ts';
import { expose, wrap } from 'comlink';
import { readIndexPng } from '../src/formats/png-reader.ts';
import { installErrorTransfer } from '../src/protocol/error-transfer.ts';
import type { MediaPort, TruthPort } from '../src/protocol/media-api.ts';
import type { ScoreApi } from '../src/protocol/score-api.ts';
import { packReport, unpackRequest } from '../src/protocol/score-packing.ts';
import { ScoreService } from '../src/scoring/score-service.ts';

/** 8K video. */
const MAX_PIXELS = 7680 * 4320;

installErrorTransfer();

const service = new ScoreService({
  readPng: async (file) =>
    readIndexPng(new Uint8Array(await file.arrayBuffer()), { maxPixels: MAX_PIXELS }),
});

const api: ScoreApi = {
  connectMedia: async (port) => service.connectMedia(wrap<MediaPort & TruthPort>(port)),
  scoreFrames: (pairs) => service.scoreFrames(pairs),
  report: async (request) => {
    const report = service.report(unpackRequest(request));
    return report === undefined ? undefined : packReport(report);
  },
  cancel: async () => service.cancel(),
};

expose(api);
