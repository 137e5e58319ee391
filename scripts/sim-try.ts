import { World } from '../test/simulation/world.ts'
const from = Number(process.argv[2] ?? 1), n = Number(process.argv[3] ?? 1)
const t0 = performance.now()
for (let s = from; s < from + n; s++) {
  const w = new World(s)
  const t = performance.now()
  const log = await w.run()
  const d = log.entries.find((e) => e.kind === 'drained') as any
  const ms = performance.now() - t
  if (n === 1 || !d.ok || ms > 300) console.log(s, JSON.stringify(d), log.entries.length, ms | 0, 'ms', d.ok ? '' : JSON.stringify(w.setup))
  if (process.argv[4]) console.log(log.text())
}
console.log((performance.now() - t0) / n, 'ms per run')
