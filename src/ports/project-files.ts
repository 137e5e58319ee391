/** Files of the directory that pstool was started in; paths are relative to it. */
export interface ProjectFiles {
  exists(path: string): Promise<boolean>
  /** Writes the whole file, folders included; `replace` says whether one may be there already. */
  write(path: string, text: string, mode: 'create' | 'replace'): Promise<void>
}
