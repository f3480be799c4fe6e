import '../src/core/dispose-polyfill.ts';
import { expose, releaseProxy, transfer } from 'comlink';
import { MediaService } from '../src/media/media-service.ts';
import { installErrorTransfer } from '../src/protocol/error-transfer.ts';
import { MaskPacks } from '../src/storage/mask-packs.ts';

installErrorTransfer();

expose(
  new MediaService({
    boundary: {
      serve: (api, port) => expose(api, port),
      transfer: (value, owned) => transfer(value, owned),
      release: (callback) => {
        // Comlink proxies of functions are callable objects with this method.
        const proxy = callback as { readonly [releaseProxy]?: () => void };
        proxy[releaseProxy]?.();
      },
    },
    maskLogs: new MaskPacks(() => navigator.storage.getDirectory()),
  }),
);
