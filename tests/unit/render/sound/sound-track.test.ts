import { expect, test } from 'vitest';
import { StudioError } from '../../../../src/core/errors.ts';
import { SoundTrack } from '../../../../src/render/sound/sound-track.ts';
import type { AudioSource } from 'mediabunny';

interface Lab {
  readonly sound: SoundTrack;
  /** When the pieces that were added begin, in seconds. */
  readonly added: number[];
  isClosed: boolean;
  isLetGo: boolean;
}

function labOf(
  starts: readonly number[],
  failure?: { readonly at: number; readonly error: unknown },
) {
  const lab: Pick<Lab, 'added' | 'isClosed' | 'isLetGo'> = {
    added: [],
    isClosed: false,
    isLetGo: false,
  };
  async function* pieces(): AsyncGenerator<number, void> {
    try {
      for (const seconds of starts) {
        if (failure?.at === seconds) throw failure.error;
        lab.added.push(seconds);
        yield seconds;
      }
    } finally {
      lab.isLetGo = true;
    }
  }
  // Of a source, a sound track itself only uses its end.
  const source = { close: () => void (lab.isClosed = true) } as unknown as AudioSource;
  const sound = new SoundTrack({ source, codec: 'AAC', pieces: pieces() });
  return Object.assign(lab, { sound });
}

test('sound is added up to the picture and one piece beyond, never further', async () => {
  const lab = labOf([-0.02, 0, 0.02, 0.04, 0.06, 0.08]);
  await lab.sound.writeUntil(0);
  expect(lab.added).toEqual([-0.02, 0, 0.02]);
  await lab.sound.writeUntil(0.01);
  expect(lab.added).toHaveLength(3);
  await lab.sound.writeUntil(0.05);
  expect(lab.added).toEqual([-0.02, 0, 0.02, 0.04, 0.06]);
});

test('a late beginning is added at once, so that nothing waits for it', async () => {
  const lab = labOf([5, 5.02]);
  await lab.sound.writeUntil(0.04);
  expect(lab.added).toEqual([5]);
  await lab.sound.writeUntil(4);
  expect(lab.added).toEqual([5]);
});

test('the end closes the source, and asking on adds nothing', async () => {
  const lab = labOf([0, 0.02]);
  await lab.sound.writeUntil(1);
  expect(lab.isClosed).toBe(true);
  await lab.sound.writeUntil(2);
  expect(lab.added).toEqual([0, 0.02]);
});

test('what cannot be read says that sound can be turned off; a full disk stays what it is', async () => {
  const broken = labOf([0], { at: 0, error: new Error('Decoding error.') });
  await expect(broken.sound.writeUntil(0)).rejects.toMatchObject({
    code: 'video-encode-failed',
    message: expect.stringContaining('Decoding error.'),
    hint: expect.stringContaining('“Sound”'),
  });
  const full = new StudioError('storage-full', 'There is no room left.');
  const lab = labOf([0], { at: 0, error: full });
  await expect(lab.sound.writeUntil(0)).rejects.toBe(full);
});

test('closing early lets go of what it is read with', async () => {
  const lab = labOf([0, 1, 2, 3]);
  await lab.sound.writeUntil(0.5);
  expect(lab.isLetGo).toBe(false);
  await lab.sound.close();
  expect(lab.isLetGo).toBe(true);
});
