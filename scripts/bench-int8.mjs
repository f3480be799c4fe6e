/**
 * `npm run bench -- --int8`: what int8 weights do to the reference's tracks with the bundled model, and
 * what they weigh.
 * @param {import('vite').ViteDevServer} server
 */
export async function benchInt8(server) {
  /** @type {typeof import('../tests/bench/int8-bench.ts')} */
  const { measureInt8 } = /** @type {any} */ (
    await server.ssrLoadModule('/tests/bench/int8-bench.ts')
  );
  const { weights, tracks } = await measureInt8();
  console.log(
    'Bytes of the weights:\n\n| kept as | bytes | gzip | brotli |\n| --- | --- | --- | --- |',
  );
  for (const { kept, bytes, gzip, brotli } of weights) {
    console.log(`| ${kept} | ${bytes} | ${gzip} | ${brotli} |`);
  }
  console.log('\nLeast IoU with the reference’s masks:\n');
  console.log('| track | masks | float16 | int8 | under 0.995 |\n| --- | --- | --- | --- | --- |');
  for (const { name, masks, float16, int8, under } of tracks) {
    console.log(`| ${name} | ${masks} | ${float16.toFixed(4)} | ${int8.toFixed(4)} | ${under} |`);
  }
}
