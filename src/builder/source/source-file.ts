/** One entry of a source folder. Paths are relative, with `/` between parts. */
export type SourceFile =
  | { path: string; type: 'file'; size: number; executable: boolean }
  | { path: string; type: 'symlink'; target: string }
