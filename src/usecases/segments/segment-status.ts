import type { PlannedCluster } from '../../domain/offsets/plan.ts'
import {
  allGroups,
  type SegmentedGroup,
  surplusSegments,
} from '../../domain/offsets/segmented-group.ts'
import { type SegmentStatusDocument, segmentStatus } from '../../domain/offsets/status.ts'
import type { GroupAdmin } from '../../ports/group-admin.ts'
import { takeSnapshot } from './take-snapshot.ts'

/** Looks at segmented groups and says where they stand; changes nothing. @throws BrokerError */
export async function readSegmentStatus(
  admin: GroupAdmin,
  segmented: readonly SegmentedGroup[],
  about: { readonly generatedBy: string; readonly clusterUri: string },
): Promise<SegmentStatusDocument> {
  const groups = [...new Set(segmented.flatMap(allGroups))]
  const named = segmented.flatMap(({ topics }) => topics ?? [])
  const beside = (names: readonly string[]) =>
    segmented.flatMap((group) => surplusSegments(group, names))
  const index = await takeSnapshot(admin, { groups, topics: null, named, beside })
  const cluster: PlannedCluster = { id: index.snapshot.clusterId, uri: about.clusterUri }
  return segmentStatus({ generatedBy: about.generatedBy, cluster }, segmented, index)
}
