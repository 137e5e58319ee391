import { openKafkaSource, parseKafkaUri } from '../src/adapters/kafka/kafka-source.ts'
import { READ_ALL } from '../src/domain/model/selection.ts'

/** Reads a topic's keys and prints how fast: `node bench/kafka-read.ts kafka://host:9092/topic [runs]`. */
const [uri, runs = '1'] = process.argv.slice(2)
if (uri === undefined) throw new Error('usage: node bench/kafka-read.ts kafka://host:9092/topic')

for (let run = 0; run < Number(runs); run++) {
  const source = openKafkaSource(parseKafkaUri(uri, process.env))
  const start = performance.now()
  const before = process.cpuUsage()
  let records = 0
  let keys = 0
  let bytes = 0
  for await (const batch of source.read(READ_ALL)) {
    const { count, keyLength, valueLength } = batch
    for (let row = 0; row < count; row++) {
      if (keyLength[row]! >= 0) keys++
      bytes += Math.max(0, keyLength[row]!) + Math.max(0, valueLength[row]!)
    }
    records += count
  }
  await source.close()
  const seconds = (performance.now() - start) / 1000
  const cpu = process.cpuUsage(before)
  console.log(
    [
      `${records} records, ${keys} with a key, ${(bytes / 1e6).toFixed(0)} MB`,
      `${(records / seconds / 1e6).toFixed(2)} M records/s, ${(bytes / seconds / 1e6).toFixed(0)} MB/s`,
      `cpu ns/record: ${((cpu.user * 1000) / records).toFixed(0)} user, ${((cpu.system * 1000) / records).toFixed(0)} system`,
    ].join('; '),
  )
}
