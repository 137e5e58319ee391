import { SASL_MECHANISMS, USERS } from './access.ts'

/** Ports of one node; the secured ones are there when it offers them. */
export interface NodePorts {
  readonly plaintext: number
  readonly saslPlaintext?: number
  readonly tls?: number
  readonly saslTls?: number
}

export interface NodePlan {
  readonly id: number
  readonly ports: NodePorts
  /** The node that keeps the cluster's metadata, and where. */
  readonly controller: { readonly id: number; readonly port: number }
  /** Address to listen on, and the host that clients are told. */
  readonly bind: string
  readonly host: string
  readonly data: string
  /** PKCS12 with the broker's key, needed for TLS. */
  readonly keystore?: string
  readonly overrides?: Readonly<Record<string, string>>
}

/** The keystore's password: a test's certificate for loopback protects nothing. */
export const KEYSTORE_PASSWORD = 'pstool-test'

/** server.properties of a small KRaft node that starts fast and compacts soon. */
export function nodeSettings(plan: NodePlan): string {
  const settings = { ...small(), ...network(plan), ...security(plan), ...plan.overrides }
  const escaped = (value: string) => value.replaceAll('\\', '\\\\')
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${escaped(value)}\n`)
    .join('')
}

const PROTOCOLS = {
  plaintext: 'PLAINTEXT',
  saslPlaintext: 'SASL_PLAINTEXT',
  tls: 'SSL',
  saslTls: 'SASL_SSL',
} as const

function network(plan: NodePlan): Record<string, string> {
  const isController = plan.id === plan.controller.id
  const open = Object.entries(PROTOCOLS).flatMap(([name, protocol]) => {
    const port = plan.ports[name as keyof NodePorts]
    return port === undefined ? [] : [{ protocol, port }]
  })
  const addresses = (host: string) =>
    open.map(({ protocol, port }) => `${protocol}://${host}:${port}`)
  const own = isController ? [`CONTROLLER://${plan.bind}:${plan.controller.port}`] : []
  const protocols = open.map(({ protocol }) => `${protocol}:${protocol}`)
  return {
    'process.roles': isController ? 'broker,controller' : 'broker',
    'node.id': String(plan.id),
    'controller.quorum.voters': `${plan.controller.id}@127.0.0.1:${plan.controller.port}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: [...addresses(plan.bind), ...own].join(','),
    'advertised.listeners': addresses(plan.host).join(','),
    'listener.security.protocol.map': ['CONTROLLER:PLAINTEXT', ...protocols].join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': plan.data,
  }
}

function security(plan: NodePlan): Record<string, string> {
  const settings: Record<string, string> = {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS;User:admin',
  }
  if (plan.keystore !== undefined) {
    settings['ssl.keystore.type'] = 'PKCS12'
    settings['ssl.keystore.location'] = plan.keystore
    settings['ssl.keystore.password'] = KEYSTORE_PASSWORD
    settings['ssl.key.password'] = KEYSTORE_PASSWORD
  }
  const logins = {
    plain: `plain.PlainLoginModule required ${plainUsers()};`,
    'scram-sha-256': 'scram.ScramLoginModule required;',
    'scram-sha-512': 'scram.ScramLoginModule required;',
    oauthbearer:
      'oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="admin";',
  }
  for (const listener of ['sasl_plaintext', 'sasl_ssl']) {
    const prefix = `listener.name.${listener}`
    settings[`${prefix}.sasl.enabled.mechanisms`] = SASL_MECHANISMS.join(',')
    for (const [mechanism, login] of Object.entries(logins))
      settings[`${prefix}.${mechanism}.sasl.jaas.config`] =
        `org.apache.kafka.common.security.${login}`
  }
  return settings
}

function plainUsers(): string {
  return Object.entries(USERS)
    .map(([name, password]) => `user_${name}="${password}"`)
    .join(' ')
}

/** Numbers for one machine that runs tests: few threads, few internal partitions, short waits. */
function small(): Record<string, string> {
  return {
    'auto.create.topics.enable': 'false',
    'default.replication.factor': '1',
    'min.insync.replicas': '1',
    'offsets.topic.num.partitions': '3',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500',
    'share.coordinator.state.topic.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '500',
    'group.consumer.min.heartbeat.interval.ms': '100',
    'group.consumer.heartbeat.interval.ms': '500',
    // Groups of tests that kill members ask for less than the default; see group-settings.ts.
    'group.consumer.min.session.timeout.ms': '1000',
    // A node that is silent has no processor time: it is not to lose what it leads.
    'broker.session.timeout.ms': '60000',
    'broker.heartbeat.interval.ms': '500',
    'num.network.threads': '2',
    'num.io.threads': '4',
    'background.threads': '2',
    'log.cleaner.threads': '1',
    'log.cleaner.backoff.ms': '200',
    'log.cleaner.dedupe.buffer.size': '4194304',
    // Messages of tests bear fixed times, many of them long ago.
    'log.retention.ms': '-1',
    'log.retention.check.interval.ms': '1000',
    'log.segment.delete.delay.ms': '100',
    'log.initial.task.delay.ms': '500',
  }
}
