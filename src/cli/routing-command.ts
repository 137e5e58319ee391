import { type KeyEncoding, parseKeyText } from '../domain/routing/key-encoding.ts'
import type { RouteNaming } from '../domain/routing/route.ts'
import type { RoutesDocument } from '../domain/routing/routes.ts'
import type { Strategy } from '../domain/routing/strategy.ts'
import type { VirtualKey } from '../domain/routing/types.ts'
import { UsageError } from '../errors.ts'
import { keysOf, routeKeys } from '../usecases/route-keys.ts'
import { configFlags, PstoolCommand, type ShowFlags } from './base-command.ts'
import { openSource } from './compose.ts'
import type { FileFormat } from './config/config.ts'
import type { Settings } from './config/resolve-settings.ts'
import {
  noCounts,
  refuseIdle,
  refuseIdleReducers,
  refuseWithoutLayer,
  type TypedFlags,
} from './flags/idle-flags.ts'
import { type LayerValues, layersOf } from './flags/layer-flags.ts'
import { strategyFrom } from './strategies.ts'

export interface RoutingFlags extends LayerValues, ShowFlags {
  readonly config?: string | undefined
  readonly strategy?: string | undefined
  readonly partitioner?: string | undefined
  readonly 'keys-from'?: string | undefined
  readonly 'input-format'?: FileFormat | undefined
  readonly 'on-bad-record'?: 'fail' | 'skip' | undefined
  readonly 'key-encoding': KeyEncoding
  readonly group?: string | undefined
}

/** A command that routes keys: those of its arguments, or those of a file. */
export abstract class RoutingCommand extends PstoolCommand {
  static override baseFlags = { ...PstoolCommand.baseFlags, ...configFlags }

  protected async routing(flags: RoutingFlags, keys: readonly string[]): Promise<RoutesDocument> {
    const { settings, modules } = await this.settings(flags)
    const layers = layersOf(flags, null)
    const context = { modules, folder: process.cwd() }
    const strategy = await strategyFrom(
      { partitioner: flags.partitioner, layers, seed: 1 },
      settings.strategy(),
      context,
    )
    this.checkFlags(flags, strategy)
    const document = await routeKeys({
      keys: keysGiven(flags, keys, strategy, this.typed),
      strategies: [strategy],
      naming: namingOf(flags.group, settings),
      generatedBy: this.generatedBy,
    })
    await this.show(document, flags)
    return document
  }

  private checkFlags(flags: RoutingFlags, { counts }: Strategy): void {
    refuseIdleReducers(this.typed, counts)
    if (Object.keys(counts).length === 0) throw noCounts('route', 'keys are spread')
    refuseWithoutLayer(this.typed, counts, 'segment', ['group'])
    if (flags['keys-from'] !== undefined) return
    const ofFiles = ['partitioner', 'input-format', 'on-bad-record']
    refuseIdle(this.typed, ofFiles, 'without --keys-from', 'They are about the keys of a file.')
  }
}

/** The keys of the arguments, or of the file that stands in for them. */
function keysGiven(
  flags: RoutingFlags,
  keys: readonly string[],
  strategy: Strategy,
  typed: TypedFlags,
): Iterable<VirtualKey> | AsyncIterable<VirtualKey> {
  const file = flags['keys-from']
  if (file === undefined && keys.length === 0) throw noKeys()
  if (file !== undefined && keys.length > 0) throw keysTwice()
  if (file === undefined) {
    return keys.map((text) => parseKeyText(text, flags['key-encoding']))
  }
  return encoded(keysIn(file, flags, strategy, typed), flags['key-encoding'])
}

async function* keysIn(
  uri: string,
  flags: RoutingFlags,
  strategy: Strategy,
  typed: TypedFlags,
): AsyncGenerator<VirtualKey> {
  const source = await openSource(
    { name: null, uri },
    {
      format: flags['input-format'],
      onBadRecord: flags['on-bad-record'],
      typed,
      env: process.env,
    },
  )
  try {
    yield* keysOf(source, strategy)
  } finally {
    // A connection that stays open keeps the process from ending.
    await source.close()
  }
}

/** Keys of a file are their own bytes; another encoding reads their text. */
async function* encoded(
  keys: AsyncIterable<VirtualKey>,
  encoding: KeyEncoding,
): AsyncGenerator<VirtualKey> {
  const text = new TextDecoder()
  for await (const key of keys) {
    const reads = encoding !== 'text' && key instanceof Uint8Array
    yield reads ? parseKeyText(text.decode(key), encoding) : key
  }
}

function namingOf(origin: string | undefined, settings: Settings): RouteNaming | undefined {
  if (origin === undefined) return undefined
  return { origin, mergeKey: settings.groups[origin]?.mergeKey }
}

function noKeys(): UsageError {
  return new UsageError('route.no-keys', 'there is no key to route', [
    'Give keys as arguments (pstool route order-123 --segments 5), or --keys-from FILE.',
  ])
}

function keysTwice(): UsageError {
  return new UsageError('route.keys-twice', 'keys come from arguments or from --keys-from', [
    'Leave one of them out.',
  ])
}
