/** Bytes of a whole, the last one included. */
interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Answers a request for a part of a response that is kept whole. A header that asks for several
 * parts, or that cannot be read, is answered with the whole, as servers may.
 * Source: RFC 9110, section 14.
 * @param whole status 200; its body is read, or is the body of what comes back
 * @param range the request's `Range` header
 */
export async function rangeResponse(whole: Response, range: string | null): Promise<Response> {
  if (range === null || whole.status !== 200) return whole;
  const wanted = /^bytes=(\d*)-(\d*)$/.exec(range.trim());
  if (wanted === null || wanted[0] === 'bytes=-') return whole;
  const blob = await whole.blob();
  const part = rangeWithin(blob.size, wanted[1] ?? '', wanted[2] ?? '');
  const headers = new Headers(whole.headers);
  if (part === undefined) {
    headers.set('Content-Range', `bytes */${blob.size}`);
    headers.delete('Content-Length');
    return new Response(null, { status: 416, headers });
  }
  const { first, last } = part;
  headers.set('Content-Range', `bytes ${first}-${last}/${blob.size}`);
  headers.set('Content-Length', String(last - first + 1));
  return new Response(blob.slice(first, last + 1), { status: 206, headers });
}

/** Absent where no byte of the whole is asked for. */
function rangeWithin(size: number, from: string, to: string): ByteRange | undefined {
  // `-500`: the last 500 bytes.
  const first = from === '' ? Math.max(size - Number(to), 0) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first <= last ? { first, last } : undefined;
}
