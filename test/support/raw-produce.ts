import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, createAPI, type Reader, Writer } from '@platformatic/kafka'

/** Appends batches to partitions byte for byte, which no producer lets one do. */
export async function produceRaw(
  brokers: string,
  topic: string,
  batches: ReadonlyMap<number, Buffer>,
): Promise<void> {
  const [host, port] = brokers.split(',')[0]!.split(':')
  const connection = new Connection('pstool-test')
  await connection.connect(host!, Number(port))
  try {
    let open: ReadonlyMap<number, Buffer> = batches
    while (open.size > 0) {
      const later = await produce.async(connection, topic, open)
      open = new Map([...open].filter(([partition]) => later.includes(partition)))
      if (open.size > 0) await sleep(50)
    }
  } finally {
    await connection.close()
  }
}

/** Produce in version 8, the last one before the compact encoding. */
const produce = createAPI<[string, ReadonlyMap<number, Buffer>], number[]>(
  0,
  8,
  (topic: string, batches: ReadonlyMap<number, Buffer>) =>
    Writer.create()
      .appendString(null, false)
      .appendInt16(-1)
      .appendInt32(10_000)
      .appendInt32(1)
      .appendString(topic, false)
      .appendArray(
        [...batches],
        (writer, [partition, bytes]) => {
          writer.appendInt32(partition).appendInt32(bytes.length).append(bytes)
        },
        false,
        false,
      ),
  (_correlation, _api, _version, reader) => withoutLeader(reader),
  false,
  false,
)

/** Partitions of a topic so new that the broker does not yet know that it leads them. */
const NO_LEADER_YET = [3, 6]

function withoutLeader(reader: Reader): number[] {
  reader.readInt32()
  reader.readString(false)
  const later: number[] = []
  const partitions = reader.readInt32()
  for (let i = 0; i < partitions; i++) {
    const partition = reader.readInt32()
    const code = reader.readInt16()
    if (NO_LEADER_YET.includes(code)) later.push(partition)
    else if (code !== 0) throw new Error(`partition ${partition} refused the batch: error ${code}`)
    reader.skip(24)
    const recordErrors = reader.readInt32()
    if (recordErrors > 0) throw new Error(`partition ${partition} refused ${recordErrors} records`)
    reader.readNullableString(false)
  }
  return later
}
