/** A start tag as a strict reader sees it. */
export interface HtmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

const VOID = new Set(['meta', 'br', 'input'])
const TAG = /<(\/?)([a-z][a-z0-9]*)((?: [a-zA-Z-]+(?:="[^"<>]*")?)*)(\/?)>/y
const TEXT = /(?:[^<>&]|&(?:amp|lt|gt|quot|#39|#9670);)+/y

/**
 * Reads HTML in which every element is closed, attributes are quoted, and markup in text is written
 * as entities. @throws Error where it is not so
 */
export function checkHtml(page: string): HtmlElement[] {
  const body = page.replace(/^<!doctype html>\n/, '').replace(/<style>[^<]*<\/style>/, '')
  const elements: HtmlElement[] = []
  const open: string[] = []
  for (let at = 0; at < body.length; ) {
    TAG.lastIndex = at
    TEXT.lastIndex = at
    const tag = TAG.exec(body)
    const length = tag?.[0].length ?? TEXT.exec(body)?.[0].length
    if (length === undefined) throw new Error(`neither tag nor text: ${body.slice(at, at + 60)}`)
    at += length
    if (tag === null) continue
    const [, closing, name = '', attributes = '', selfClosing] = tag
    if (closing === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes another element`)
      continue
    }
    elements.push({ name, attributes: attributesOf(attributes) })
    if (selfClosing !== '/' && !VOID.has(name)) open.push(name)
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`)
  return elements
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([a-zA-Z-]+)(?:="([^"]*)")?/g)]
  const names = pairs.map(([, name]) => name)
  if (new Set(names).size < names.length) throw new Error(`an attribute twice: ${text}`)
  return Object.fromEntries(pairs.map(([, name, value = '']) => [name, value]))
}
