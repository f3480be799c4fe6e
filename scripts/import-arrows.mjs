/**
 * Who may import whom in `src`, besides itself. `protocol (types)` allows `import type` alone.
 * `npm run lint:config` writes the linter's configuration from these tables.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const ARROWS = {
  core: [],
  protocol: ['core'],
  scoring: ['core'],
  formats: ['core'],
  storage: ['core'],
  engine: ['core', 'protocol (types)'],
  media: ['core', 'protocol (types)'],
  render: ['media', 'core', 'protocol (types)'],
  exchange: ['render', 'formats', 'storage', 'core', 'protocol (types)'],
  client: ['protocol', 'core'],
  store: ['client', 'storage', 'core', 'protocol (types)'],
  ui: ['store', 'core'],
};

/** What a worker's entry may import. */
export const WORKER_ARROWS = [
  'protocol',
  'engine',
  'media',
  'render',
  'scoring',
  'formats',
  'exchange',
  'storage',
  'core',
];

/**
 * The only folders that may import these packages.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const PACKAGES = {
  react: ['ui'],
  'react-dom': ['ui'],
  'radix-ui': ['ui'],
  'lucide-react': ['ui'],
  zustand: ['store', 'ui'],
  comlink: ['workers', 'client', 'protocol'],
  'onnxruntime-web': ['engine/runtime'],
  'idb-keyval': ['storage'],
  mediabunny: ['media', 'render'],
  gifenc: ['render'],
  '@zip.js/zip.js': ['formats', 'media'],
  'client-zip': ['formats'],
  'hash-wasm': ['core'],
  uplot: ['ui'],
};
