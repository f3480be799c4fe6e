import { testJfGoldens } from '../../helpers/jf-suite.ts';

// `JF_GOLDENS` names another folder of the same form.
testJfGoldens(process.env['JF_GOLDENS'] ?? '../shared/goldens/jf');
