import { setTimeout as sleep } from 'node:timers/promises'
import type { Watch } from '../../usecases/segments/watch.ts'
import { PstoolCommand, type ShowFlags } from '../base-command.ts'
import { type GroupCluster, openGroupCluster, screen } from '../compose.ts'
import type { Endpoint } from '../config/endpoint.ts'
import type { Document } from '../document.ts'
import { type Stop, stopOnSignals } from '../signals.ts'
import { type HandOutFlags, stdoutIsTaken } from './hand-out.ts'

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
    flags: ShowFlags & HandOutFlags,
    work: (work: ClusterWork) => Promise<D>,
  ): Promise<D> {
    const isTaken = stdoutIsTaken(flags, this.typed, this.jsonEnabled())
    const stop = stopOnSignals()
    const cluster = await openGroupCluster(endpoint, process.env)
    try {
      const document = await work({ cluster, stop, pause: pauseUntil(stop.signal) })
      await (isTaken ? this.present(document, flags) : this.show(document, flags))
      return document
    } finally {
      await cluster.admin.close()
      stop.release()
    }
  }

  /** The quiet window (M6); whoever sits at a terminal is told what is waited for. */
  protected watch(quietSeconds: number, { pause }: ClusterWork): Watch {
    return {
      quietSeconds,
      pause: async (ms) => {
        if (process.stderr.isTTY) {
          process.stderr.write(`Watching for ${quietSeconds} s whether offsets move ..\n`)
        }
        await pause(ms)
      },
    }
  }

  /** Before anything was written, an interrupted command just ends. */
  protected endWhenInterrupted(stop: Stop): void {
    const code = stop.exitCode()
    if (code === null) return
    process.stderr.write('Interrupted: nothing was written.\n')
    this.exit(code)
  }

  /** Shows a document beside what goes to stdout: a plan to whoever is asked, say. */
  protected async present(document: Document, { color }: ShowFlags): Promise<void> {
    // Who is asked on a terminal sees what about, whatever goes to stdout.
    if (this.jsonEnabled() && !process.stderr.isTTY) return
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
