/** What Vite puts into `import.meta.env`; its own types would bring the page's globals along. */
interface ImportMetaEnv {
  BASE_URL: string;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
}
