import {
  AclOperations,
  AclPermissionTypes,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka'
import type { UserName } from './access.ts'
import { withAdmin } from './client.ts'

/** What a user may do with a topic or a group, or with every one: `*`. */
export interface Grant {
  readonly user: UserName
  readonly kind: 'TOPIC' | 'GROUP'
  readonly name: string
  readonly right: 'READ' | 'DESCRIBE' | 'DELETE'
}

/** Gives the users of access.ts their rights on all topics. */
export async function prepareAcls(brokers: string): Promise<void> {
  await grant(brokers, [
    { user: 'reader', kind: 'TOPIC', name: '*', right: 'READ' },
    { user: 'reader', kind: 'TOPIC', name: '*', right: 'DESCRIBE' },
    { user: 'describer', kind: 'TOPIC', name: '*', right: 'DESCRIBE' },
  ])
}

/** Gives rights, which brokers heed a little later. */
export async function grant(brokers: string, grants: readonly Grant[]): Promise<void> {
  await withAdmin(brokers, (admin) =>
    admin.createAcls({
      creations: grants.map(({ user, kind, name, right }) => ({
        resourceType: ResourceTypes[kind],
        resourceName: name,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: `User:${user}`,
        host: '*',
        operation: AclOperations[right],
        permissionType: AclPermissionTypes.ALLOW,
      })),
    }),
  )
}
