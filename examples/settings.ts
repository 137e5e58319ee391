import type { RuntimeSettings } from 'pstool'

/** What an example exports: everything but where messages come from, which the test or you give. */
export type Settings = Omit<RuntimeSettings, 'source'>
