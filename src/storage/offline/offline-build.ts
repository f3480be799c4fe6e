/** A file of a build of the studio. */
export interface OfflineFile {
  /** From the studio's root, without a slash at the start; empty for the page itself. */
  readonly path: string;
  /** Of its contents, as in the `integrity` attribute: `sha256-…`. */
  readonly integrity: string;
  /** What it belongs to that not every browser uses: a build of ONNX Runtime. Absent: all use it. */
  readonly part?: string;
}

/** All that one build of the studio needs without a network; made when it is built. */
export interface OfflineBuild {
  /** Letters and digits; another one when anything in the build is different. */
  readonly id: string;
  /** Response headers that the page needs, whatever server it came from. */
  readonly headers: Readonly<Record<string, string>>;
  readonly files: readonly OfflineFile[];
}
