/**
 * `node guard.ts FOLDER COMMAND..`: runs the command for as long as standard input stays open.
 * However the test run ends, its pipe closes; then the command is killed and the folder removed,
 * so that nothing is left behind. The word `stop` on standard input asks the command to end
 * by itself, and leaves the folder.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'

const [folder, command, ...args] = process.argv.slice(2)
if (folder === undefined || command === undefined) throw new Error('guard.ts FOLDER COMMAND..')

let abandoned = false
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
child.on('exit', (code) => {
  if (abandoned) rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  process.exit(code ?? 1)
})
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})

const abandon = () => {
  abandoned = true
  child.kill('SIGKILL')
}
process.stdin.on('data', (word) => {
  if (word.toString().trim() === 'stop') child.kill('SIGTERM')
})
process.stdin.on('end', abandon)
process.stdin.on('error', abandon)
process.on('SIGTERM', abandon)
