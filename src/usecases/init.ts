import type { InitDocument } from '../domain/model/init.ts'
import { RefusedError } from '../errors.ts'
import type { ProjectFiles } from '../ports/project-files.ts'
import { CONFIG_TEMPLATE, DEMO_TEMPLATE } from './init-templates.ts'

export interface InitRequest {
  /** Point at the demo cluster, which is built when it is first read. */
  readonly demo: boolean
  /** Replace a `pstool.config.ts` that is there. */
  readonly force: boolean
  readonly generatedBy: string
}

const CONFIG = 'pstool.config.ts'
/** What would stand beside the new one, so that neither could be chosen. */
const OTHER_CONFIGS = ['js', 'mjs', 'json', 'yaml', 'yml'].map(
  (ending) => `pstool.config.${ending}`,
)

/**
 * Writes a configuration to begin with. It is TypeScript everywhere, with or without a package.json:
 * it takes comments and functions, and its import of pstool needs no installation.
 * @throws RefusedError where a configuration is there already; nothing is written then
 */
export async function init(request: InitRequest, files: ProjectFiles): Promise<InitDocument> {
  await refuseExisting(request, files)
  const created: string[] = []
  const write = async (path: string, text: string) => {
    await files.write(path, text, request.force ? 'replace' : 'create')
    created.push(path)
  }
  await write(CONFIG, request.demo ? DEMO_TEMPLATE : CONFIG_TEMPLATE)
  const ignored = '.pstool/.gitignore'
  if (request.demo && !(await files.exists(ignored))) await write(ignored, '*\n')
  return {
    kind: 'init',
    version: 1,
    generatedBy: request.generatedBy,
    created,
    next: request.demo
      ? ['pstool analyze-keys', 'pstool simulate --segments 5', 'pstool simulate --strategy md5']
      : [
          'pstool analyze-keys --source FILE',
          'pstool analyze-keys',
          'pstool simulate --segments 5',
        ],
  }
}

async function refuseExisting({ force }: InitRequest, files: ProjectFiles): Promise<void> {
  for (const other of OTHER_CONFIGS) {
    if (!(await files.exists(other))) continue
    throw new RefusedError('init.other-config', `${other} is here already`, [
      `Remove it first: with ${CONFIG} beside it, neither would be chosen.`,
    ])
  }
  if (force || !(await files.exists(CONFIG))) return
  throw new RefusedError('init.exists', `${CONFIG} is here already`, [
    'Replace it with --force, or edit it.',
  ])
}
