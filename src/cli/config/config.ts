import type { PartitionerFunction } from '../../domain/routing/partitioners.ts'
import type { ReducerFunction } from '../../domain/routing/reducers.ts'

/**
 * What `pstool.config.{ts,js,mjs,json,yaml,yml}` holds. Every name given here can stand wherever the
 * command line takes a URI or the name of a strategy. Relative paths are relative to the file's folder.
 */
export interface PstoolConfig {
  /** Where messages are read: name -> URI or settings. */
  readonly sources?: Readonly<Record<string, string | SourceSettings>>
  /** Where consumer groups live: name -> URI or settings. */
  readonly clusters?: Readonly<Record<string, string | ClusterSettings>>
  /** Ways to spread messages over partitions, segments and virtual partitions. */
  readonly strategies?: Readonly<Record<string, StrategySettings>>
  /** Origin group -> its parallel segments (P1). */
  readonly groups?: Readonly<Record<string, GroupSettings>>
  /** Limits that `pstool check` holds against what it finds: name -> number. */
  readonly budgets?: Readonly<Record<string, number>>
  /** What is taken when neither a flag nor a variable says otherwise. */
  readonly defaults?: DefaultSettings
}

/** One place to read from: a URI of its own, or a topic of a cluster that is named in `clusters`. */
export type SourceSettings = UriSource | ClusterTopic

export interface UriSource extends ConnectionSettings {
  /** `kafka://host:9092/topic`, `local:path.db/topic`, a file. */
  readonly uri: string
  /** What a file holds; told from its name and content unless given. */
  readonly format?: FileFormat
  /** A line that cannot be read ends the command (`fail`, default) or is counted (`skip`). */
  readonly onBadRecord?: 'fail' | 'skip'
}

export interface ClusterTopic {
  /** A name in `clusters`, whose TLS and SASL settings are used. */
  readonly cluster: string
  readonly topic: string
}

export const FILE_FORMATS = ['ndjson', 'kcat', 'csv', 'keys'] as const
/** NDJSON, what `kcat -J` prints, CSV with a header, or plain keys one a line. */
export type FileFormat = (typeof FILE_FORMATS)[number]

export interface ClusterSettings extends ConnectionSettings {
  /** `kafka://host:9092[,host:9093]`, `local:path.db`. */
  readonly uri: string
}

/** How to get in. Secrets are best left in the environment; those given here are never printed. */
export interface ConnectionSettings {
  /** `true` trusts the system's authorities. */
  readonly tls?: boolean | TlsSettings
  readonly sasl?: SaslSettings
}

export interface TlsSettings {
  /** PEM files. */
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
  readonly keyPassphraseEnv?: string
  /** The name that the certificate must carry, where it is not the host's. */
  readonly serverName?: string
  /** `false` accepts any certificate: for trying things out. */
  readonly rejectUnauthorized?: boolean
}

export const PASSWORD_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const
/** Names of the mechanisms as they are written in a URI's query. */
export type SaslSettings = PasswordSasl | TokenSasl

export interface PasswordSasl {
  readonly mechanism: (typeof PASSWORD_MECHANISMS)[number]
  readonly username?: string
  /** The variable that holds the user's name. */
  readonly usernameEnv?: string
  readonly password?: string
  /** The variable that holds the password. */
  readonly passwordEnv?: string
}

export interface TokenSasl {
  readonly mechanism: 'oauthbearer'
  readonly token?: string
  /** The variable that holds the token. */
  readonly tokenEnv?: string
}

/** A name of R5, `module:FILE#EXPORT`, or a function. */
export type PartitionerSetting = string | PartitionerFunction
/** A name of R3, `module:FILE#EXPORT`, or a function. */
export type ReducerSetting = string | ReducerFunction

export interface StrategySettings {
  /** Message -> virtual key; `key` unless given. */
  readonly partitioner?: PartitionerSetting
  /** The reducer of every layer that `reducers` does not name. */
  readonly reducer?: ReducerSetting
  /** Virtual key, n -> slot 0..n-1, per layer. */
  readonly reducers?: {
    readonly partition?: ReducerSetting
    readonly segment?: ReducerSetting
    readonly virtualPartition?: ReducerSetting
  }
  /** Slots per layer; a layer without a count is left out. */
  readonly partitions?: number
  readonly segments?: number
  readonly virtualPartitions?: number
  /** How a batch is spread over virtual partitions (V3); `consistent` unless given. */
  readonly distribution?: 'consistent' | 'balanced'
}

export interface GroupSettings {
  /** How many segment groups there are; 1 means that segments are off (P1). */
  readonly segments: number
  /** Between the origin's name and the segment's number; `-parallel-` unless given. */
  readonly mergeKey?: string
  /** The topics that the group reads; those it has offsets for unless given. */
  readonly topics?: readonly string[]
  /** The strategy that the group's consumers filter by: a name in `strategies`. */
  readonly strategy?: string
  /** Where the group lives: a name in `clusters`; the default cluster unless given. */
  readonly cluster?: string
}

/** Names in `sources`, `clusters` and `strategies`. A lone source or cluster is its own default. */
export interface DefaultSettings {
  readonly source?: string
  readonly cluster?: string
  readonly strategy?: string
}

/** Gives the configuration back as it is; here so that an editor knows its fields. */
export function defineConfig(config: PstoolConfig): PstoolConfig {
  return config
}
