import { z } from 'zod'
import { PUBLISHED_SCHEMAS } from './documents.ts'

const TITLES: Readonly<Record<keyof typeof PUBLISHED_SCHEMAS, string>> = {
  'consume-trace': 'What a consumer runtime did, as pstool consume --trace writes it',
  consumption: 'What pstool consume has done',
  error: 'What a failed pstool command prints with --json',
  init: 'What pstool init made',
  'key-profile': 'What pstool analyze-keys says about a stream of keys',
  'local-state': 'The embedded cluster, as pstool local load and dump read and write it',
  'offset-journal': 'What a run of pstool segments leaves on disk, for resume and restore',
  'offset-plan': 'What moving committed offsets would do, as pstool segments plans it',
  'offset-result': 'What a run of pstool segments has done',
  routes: 'Where keys land, as pstool route says',
  sample: 'What pstool sample copied',
  'segment-status': 'Where segmented groups stand, as pstool segments status says',
  simulation: 'What pstool simulate says about strategies',
}

/** The JSON Schemas (2020-12) of all documents: file name -> text, in the order of the names. */
export function jsonSchemaFiles(): ReadonlyMap<string, string> {
  const kinds = Object.keys(PUBLISHED_SCHEMAS) as (keyof typeof PUBLISHED_SCHEMAS)[]
  return new Map(
    kinds.sort().map((kind) => {
      const text = JSON.stringify(jsonSchemaOf(kind), null, 2)
      return [`${kind}.schema.json`, `${text}\n`]
    }),
  )
}

function jsonSchemaOf(kind: keyof typeof PUBLISHED_SCHEMAS) {
  const { $schema, ...body } = z.toJSONSchema(PUBLISHED_SCHEMAS[kind], {
    override: ({ jsonSchema }) => {
      // Node's largest exact integer says nothing about documents, and `base64` is no known format.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.format === 'base64') delete jsonSchema.format
      delete jsonSchema.id
    },
  })
  return { $schema, $id: `urn:pstool:schema:${kind}:1`, title: TITLES[kind], ...body }
}
