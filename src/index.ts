/**
 * pstool as a library: everything that the command line does, as functions over values.
 * What is not exported here may change in any release.
 */

// Sources and groups
export { openFileSource } from './adapters/files/file-source.ts'
export {
  openKafkaGroupAdmin,
  parseKafkaClusterUri,
} from './adapters/kafka/groups/kafka-group-admin.ts'
export { openKafkaSource, parseKafkaUri } from './adapters/kafka/kafka-source.ts'
// Where a consumer runtime gets its messages
export {
  type KafkaConsumerOptions,
  openKafkaConsumerSource,
} from './adapters/kafka/session/kafka-consumer-source.ts'
export {
  type KafkaJsSourceOptions,
  kafkaJsSource,
} from './adapters/kafkajs/kafkajs-consumer-source.ts'
export { LocalCluster } from './adapters/local/local-cluster.ts'
export {
  LocalConsumerSource,
  type LocalConsumerSourceOptions,
} from './adapters/local/local-consumer-source.ts'
export { LocalGroupAdmin } from './adapters/local/local-group-admin.ts'
export { LocalMessageSource } from './adapters/local/local-message-source.ts'
export { MemoryCluster } from './adapters/memory/memory-cluster.ts'
export { MemoryConsumerSource } from './adapters/memory/memory-consumer-source.ts'
export { MemoryGroupAdmin } from './adapters/memory/memory-group-admin.ts'
export { type MemoryMessage, MemoryMessageSource } from './adapters/memory/memory-message-source.ts'
export { journalFiles } from './adapters/system/journal-files.ts'
export {
  type MetricsServer,
  type MetricsServerOptions,
  openMetricsServer,
} from './adapters/system/metrics-server.ts'
export type {
  ClusterSettings,
  GroupSettings,
  PstoolConfig,
  SourceSettings,
  StrategySettings,
} from './cli/config/config.ts'
// Configuration
export { defineConfig } from './cli/config/config.ts'
// Profiles and simulations
export type { KeyProfileDocument, LaneFigures } from './domain/keys/key-profile.ts'
export {
  KeyProfiler,
  mergeProfiles,
  type ProfileOptions,
  type ProfileState,
} from './domain/keys/profile.ts'
// Messages
export { ColumnBatch } from './domain/model/column-batch.ts'
export type { ConsumeTraceDocument } from './domain/model/consume-trace.ts'
export type { ConsumptionDocument } from './domain/model/consumption.ts'
export type { DocumentKey, ReadSummary } from './domain/model/document.ts'
export type { Header, Message } from './domain/model/message.ts'
export { ABSENT, type MessageBatch, UNKNOWN } from './domain/model/message-batch.ts'
export { READ_ALL, type Selection, type SourceDescription } from './domain/model/selection.ts'
// Migrations of committed offsets
export type { OffsetJournalDocument, OffsetResultDocument } from './domain/offsets/journal.ts'
export type { OffsetPlanDocument } from './domain/offsets/plan.ts'
export { type MigrationRequest, planMigration } from './domain/offsets/plan-migration.ts'
export { project } from './domain/offsets/project.ts'
export { segmentedGroup } from './domain/offsets/segmented-group.ts'
export { type OffsetSnapshot, SnapshotIndex } from './domain/offsets/snapshot.ts'
export type { SegmentStatusDocument } from './domain/offsets/status.ts'
export { verify } from './domain/offsets/verify.ts'
// Routing
export { customPartitioner, partitionerNamed } from './domain/routing/partitioners.ts'
export { customReducer, REDUCER_NAMES, reducerNamed } from './domain/routing/reducers.ts'
export { route } from './domain/routing/route.ts'
export type { Route, RoutesDocument } from './domain/routing/routes.ts'
export { segmentGroups } from './domain/routing/segment-names.ts'
export { lanesOf, type Strategy, stacksOf } from './domain/routing/strategy.ts'
export type {
  LaneSpec,
  Layer,
  Partitioner,
  Reducer,
  VirtualKey,
} from './domain/routing/types.ts'
export type { SimulationDocument } from './domain/simulation/simulation.ts'
export { type SimulationOptions, Simulator } from './domain/simulation/simulator.ts'
export type { Timing, TimingOptions } from './domain/simulation/timing/timing.ts'
// Errors
export {
  BrokerError,
  BugError,
  InputError,
  MidwayError,
  PstoolError,
  RefusedError,
  RoutingError,
  UsageError,
} from './errors.ts'
export type { Clock } from './ports/clock.ts'
export type { ConsumerSource } from './ports/consumer-source.ts'
export type { GroupAdmin, RequestHook } from './ports/group-admin.ts'
export type { JournalStore } from './ports/journal-store.ts'
export type { MessageSource } from './ports/message-source.ts'
export { tracePage } from './report/kinds/consume-trace/page/trace-page.ts'
export { noPaint, type Paint } from './report/paint.ts'
// Reports
export { type Format, render } from './report/render.ts'
export {
  type ConsumedMessage,
  Consumer,
  type ConsumerContext,
} from './runtime/consumer.ts'
export { createRuntime, type Runtime } from './runtime/create-runtime.ts'
export {
  type ConsumedTopic,
  type ConsumerDefinition,
  defineConsumer,
} from './runtime/define-consumer.ts'
// Watching a runtime
export type { EventName, EventObserver, RuntimeEvents } from './runtime/events.ts'
export { MessageError } from './runtime/message-error.ts'
export type { BatchPartitioner, RuntimeSettings, TopicSettings } from './runtime/settings.ts'
export {
  type EventListener,
  type ListenerFailure,
  RuntimeEventBus,
} from './runtime/watching/event-bus.ts'
export { type MetricsOptions, RuntimeMetrics } from './runtime/watching/metrics.ts'
export {
  openTelemetrySpans,
  type SpanSettings,
  type SpanTracer,
} from './runtime/watching/open-telemetry.ts'
export { type TraceOptions, TraceRecorder } from './runtime/watching/trace-recorder.ts'
// Flows
export { type AnalyzeRequest, analyzeKeys, type KeyAnalysis } from './usecases/analyze-keys.ts'
export { routeKeys } from './usecases/route-keys.ts'
export { type Applying, applyPlan, resumePlan } from './usecases/segments/apply-plan.ts'
export { planMigrationRun } from './usecases/segments/plan-run.ts'
export { readSegmentStatus } from './usecases/segments/segment-status.ts'
export { type SimulateRequest, simulate } from './usecases/simulate.ts'
