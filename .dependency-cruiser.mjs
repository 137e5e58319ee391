/** Who may import whom. Each rule says what to do instead; the picture is in ARCHITECTURE.md. */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

const domainMayImport = (folder, allowed) =>
  rule(
    `domain-${folder}`,
    `domain/${folder} knows only ${[folder, ...allowed].join(', ')}. Move the shared thing inwards (model <- routing <- keys, offsets, virtual, derive <- simulation <- checks).`,
    { path: `^src/domain/${folder}/` },
    { path: '^src/domain/', pathNot: `^src/domain/(${[folder, ...allowed].join('|')})/` },
  )

export default {
  forbidden: [
    rule(
      'no-cycles',
      'Two files that need each other are one idea: merge them, or pull out what both need.',
      { pathNot: '^test/' },
      { circular: true },
    ),
    rule(
      'domain-is-pure',
      'The domain knows no Node, no clock, no packages. Take the value as an argument, or put the code behind a port.',
      { path: '^src/domain/' },
      { pathNot: '^src/(domain/|errors\\.ts$)' },
    ),
    domainMayImport('model', []),
    domainMayImport('routing', ['model']),
    domainMayImport('keys', ['model', 'routing']),
    domainMayImport('offsets', ['model', 'routing']),
    domainMayImport('virtual', ['model', 'routing']),
    domainMayImport('derive', ['model', 'routing']),
    domainMayImport('simulation', ['model', 'routing', 'keys', 'virtual']),
    rule(
      'ports-name-what-is-needed',
      'A port is an interface over domain types. What needs more is an adapter.',
      { path: '^src/ports/' },
      { pathNot: '^src/(ports|domain)/' },
    ),
    rule(
      'report-is-pure',
      'A renderer turns a document into text: domain types in, a string out; nothing that reads or writes.',
      { path: '^src/report/' },
      {
        pathNot: '^(src/(report|domain)/|src/errors\\.ts$)',
      },
    ),
    rule(
      'documents-look-at-the-domain',
      'A schema describes a type of the domain. What reads or decides belongs elsewhere.',
      { path: '^src/documents/' },
      { pathNot: '^src/(documents|domain)/|^src/errors\\.ts$|node_modules/zod/' },
    ),
    rule(
      'documents-are-for-the-edges',
      'zod is slow to load and for edges only: take the type from the domain.',
      { path: '^src/', pathNot: '^src/(documents|cli)/' },
      { path: '^src/documents/' },
    ),
    rule(
      'usecases-take-ports',
      'A use case gets its adapters passed in. Import the port; compose.ts chooses the adapter.',
      { path: '^src/usecases/' },
      { pathNot: '^src/(usecases|ports|domain|runtime)/|^src/errors\\.ts$' },
    ),
    rule(
      'runtime-takes-ports',
      'The runtime drives the domain over ports that it is given. compose.ts and the user choose the adapter.',
      { path: '^src/runtime/' },
      {
        pathNot:
          '^src/(runtime|ports|domain)/|^src/errors\\.ts$|^(node:)?(async_hooks|diagnostics_channel|path|url|worker_threads|module)$',
      },
    ),
    rule(
      'adapters-stay-apart',
      'Adapters never import each other. What two of them share belongs to a port or to the domain.',
      { path: '^src/adapters/([^/]+)/' },
      { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
    ),
    rule(
      'adapters-look-inwards',
      'An adapter knows ports, domain/model and domain/routing. It decides nothing.',
      { path: '^src/adapters/' },
      {
        path: '^(src|commands)/',
        pathNot: '^src/(adapters|ports|domain/model|domain/routing)/|^src/errors\\.ts$',
      },
    ),
    rule(
      'compose-chooses-adapters',
      'Only compose.ts, its part for consuming and the library index name an adapter. Ask compose.ts for the port.',
      {
        path: '^(src|commands)/',
        pathNot: '^src/(adapters/|cli/compose(-consuming)?\\.ts$|index\\.ts$)',
      },
      { path: '^src/adapters/' },
    ),
    rule(
      'commands-are-thin',
      'A command parses flags and hands over to src/cli. It decides nothing and reads nothing.',
      { path: '^commands/' },
      { pathNot: '^src/(cli|usecases)/|^commands/|node_modules/@oclif/core/' },
    ),
    rule(
      'nothing-imports-commands',
      'Commands are the outermost ring.',
      { pathNot: '^(commands|test)/' },
      { path: '^commands/' },
    ),
    rule(
      'no-test-in-product',
      'Product code never imports tests or benches.',
      { path: '^(src|commands)/' },
      { path: '^(test|bench|scripts)/' },
    ),
    rule(
      'examples-are-users',
      "An example is a user's code: it imports from 'pstool'. What it lacks there belongs into src/index.ts.",
      { path: '^examples/' },
      { path: '^(src|commands|bench|scripts|test)/', pathNot: '^src/index\\.ts$' },
    ),
    rule(
      'only-declared-packages',
      'Add it to package.json, with its reason in a line of docs/decisions.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    rule(
      'no-dev-packages-in-product',
      'A stranger gets no devDependencies.',
      { path: '^(src|commands)/' },
      { dependencyTypes: ['npm-dev'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
    parser: 'swc',
  },
}
