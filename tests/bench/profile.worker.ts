import '../../src/core/dispose-polyfill.ts';
import { profileOnGpu, type ProfileRequest } from './gpu-profile.ts';
import { ProfiledOrt } from './profiled-ort.ts';

const profiled = new ProfiledOrt();

self.addEventListener('message', ({ data }: MessageEvent<ProfileRequest>) => {
  void profileOnGpu(data, profiled).then(
    (result) => self.postMessage({ result }),
    (error: unknown) => self.postMessage({ error: String(error) }),
  );
});
