import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Completes package-lock.json with the optional packages of other platforms. A registry mirror that
 * lacks them makes npm leave them out, and `npm ci` then refuses the lock file everywhere.
 */
interface LockedPackage {
  version?: string
  dev?: boolean
  devOptional?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

const SYSTEMS = [
  ...['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony'],
  ...['sunos', 'win32'],
]
const PROCESSORS = [
  ...['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'],
]

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, LockedPackage>
}
const added: string[] = []
for (const [parent, own] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(own.optionalDependencies ?? {})) {
    if (isLocked(parent, name)) continue
    const place = `node_modules/${name}`
    lock.packages[place] = { version, ...kindOf(own), optional: true, ...platformOf(name) }
    added.push(`${name}@${version}`)
  }
}
const root = lock.packages['']!
const rest = Object.entries(lock.packages).filter(([place]) => place !== '')
lock.packages = { '': root, ...Object.fromEntries(rest.sort(([a], [b]) => (a < b ? -1 : 1))) }
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`${added.length} added\n${added.join('\n')}\n`)

/** As Node looks for it: beside the parent, then in every folder above. */
function isLocked(parent: string, name: string): boolean {
  for (
    let place = parent;
    ;
    place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))
  ) {
    const prefix = place === '' ? '' : `${place}/`
    if (lock.packages[`${prefix}node_modules/${name}`] !== undefined) return true
    if (place === '') return false
    if (!place.includes('/node_modules/')) place = '/node_modules/'
  }
}

function kindOf({ dev, devOptional }: LockedPackage): Pick<LockedPackage, 'dev' | 'devOptional'> {
  return { ...(dev && { dev }), ...(devOptional && { devOptional }) }
}

/** Platform packages are named after what they run on: `@biomejs/cli-linux-arm64-musl`. */
function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[-/]/)
  const os = SYSTEMS.find((system) => words.includes(system))
  const cpu = PROCESSORS.find((processor) => words.some((word) => word.startsWith(processor)))
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc'
  return {
    ...(cpu !== undefined && { cpu: [cpu] }),
    ...(os !== undefined && { os: [os] }),
    ...(os === 'linux' && words.some((word) => /^(musl|gnu)/.test(word)) && { libc: [libc] }),
  }
}
