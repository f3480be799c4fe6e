import { describeVisorGoldens } from '../../../helpers/visor-goldens.ts';

describeVisorGoldens('tests/fixtures/visor');
