import type { SampleDocument } from '../../domain/model/sample.ts'
import { type Block, headline } from '../blocks.ts'
import type { Renderer } from '../renderer.ts'
import { plural } from '../text/numbers.ts'
import { nothingRead, readBlocks } from './read-blocks.ts'

/** `sample`: what was copied, and from where. */
export const sampleRenderer: Renderer<SampleDocument> = {
  blocks: ({ messages, content, values, output, read }): Block[] => {
    const what = plural(messages, content === 'keys' ? 'key' : 'message')
    const without = content === 'messages' && !values ? ' without values' : ''
    const where = output === null ? '' : ` to ${output}`
    return [
      headline(`${what}${without} written${where}`),
      ...readBlocks(read),
      ...(messages === 0 ? [nothingRead] : []),
    ]
  },
  csv: ({ messages, content, values, output }) => ({
    columns: ['output', 'messages', 'content', 'values'],
    rows: [[output, messages, content, String(values)]],
  }),
}
