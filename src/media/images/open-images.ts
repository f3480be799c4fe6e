import { StudioError } from '../../core/errors.ts';
import { frameIndex } from '../../core/ids.ts';
import type { VideoInfo } from '../../protocol/media-api.ts';
import type { FrameSource } from '../frame-source.ts';
import { DEFAULT_FRAME_RATE } from '../video/frame-rate.ts';
import { baseName, folderOf, plainImage, zippedImage, type ImageFile } from './image-file.ts';
import { isJpeg, readImageHeader, uprightSize, type ImageHeader } from './image-header.ts';
import { ImageFrameSource } from './image-frame-source.ts';
import { listImages } from './list-images.ts';

/** Enough for most headers; embedded thumbnails and colour profiles can push a JPEG's size out. */
const HEAD_BYTES = 4096;
const LONG_HEAD_BYTES = 512 * 1024;
/** Headers read at the same time: a disk answers many small reads together. */
const HEADERS_AT_ONCE = 16;

/** Pictures that are files of their own. */
export interface FolderClip {
  readonly name: string;
  readonly files: readonly File[];
  /** Bytes of decoded frames to keep; the default suits a page with one clip. */
  readonly cacheBytes?: number;
}

/** Pictures in a zip. */
export interface ZipClip {
  /** Where they lie in it; absent where it holds one folder of pictures alone. */
  readonly folder?: string;
  /** As of `FolderClip`. */
  readonly cacheBytes?: number;
}

/**
 * Opens a folder of pictures: reads every header, decodes the first picture.
 * @throws StudioError `file-invalid` naming the picture that is damaged or of another size
 */
export async function openFolder({ name, files, cacheBytes }: FolderClip): Promise<FrameSource> {
  const images = listImages(name, files.map(plainImage));
  const parts = await Promise.all(images.map((image) => image.read()));
  // A blob of blobs refers to its parts; nothing is read here.
  return openImages({ name, images, content: new Blob(parts), cacheBytes });
}

/**
 * Opens a zip of pictures by its directory; pictures are read as ranges when they are needed.
 * @throws StudioError `file-invalid`, as `openFolder`
 */
export async function openZip(
  file: File,
  { folder, cacheBytes }: ZipClip = {},
): Promise<FrameSource> {
  const entries = await zipEntries(file);
  if (folder === undefined) {
    const images = listImages(file.name, entries);
    return openImages({ name: file.name, images, content: file, cacheBytes });
  }
  const name = baseName(folder);
  const images = listImages(
    name,
    entries.filter(({ path }) => folderOf(path) === folder),
  );
  // Another folder of the same zip is another clip.
  return openImages({ name, images, content: new Blob([file, folder]), cacheBytes });
}

async function zipEntries(file: File): Promise<ImageFile[]> {
  // Loaded when first needed: most clips are videos.
  const { BlobReader, ZipReader } = await import('@zip.js/zip.js/lib/zip-core-native.js');
  try {
    const reader = new ZipReader(new BlobReader(file));
    const entries = await reader.getEntries();
    await reader.close();
    return entries.filter((entry) => !entry.directory).map((entry) => zippedImage(file, entry));
  } catch (error) {
    throw new StudioError('file-invalid', `${file.name} is a damaged zip file.`, {
      cause: error,
      hint: 'Copy it again from where it came from, or unpack it and open the folder.',
    });
  }
}

/** A picture whose header has been read. */
interface ClipImage {
  readonly file: ImageFile;
  readonly header: ImageHeader;
}

interface ImageClip {
  readonly name: string;
  readonly images: readonly ImageFile[];
  readonly content: Blob;
  readonly cacheBytes: number | undefined;
}

async function openImages({ name, images, content, cacheBytes }: ImageClip): Promise<FrameSource> {
  const clip: ClipImage[] = [];
  for (let i = 0; i < images.length; i += HEADERS_AT_ONCE) {
    const batch = images.slice(i, i + HEADERS_AT_ONCE);
    clip.push(...(await Promise.all(batch.map((file) => withHeader(name, file)))));
  }
  requireOneSize(name, clip);
  const cache = cacheBytes === undefined ? {} : { cacheBytes };
  const source = new ImageFrameSource({
    info: imageInfo(name, clip),
    content,
    images,
    ...cache,
  });
  await source.frame(frameIndex(0));
  return source;
}

async function withHeader(clipName: string, file: ImageFile): Promise<ClipImage> {
  const header = await readHeader(file);
  if (header !== undefined && header.stored.width > 0 && header.stored.height > 0) {
    return { file, header };
  }
  const state = file.bytes === 0 ? 'is empty (0 bytes)' : 'is not a readable jpg or png';
  throw new StudioError('file-invalid', `${baseName(file.path)} in ${clipName} ${state}.`, {
    hint: 'Extract the frames again, or take that file out.',
  });
}

async function readHeader(file: ImageFile): Promise<ImageHeader | undefined> {
  const head = await file.readHead(HEAD_BYTES);
  const header = readImageHeader(head);
  if (header !== undefined || !isJpeg(head)) return header;
  return readImageHeader(await file.readHead(LONG_HEAD_BYTES));
}

function requireOneSize(clipName: string, [first, ...others]: readonly ClipImage[]): void {
  if (first === undefined) return;
  const expected = uprightSize(first.header);
  for (const { file, header } of others) {
    const size = uprightSize(header);
    if (size.width === expected.width && size.height === expected.height) continue;
    throw new StudioError(
      'file-invalid',
      `The pictures in ${clipName} differ in size: ${baseName(first.file.path)} is ` +
        `${expected.width} × ${expected.height}, ${baseName(file.path)} is ` +
        `${size.width} × ${size.height}.`,
      { hint: 'A clip has one size. Take out what does not belong to it.' },
    );
  }
}

function imageInfo(name: string, images: readonly ClipImage[]): VideoInfo {
  const [first] = images;
  const size = first === undefined ? { width: 0, height: 0 } : uprightSize(first.header);
  const interval = 1e6 / DEFAULT_FRAME_RATE;
  return {
    ...size,
    name,
    kind: 'frames',
    frameCount: images.length,
    timestampsUs: Float64Array.from(images, (_, i) => i * interval),
    frameNames: images.map(({ file }) => baseName(file.path)),
    frameRate: DEFAULT_FRAME_RATE,
    codec: first?.header.type.replace('image/', '') ?? '',
    bytes: images.reduce((bytes, { file }) => bytes + file.bytes, 0),
    notices: [],
  };
}
