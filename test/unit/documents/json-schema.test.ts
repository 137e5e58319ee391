import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { PUBLISHED_SCHEMAS } from '../../../src/documents/documents.ts'
import { jsonSchemaFiles } from '../../../src/documents/json-schema.ts'
import { DOCUMENT_EXAMPLES } from '../../support/document-examples.ts'

type Kind = keyof typeof PUBLISHED_SCHEMAS
const kinds = Object.keys(PUBLISHED_SCHEMAS) as Kind[]
const files = jsonSchemaFiles()
const schemaOf = (kind: Kind) => JSON.parse(files.get(`${kind}.schema.json`)!)
/** An independent validator; strict, so that a keyword it does not know is an error. */
const ajv = new Ajv2020({ strict: true })
const validatorOf = (kind: Kind) => ajv.getSchema(schemaOf(kind).$id) ?? ajv.compile(schemaOf(kind))

/** Every copy of a document with one field changed: left out, or of another type. */
function* mutants(document: object): Generator<{ at: string; mutant: object }> {
  for (const path of fieldsOf(document)) {
    for (const change of ['left out', 'of another type'] as const) {
      const mutant = structuredClone(document)
      const field = path.at(-1)!
      const parent = path
        .slice(0, -1)
        .reduce<Record<string, unknown>>(
          (node, part) => node[part] as Record<string, unknown>,
          mutant as Record<string, unknown>,
        )
      if (change === 'of another type')
        parent[field] = typeof parent[field] === 'boolean' ? 1 : true
      else if (Array.isArray(parent)) parent.splice(Number(field), 1)
      else delete parent[field]
      yield { at: `${path.join('.')} ${change}`, mutant }
    }
  }
}

function fieldsOf(node: unknown): string[][] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]) => [
    [name],
    ...fieldsOf(value).map((path) => [name, ...path]),
  ])
}

describe('schemas/', () => {
  it('is what the types say: run "npm run schemas" after changing them', () => {
    expect(readdirSync('schemas').sort()).toEqual([...files.keys()])
    for (const [name, text] of files) expect(readFileSync(`schemas/${name}`, 'utf8')).toBe(text)
  })

  it.each(kinds)('%s: takes a full document, and has an id and a title', (kind) => {
    const validate = validatorOf(kind)
    expect(validate(DOCUMENT_EXAMPLES[kind]), JSON.stringify(validate.errors)).toBe(true)
    expect(schemaOf(kind)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:pstool:schema:${kind}:1`,
      title: expect.stringContaining(' '),
    })
  })

  it.each(kinds)('%s: says the same as the types about every field changed', (kind) => {
    const validate = validatorOf(kind)
    let refused = 0
    const disputed: string[] = []
    for (const { at, mutant } of mutants(DOCUMENT_EXAMPLES[kind])) {
      const taken = PUBLISHED_SCHEMAS[kind].safeParse(mutant).success
      if (validate(mutant) !== taken) disputed.push(at)
      if (!taken) refused++
    }
    expect(disputed).toEqual([])
    expect(refused).toBeGreaterThan(fieldsOf(DOCUMENT_EXAMPLES[kind]).length / 2)
  })

  it('refuses a field that no type has, which the types leave out', () => {
    const strange = { ...DOCUMENT_EXAMPLES.init, strange: 1 }
    expect(validatorOf('init')(strange)).toBe(false)
    expect(PUBLISHED_SCHEMAS.init.parse(strange)).toEqual(DOCUMENT_EXAMPLES.init)
  })
})
