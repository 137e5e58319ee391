import { z } from 'zod'
import { count } from './basics.ts'

export const groupType = z
  .enum(['classic', 'consumer', 'share', 'streams'])
  .nullable()
  .describe('null for a group that the cluster does not know.')

export const groupState = z
  .enum([
    ...(['absent', 'dead', 'empty', 'stable', 'assigning', 'reconciling'] as const),
    ...(['preparing-rebalance', 'completing-rebalance', 'unknown'] as const),
  ])
  .describe('All but absent, dead and empty count as alive.')

export const members = count.describe('Processes in the group.')
