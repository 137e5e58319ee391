import type { InitDocument } from '../../domain/model/init.ts'
import { type Block, headline, listing, section } from '../blocks.ts'
import type { Renderer } from '../renderer.ts'
import { plural } from '../text/numbers.ts'

/** `init`: the files that were made, and what to type next. */
export const initRenderer: Renderer<InitDocument> = {
  blocks: ({ created, next }): Block[] => [
    headline(`${plural(created.length, 'file')} created`),
    listing(created),
    ...(next.length === 0 ? [] : [section('Next'), listing(next)]),
  ],
  csv: ({ created }) => ({ columns: ['created'], rows: created.map((file) => [file]) }),
}
