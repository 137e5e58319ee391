import type { ByteReader } from '../../wire/byte-reader.ts'
import { type DescribeRequest, encodeGroups } from './describe-groups.ts'

/** Groups of Kafka Streams (KIP-1071). */
export const DESCRIBE_STREAMS: DescribeRequest = {
  name: 'StreamsGroupDescribe',
  api: 89,
  min: 0,
  max: 0,
  flexible: true,
  encode: encodeGroups,
  decode(reader) {
    reader.int32()
    return reader.compactArray(() => {
      const code = reader.int16()
      reader.compactNullableString()
      const group = reader.compactString()
      const state = reader.compactString()
      reader.int32()
      reader.int32()
      skipTopology(reader)
      const members = reader.compactArray(skipMember).length
      reader.int32()
      reader.tags()
      return { group, code, state, members }
    })
  },
}

function skipTopology(reader: ByteReader): void {
  if (reader.int8() < 0) return
  reader.int32()
  reader.compactArray(() => {
    reader.compactString()
    reader.compactArray((topic) => topic.compactString())
    reader.compactArray((topic) => topic.compactString())
    reader.compactArray(skipTopic)
    reader.compactArray(skipTopic)
    reader.tags()
  })
  reader.tags()
}

function skipTopic(reader: ByteReader): void {
  reader.compactString()
  reader.int32()
  reader.int16()
  reader.compactArray(skipPair)
  reader.tags()
}

function skipMember(reader: ByteReader): void {
  reader.compactString()
  reader.int32()
  for (let names = 0; names < 2; names++) reader.compactNullableString()
  for (let names = 0; names < 2; names++) reader.compactString()
  reader.int32()
  reader.compactString()
  if (reader.int8() >= 0) skipEndpoint(reader)
  reader.compactArray(skipPair)
  for (let offsets = 0; offsets < 2; offsets++) reader.compactArray(skipTaskOffset)
  for (let assignments = 0; assignments < 2; assignments++) skipAssignment(reader)
  reader.boolean()
  reader.tags()
}

function skipEndpoint(reader: ByteReader): void {
  reader.compactString()
  reader.int16()
  reader.tags()
}

function skipTaskOffset(reader: ByteReader): void {
  reader.compactString()
  reader.int32()
  reader.int64()
  reader.tags()
}

function skipAssignment(reader: ByteReader): void {
  for (let kinds = 0; kinds < 3; kinds++) {
    reader.compactArray(() => {
      reader.compactString()
      reader.compactArray((partition) => partition.int32())
      reader.tags()
    })
  }
  reader.tags()
}

function skipPair(reader: ByteReader): void {
  reader.compactString()
  reader.compactString()
  reader.tags()
}
