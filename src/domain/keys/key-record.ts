/**
 * What is kept of a key: a record of 64 bytes, as long as a cache line, with everything that
 * counting a message of the key reads or writes. The same memory is seen as 16 words of 32 bits and
 * as 8 doubles; what is needed least often comes last.
 */
export const RECORD_WORDS = 16
export const RECORD_DOUBLES = 8
export const RECORD_BYTES = 64

/** Word: bytes of the key. */
export const LENGTH = 0
/** Three words: the first bytes of the key, little-endian, zeros after its end. */
export const HEAD = 1
/** Bytes of a key that its head holds; such a key is known without looking elsewhere. */
export const HEAD_BYTES = 12
/** Doubles: messages of the key, and their bytes. */
export const MESSAGES = 2
export const BYTES = 3
/** Words: ids of the partition and the time window in which the key was first seen. */
export const PARTITION = 8
export const WINDOW = 9
/** Words: the last other window, -1 for none; messages in it that its pair does not have yet. */
export const LAST_WINDOW = 10
export const LAST_COUNT = 11
/** Word: messages in the fetch batch that is being counted; 0 at all other times. */
export const BATCH_COUNT = 12
/** Word: the entry of (key, last window) in the table of pairs. */
export const LAST_ENTRY = 13
/** Word, unsigned: where the key's bytes start. */
export const START = 14
/** Word: 32 bits of hash, signed. */
export const HASH = 15
