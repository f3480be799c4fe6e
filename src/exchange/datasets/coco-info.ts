import type { ExportRequest } from '../../protocol/export-api.ts';

/** The member `info` of COCO's files: who made the file, from what. */
export function cocoInfo({ video, videoSha256, model, appVersion, createdAt }: ExportRequest) {
  return {
    description: `Masks of ${video.name}`,
    version: appVersion,
    contributor: 'Segmentation Studio',
    date_created: createdAt,
    year: new Date(createdAt).getUTCFullYear(),
    clip_sha256: videoSha256,
    ...(model === undefined ? {} : { model: model.fileName, model_sha256: model.sha256 }),
  };
}
