/** Go: static programs alone upon the base, with the files of the source that they may read. */
import type { Language } from '../language.ts'
import { buildGoAppLayer } from './app-layer.ts'
import type { GoPlan } from './recognise.ts'

export const go: Language<GoPlan> = {
  layers: (context, { source, plan }) => [buildGoAppLayer(context, { source, plan })],
  env: { PATH: '/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
}
