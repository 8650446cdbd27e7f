/** The resources of a workload: those that Naru has without making any, and the names of all others. */
import type { ScoreResource } from '../workload.ts'
import type { RenderContext } from './context.ts'

type Kind = 'environment' | 'dns' | 'service' | 'route' | 'volume' | 'backing'

/** What Score's reference implementations know and Naru has by itself: the app's configuration, its host, the Services
 *  of other apps. */
const OWN: readonly Kind[] = ['environment', 'dns', 'service', 'route', 'volume']

export const kindOf = ({ type }: ScoreResource): Kind => OWN.find((kind) => kind === type) ?? 'backing'

/** Of another app: its name. */
export const serviceOf = (name: string, { id }: ScoreResource): string => id?.split('.').at(-1) ?? name

/** The name of the Resource. One with an `id` is the same for all apps of a namespace. */
export const resourceName = (
  { name: app }: Pick<RenderContext, 'name'>,
  name: string,
  { id }: ScoreResource,
): string => (id === undefined ? `${app}-${name}` : id.replaceAll('.', '-'))

/** The Secret that the Resource's controller makes. */
export const bindingOf = (context: RenderContext, name: string, resource: ScoreResource): string =>
  `${resourceName(context, name, resource)}-binding`
