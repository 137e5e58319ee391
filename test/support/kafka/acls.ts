import {
  AclOperations,
  AclPermissionTypes,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka'
import type { UserName } from './access.ts'
import { withAdmin } from './client.ts'

const RIGHTS: readonly (readonly [UserName, 'READ' | 'DESCRIBE'])[] = [
  ['reader', 'READ'],
  ['reader', 'DESCRIBE'],
  ['describer', 'DESCRIBE'],
]

/** Gives the users of access.ts their rights on all topics. */
export async function prepareAcls(brokers: string): Promise<void> {
  await withAdmin(brokers, (admin) =>
    admin.createAcls({
      creations: RIGHTS.map(([user, right]) => ({
        resourceType: ResourceTypes.TOPIC,
        resourceName: '*',
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: `User:${user}`,
        host: '*',
        operation: AclOperations[right],
        permissionType: AclPermissionTypes.ALLOW,
      })),
    }),
  )
}
