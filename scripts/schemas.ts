/** Writes the JSON Schema of every document under schemas/, and removes what is no document's. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { jsonSchemaFiles } from '../src/documents/json-schema.ts'

const folder = new URL('../schemas/', import.meta.url)
const files = jsonSchemaFiles()
mkdirSync(folder, { recursive: true })
for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(new URL(name, folder))
for (const [name, text] of files) writeFileSync(new URL(name, folder), text)
console.log(`${files.size} schemas written`)
