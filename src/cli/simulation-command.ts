import type { SimulationDocument } from '../domain/simulation/simulation.ts'
import { simulate } from '../usecases/simulate.ts'
import { noCounts, refuseIdleReducers, refuseWithoutLayer } from './flags/idle-flags.ts'
import { maxMemoryOf } from './flags/sampling-flags.ts'
import { ReadingCommand, type ReadingFlags } from './reading-command.ts'
import { sideBySide } from './strategies.ts'

export interface SimulationFlags extends ReadingFlags {
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
      if (members === null && Object.keys(counts).length === 0) {
        throw noCounts('simulate', 'messages are spread')
      }
      refuseIdleReducers(this.typed, counts)
      refuseWithoutLayer(this.typed, counts, 'virtualPartition', ['max-messages', 'distribution'])
      return simulate(source, {
        strategies: sideBySide(strategy),
        selection,
        maxMessages: flags['max-messages'],
        distribution: flags.distribution ?? distribution,
        members,
        maxMemoryBytes: maxMemoryOf(flags),
        generatedBy: this.generatedBy,
        hooks,
      })
    })
  }
}
