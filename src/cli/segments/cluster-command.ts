import { setTimeout as sleep } from 'node:timers/promises'
import { PstoolCommand, type ShowFlags } from '../base-command.ts'
import { type GroupCluster, openGroupCluster, screen } from '../compose.ts'
import type { Endpoint } from '../config/endpoint.ts'
import type { Document } from '../document.ts'
import { type Stop, stopOnSignals } from '../signals.ts'

/** What a command that works on a cluster's groups gets. */
export interface ClusterWork {
  readonly cluster: GroupCluster
  readonly stop: Stop
  /** Waits, and no longer than until the user interrupts. */
  readonly pause: (ms: number) => Promise<void>
}

/**
 * A command that works on the groups of a cluster. The first Ctrl-C lets the request under way end
 * and begins no other; the second ends the process at once.
 */
export abstract class ClusterCommand extends PstoolCommand {
  protected async onCluster<D extends Document>(
    endpoint: Endpoint,
    flags: ShowFlags,
    work: (work: ClusterWork) => Promise<D>,
  ): Promise<D> {
    const stop = stopOnSignals()
    const cluster = await openGroupCluster(endpoint, process.env)
    try {
      const document = await work({ cluster, stop, pause: pauseUntil(stop.signal) })
      await this.show(document, flags)
      return document
    } finally {
      await cluster.admin.close()
      stop.release()
    }
  }

  /** Before anything was written, an interrupted command just ends. */
  protected endWhenInterrupted(stop: Stop): void {
    const code = stop.exitCode()
    if (code === null) return
    process.stderr.write('Interrupted: nothing was written.\n')
    this.exit(code)
  }

  /** Shows a plan to whoever is asked, beside the results on stdout. */
  protected async present(document: Document, { color }: ShowFlags): Promise<void> {
    if (this.jsonEnabled()) return
    const on = await screen(color, process.stderr)
    const { render } = await import('../../report/render.ts')
    process.stderr.write(render(document, { ...on, format: 'table', footer: false }))
  }
}

function pauseUntil(signal: AbortSignal): (ms: number) => Promise<void> {
  return async (ms) => {
    await sleep(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}
