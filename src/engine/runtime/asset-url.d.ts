/** The address under which Vite serves a file of a package. */
declare module '*?url' {
  const url: string;
  export default url;
}
