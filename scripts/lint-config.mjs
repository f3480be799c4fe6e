import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ARROWS, PACKAGES, WORKER_ARROWS } from './import-arrows.mjs';

const SEE = '(CONTRIBUTING.md, import arrows)';
const TYPES_ONLY = ' (types)';

/** @param {number} max */
const atMost = (max) => ['error', { max, skipBlankLines: true, skipComments: true }];

const RULES = {
  'import/no-cycle': 'error',
  'typescript/no-explicit-any': 'error',
  'typescript/no-non-null-assertion': 'error',
  'typescript/no-floating-promises': 'error',
  'typescript/no-misused-promises': 'error',
  'typescript/switch-exhaustiveness-check': 'error',
  'typescript/consistent-type-imports': 'error',
  'typescript/no-unnecessary-type-assertion': 'error',
  'no-console': 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  eqeqeq: 'error',
  'max-lines': atMost(300),
  'max-lines-per-function': atMost(60),
  'max-params': ['error', { max: 4 }],
  // Casts are explained where they stand; a rule cannot tell a reason from none.
  'typescript/no-unsafe-type-assertion': 'off',
  // The compiler's own check of returns knows exhaustive switches.
  'typescript/consistent-return': 'off',
  'consistent-return': 'off',
  // Styles and the polyfill are imported for their effect.
  'import/no-unassigned-import': 'off',
  // Frames and files are worked on one after another on purpose.
  'no-await-in-loop': 'off',
  // Typed arrays sort in place, and are fresh wherever they are sorted.
  'unicorn/no-array-sort': 'off',
  'unicorn/no-array-reverse': 'off',
  // `self` of a worker and a MessagePort have no target origin.
  'unicorn/require-post-message-target-origin': 'off',
  'unicorn/prefer-add-event-listener': 'off',
  'unicorn/consistent-function-scoping': 'off',
  'promise/always-return': 'off',
  'no-shadow': 'off',
  'no-underscore-dangle': 'off',
  'react/react-in-jsx-scope': 'off',
};

/** @param {string} place @param {readonly string[]} arrows */
function importRule(place, arrows) {
  const own = place.split('/')[0] ?? place;
  const free = arrows.filter((folder) => !folder.endsWith(TYPES_ONLY));
  const typed = arrows.filter((folder) => folder.endsWith(TYPES_ONLY));
  const typedFolders = typed.map((folder) => folder.slice(0, -TYPES_ONLY.length));
  const banned = [...Object.keys(ARROWS), 'workers'].filter(
    (folder) => folder !== own && !free.includes(folder) && !typedFolders.includes(folder),
  );
  const packages = Object.keys(PACKAGES).filter((name) => {
    const homes = PACKAGES[name] ?? [];
    return !homes.includes(place) && !homes.includes(own);
  });
  const patterns = [
    {
      group: [...banned.map((folder) => `**/${folder}/**`), '**/main.tsx'],
      message: `${place} may import only itself and: ${arrows.join(', ') || 'nothing'} ${SEE}.`,
    },
    {
      group: packages.flatMap((name) => [name, `${name}/*`]),
      message: `This package is confined to other folders ${SEE}.`,
    },
    ...typedFolders.map((folder) => ({
      group: [`**/${folder}/**`],
      allowTypeImports: true,
      message: `Only types may come from ${folder} ${SEE}.`,
    })),
  ];
  return { 'no-restricted-imports': ['error', { patterns }] };
}

/** The whole of `.oxlintrc.json`. */
export function lintConfig() {
  const folders = Object.entries(ARROWS).map(([folder, arrows]) => ({
    files: [`src/${folder}/**`],
    rules: importRule(folder, arrows),
  }));
  return {
    $schema: './node_modules/oxlint/configuration_schema.json',
    plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise'],
    categories: { correctness: 'error', suspicious: 'error' },
    options: { typeAware: true },
    ignorePatterns: ['dist', 'node_modules', 'public', 'test-results', 'tests/fixtures'],
    rules: RULES,
    overrides: [
      ...folders,
      {
        files: ['src/engine/runtime/**'],
        rules: importRule('engine/runtime', ARROWS['engine'] ?? []),
      },
      {
        files: ['workers/**'],
        rules: { ...importRule('workers', WORKER_ARROWS), 'max-lines': atMost(40) },
      },
      {
        files: ['src/ui/**', 'src/main.tsx'],
        plugins: ['react', 'jsx-a11y', 'typescript', 'import', 'unicorn', 'oxc', 'promise'],
        rules: { 'react/exhaustive-deps': 'error', 'react/rules-of-hooks': 'error' },
      },
      {
        files: ['src/{core,scoring,formats,exchange,engine}/**'],
        rules: { 'no-restricted-globals': ['error', 'document', 'window', 'localStorage'] },
      },
      {
        files: ['tests/**', 'scripts/**', '*.config.ts'],
        rules: {
          'max-lines': 'off',
          'max-lines-per-function': 'off',
          'max-params': 'off',
          'no-console': 'off',
        },
      },
    ],
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync('.oxlintrc.json', `${JSON.stringify(lintConfig(), undefined, 2)}\n`);
}
