import { existsSync } from 'node:fs';
import { test } from 'vitest';
import { describeVisorGoldens } from '../../helpers/visor-goldens.ts';

/** `VISOR_GOLDENS` names another folder of the same form. */
const FOLDER = process.env['VISOR_GOLDENS'] ?? '../shared/goldens/visor_convert';

if (existsSync(FOLDER)) {
  describeVisorGoldens(FOLDER);
} else {
  test('conversion of VISOR', (context) => {
    process.stderr.write(`VISOR goldens skipped: there is no folder ${FOLDER}\n`);
    context.skip(`there is no folder ${FOLDER}`);
  });
}
