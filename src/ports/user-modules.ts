/** Loads TypeScript and JavaScript files that a user wrote. */
export interface UserModules {
  /**
   * Runs the file and gives its exports.
   * @param path absolute
   * @throws UsageError when there is no such file, it cannot be parsed, or it throws: file and line
   */
  load(path: string): Promise<Readonly<Record<string, unknown>>>
}
