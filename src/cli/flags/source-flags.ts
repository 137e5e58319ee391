import { Flags } from '@oclif/core'

const helpGroup = 'SOURCE'

/** Where messages are read, and what happens at a line that cannot be. */
export const sourceFlags = {
  source: Flags.string({
    description: 'URI, file, - for stdin, or a name in the configuration',
    env: 'PSTOOL_SOURCE',
    helpValue: 'URI',
    helpGroup,
  }),
  'input-format': Flags.option({
    description: 'what a file holds, where its name and content do not tell',
    options: ['ndjson', 'kcat', 'csv', 'keys'] as const,
    env: 'PSTOOL_INPUT_FORMAT',
    helpGroup,
  })(),
  'on-bad-record': Flags.option({
    description: 'a line that cannot be read ends the command, or is counted (default fail)',
    options: ['fail', 'skip'] as const,
    env: 'PSTOOL_ON_BAD_RECORD',
    helpGroup,
  })(),
}

/** Where consumer groups live. */
export const clusterFlags = {
  cluster: Flags.string({
    description: 'URI, or a name in the configuration',
    env: 'PSTOOL_CLUSTER',
    helpValue: 'URI',
    helpGroup: 'CLUSTER',
  }),
}
