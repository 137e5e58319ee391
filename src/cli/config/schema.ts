import { z } from 'zod'
import { didYouMean } from '../../documents/problems.ts'
import { PARTITIONER_FORMS, type PartitionerFunction } from '../../domain/routing/partitioners.ts'
import { REDUCER_NAMES, type ReducerFunction } from '../../domain/routing/reducers.ts'
import { MOST_SLOTS } from '../flags/number-lists.ts'
import { FILE_FORMATS, PASSWORD_MECHANISMS } from './config.ts'
import { isModuleReference } from './module-function.ts'

const text = z.string().min(1)
const count = z.int().min(1).max(MOST_SLOTS)
const PARTITIONER_NAMES = PARTITIONER_FORMS.map((form) => form.replace(/:.*/, ''))

/** A name of something built in, or `module:FILE#EXPORT`. */
function named(kind: string, names: readonly string[], nameOf: (spec: string) => string) {
  return z.string().refine((spec) => isModuleReference(spec) || names.includes(nameOf(spec)), {
    error: ({ input }) => {
      const hint = didYouMean(nameOf(String(input)), names)
      return `is no ${kind}${hint || `; known are ${names.join(', ')} and module:FILE#EXPORT`}`
    },
  })
}

function userFunction<F>() {
  return z.custom<F>((value) => typeof value === 'function', { error: 'must be a function' })
}

const partitioner = z.union([
  named('partitioner', PARTITIONER_NAMES, (spec) => spec.replace(/:.*/s, '')),
  userFunction<PartitionerFunction>(),
])
const reducer = z.union([
  named('reducer', REDUCER_NAMES, (spec) => spec),
  userFunction<ReducerFunction>(),
])

const tls = z.strictObject({
  caFile: text.exactOptional(),
  certFile: text.exactOptional(),
  keyFile: text.exactOptional(),
  keyPassphraseEnv: text.exactOptional(),
  serverName: text.exactOptional(),
  rejectUnauthorized: z.boolean().exactOptional(),
})
const passwordSasl = z.strictObject({
  mechanism: z.enum(PASSWORD_MECHANISMS),
  username: text.exactOptional(),
  usernameEnv: text.exactOptional(),
  password: text.exactOptional(),
  passwordEnv: text.exactOptional(),
})
const tokenSasl = z.strictObject({
  mechanism: z.literal('oauthbearer'),
  token: text.exactOptional(),
  tokenEnv: text.exactOptional(),
})
const connection = {
  tls: z.union([z.boolean(), tls]).exactOptional(),
  sasl: z.discriminatedUnion('mechanism', [passwordSasl, tokenSasl]).exactOptional(),
}

const uriSource = z.strictObject({
  uri: text,
  format: z.enum(FILE_FORMATS).exactOptional(),
  onBadRecord: z.enum(['fail', 'skip']).exactOptional(),
  ...connection,
})
const clusterTopic = z.strictObject({ cluster: text, topic: text })
const cluster = z.strictObject({ uri: text, ...connection })

const strategy = z.strictObject({
  partitioner: partitioner.exactOptional(),
  reducer: reducer.exactOptional(),
  reducers: z
    .strictObject({
      partition: reducer.exactOptional(),
      segment: reducer.exactOptional(),
      virtualPartition: reducer.exactOptional(),
    })
    .exactOptional(),
  partitions: count.exactOptional(),
  segments: count.exactOptional(),
  virtualPartitions: count.exactOptional(),
  distribution: z.enum(['consistent', 'balanced']).exactOptional(),
})

const group = z.strictObject({
  segments: count,
  mergeKey: text.exactOptional(),
  topics: z.array(text).min(1).exactOptional(),
  strategy: text.exactOptional(),
  cluster: text.exactOptional(),
})

/** The shape of a configuration; what its names refer to is `reference-problems.ts`. */
export const configSchema = z.strictObject({
  sources: z.record(text, z.union([text, uriSource, clusterTopic])).exactOptional(),
  clusters: z.record(text, z.union([text, cluster])).exactOptional(),
  strategies: z.record(text, strategy).exactOptional(),
  groups: z.record(text, group).exactOptional(),
  budgets: z.record(text, z.number().min(0)).exactOptional(),
  defaults: z
    .strictObject({
      source: text.exactOptional(),
      cluster: text.exactOptional(),
      strategy: text.exactOptional(),
    })
    .exactOptional(),
})
