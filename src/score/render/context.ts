/** What every part of a rendering needs, and the complaints that they find. */
import type { Path } from '../path.ts'
import type { Workload } from '../workload.ts'

export interface RenderContext {
  workload: Workload
  /** Of the App. */
  name: string
  namespace: string
  /** Where the App answers: what a resource of type `dns` is. */
  host: string
  /** Notes what is wrong; the rendering goes on, so that all of it is found at once. */
  complain: (path: Path, message: string) => void
}
