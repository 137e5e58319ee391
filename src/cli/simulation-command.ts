import type { SimulationDocument } from '../domain/simulation/simulation.ts'
import { simulate } from '../usecases/simulate.ts'
import { noCounts, refuseIdleReducers, refuseWithoutLayer } from './flags/idle-flags.ts'
import { maxMemoryOf } from './flags/sampling-flags.ts'
import { refuseIdleTiming, type TimingValues, timingOf } from './flags/timing-flags.ts'
import { ReadingCommand, type ReadingFlags } from './reading-command.ts'
import { sideBySide } from './strategies.ts'

export interface SimulationFlags extends ReadingFlags, TimingValues {
  readonly 'max-messages': number
  readonly 'max-memory'?: string | undefined
  readonly distribution?: 'consistent' | 'balanced' | undefined
  readonly members?: number | undefined
}

/** A command that plays the messages of a source through layers. */
export abstract class SimulationCommand extends ReadingCommand {
  protected simulation(flags: SimulationFlags): Promise<SimulationDocument> {
    const { members = null } = flags
    return this.routedReading(flags, ({ source, strategy, selection, distribution, hooks }) => {
      const { counts } = strategy
      const timing = timingOf(flags, selection.seed)
      if (members === null && timing === null && Object.keys(counts).length === 0) {
        throw noCounts('simulate', 'messages are spread')
      }
      refuseIdleReducers(this.typed, counts)
      refuseIdleTiming(this.typed, counts, timing)
      // Without virtual partitions batches show in time alone.
      const ofBatches = timing === null ? ['max-messages', 'distribution'] : ['distribution']
      refuseWithoutLayer(this.typed, counts, 'virtualPartition', ofBatches)
      return simulate(source, {
        strategies: sideBySide(strategy),
        selection,
        maxMessages: flags['max-messages'],
        distribution: flags.distribution ?? distribution,
        members,
        timing,
        maxMemoryBytes: maxMemoryOf(flags),
        generatedBy: this.generatedBy,
        hooks,
      })
    })
  }
}
