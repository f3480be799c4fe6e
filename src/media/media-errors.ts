import { StudioError } from '../core/errors.ts';

/** The command that makes a clip every browser decodes, keeping each frame and its time. */
function reencodeCommand(name: string): string {
  const output = `${name.replace(/\.[^.]*$/, '')}-h264.mp4`;
  const video = '-c:v libx264 -crf 18 -bf 0 -g 30 -pix_fmt yuv420p -fps_mode passthrough';
  return `ffmpeg -i "${name}" ${video} -an "${output}"`;
}

/** The command that turns a clip into numbered pictures. */
function extractCommand(name: string): string {
  return `ffmpeg -i "${name}" -q:v 2 -start_number 0 -fps_mode passthrough frames/%06d.jpg`;
}

/** The file has no bytes. */
export function emptyFile(name: string): StudioError {
  return new StudioError('file-invalid', `${name} is empty (0 bytes).`, {
    hint: 'Copy it again from where it came from.',
  });
}

/** The file is of no kind that holds video or pictures. */
export function notAClip(name: string, cause?: unknown): StudioError {
  return new StudioError(
    'file-invalid',
    `${name} is not a clip: neither a video (mp4, mov, webm, mkv) nor pictures (jpg, png, or a zip of them).`,
    {
      cause,
      hint: `If another program plays it as a video, convert it: ${reencodeCommand(name)}`,
    },
  );
}

/** The file has sound or text, but no picture. */
export function noVideoTrack(name: string): StudioError {
  return new StudioError('video-unsupported', `${name} has no video track.`, {
    hint: `It may hold sound only. List what is in it: ffprobe "${name}"`,
  });
}

/** The file ends too early, or its index does not fit its content. */
export function cutShort(name: string, cause?: unknown): StudioError {
  return new StudioError(
    'file-invalid',
    `${name} is cut short or damaged: its index and its content do not fit together.`,
    {
      cause,
      hint: `Copy it again from where it came from; to save what is left of it: ${reencodeCommand(name)}`,
    },
  );
}

/** The browser has no decoder for this codec. */
export function undecodableCodec(name: string, codec: string): StudioError {
  return new StudioError(
    'video-unsupported',
    `This browser cannot decode the video in ${name} (${describeCodec(codec)}).`,
    {
      hint:
        `Convert it: ${reencodeCommand(name)} ` +
        `— or open a folder of pictures made by: ${extractCommand(name)}`,
    },
  );
}

/** @param label which frame, for people: `frame 12` or a file name */
export function undecodableFrame(name: string, label: string, cause?: unknown): StudioError {
  return new StudioError('video-decode-failed', `${label} of ${name} cannot be decoded.`, {
    cause,
    hint: `The file is probably damaged there. Repair it: ${reencodeCommand(name)}`,
  });
}

/** The clip was closed while one of its frames was asked for. */
export function closedClip(name: string): StudioError {
  return new StudioError('session-disposed', `${name} is no longer open.`);
}

/** The families behind the first part of a codec string (RFC 6381). */
const CODEC_FAMILIES: ReadonlyMap<string, string> = new Map([
  ['hvc1', 'HEVC'],
  ['hev1', 'HEVC'],
  ['avc1', 'H.264'],
  ['avc3', 'H.264'],
  ['vp09', 'VP9'],
  ['av01', 'AV1'],
]);

function describeCodec(codec: string): string {
  const family = CODEC_FAMILIES.get(codec.slice(0, 4));
  return family === undefined ? codec : `${family}, ${codec}`;
}
