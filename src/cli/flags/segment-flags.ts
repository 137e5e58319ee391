import { Flags } from '@oclif/core'
import { OFFSET_FORMATS } from '../../domain/offsets/interop/offset-file.ts'
import { MOST_SLOTS } from './number-lists.ts'
import { clusterFlags } from './source-flags.ts'

const groups = 'GROUPS'
const consent = 'CONSENT'
const checks = 'CHECKS'
const interop = 'INTEROP'

/** Which groups a command is about. */
export const groupFlags = {
  ...clusterFlags,
  groups: Flags.string({
    description: 'origin groups; all with segments in the configuration unless given',
    aliases: ['consumer_groups'],
    multiple: true,
    delimiter: ',',
    helpValue: 'GROUP..',
    helpGroup: groups,
  }),
  segments: Flags.integer({
    description: 'number of segments, where the configuration does not say or says another',
    min: 1,
    max: MOST_SLOTS,
    helpGroup: groups,
  }),
  'merge-key': Flags.string({
    description: "between the origin's name and the segment's number (default -parallel-)",
    helpGroup: groups,
  }),
  topics: Flags.string({
    description: 'topics; those that the groups have offsets for unless given',
    multiple: true,
    delimiter: ',',
    helpValue: 'TOPIC..',
    helpGroup: groups,
  }),
}

/** How the cost is told: what messages belong to which segment. */
export const costFlags = {
  strategy: Flags.string({
    description: "how the groups' consumers filter: a strategy of the configuration",
    env: 'PSTOOL_STRATEGY',
    helpGroup: checks,
  }),
  cost: Flags.option({
    description:
      'count the messages that come twice by reading them, or tell the most that there can be',
    options: ['auto', 'exact', 'bound'] as const,
    default: 'auto' as const,
    helpGroup: checks,
  })(),
}

/** What holds for everything that writes offsets. */
export const writingFlags = {
  'dry-run': Flags.boolean({ description: 'show the plan and write nothing', helpGroup: consent }),
  yes: Flags.boolean({
    char: 'y',
    description: 'apply the plan without asking',
    helpGroup: consent,
  }),
  force: Flags.boolean({
    description: 'go over existing and inconclusive offsets, without asking',
    helpGroup: consent,
  }),
  'on-range': Flags.option({
    description: 'an offset that the log does not keep is refused, or moved to the nearest kept',
    options: ['fail', 'clamp'] as const,
    default: 'fail' as const,
    helpGroup: checks,
  })(),
  'quiet-window': Flags.integer({
    description: 'seconds for which offsets must rest before anything is written; 0: no watch',
    default: 3,
    min: 0,
    max: 3600,
    helpGroup: checks,
  }),
  'journal-dir': Flags.string({
    description: 'folder of the journals, which resume and restore need',
    default: '.pstool/journals',
    env: 'PSTOOL_JOURNAL_DIR',
    helpValue: 'FOLDER',
    helpGroup: consent,
  }),
}

/** Offsets for other tools. */
export const exportFlags = (description: string) => ({
  export: Flags.string({ description, helpValue: 'FILE', helpGroup: interop }),
  'export-format': Flags.option({
    description:
      'kafka: CSV of kafka-consumer-groups.sh; rpk: text of rpk group seek, of one group',
    options: OFFSET_FORMATS,
    default: 'kafka' as const,
    helpGroup: interop,
  })(),
})

/** Offsets of other tools. */
export const fromFlags = {
  from: Flags.string({
    description:
      "instead of a plan: a file of offsets that groups are to get, in Kafka's or rpk's format; - for stdin",
    helpValue: 'FILE',
    helpGroup: interop,
  }),
  groups: Flags.string({
    description: 'with --from: those of its groups; the one that lines without a group are for',
    multiple: true,
    delimiter: ',',
    helpValue: 'GROUP..',
    helpGroup: interop,
  }),
  'input-format': Flags.option({
    description: 'format of --from',
    options: OFFSET_FORMATS,
    default: 'kafka' as const,
    helpGroup: interop,
  })(),
}

/** What becomes of a plan beside being applied. */
export const planFlags = {
  'plan-out': Flags.string({
    description: 'write the plan to a file, for `segments apply`, and apply nothing',
    helpValue: 'FILE',
    helpGroup: consent,
  }),
  ...exportFlags(
    'write the offsets that groups are to have to a file, - for stdout, and apply nothing unless with --yes or --force',
  ),
  'show-commands': Flags.boolean({
    description: "print the same as commands of Kafka's own tool, and apply nothing",
    helpGroup: interop,
  }),
}
