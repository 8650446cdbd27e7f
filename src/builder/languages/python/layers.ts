/** Python: Debian's python3, a virtual environment, the source as it is. */
import { buildPackagesLayer } from '../../layers/packages-layer.ts'
import { buildSourceLayer } from '../../layers/source-layer.ts'
import type { Language } from '../language.ts'
import { buildPythonDependencies } from './dependencies-layer.ts'
import type { PythonPlan } from './recognise.ts'

export const python: Language<PythonPlan> = {
  layers: (context, { source, plan }) => [
    buildPackagesLayer(context, { name: 'python', packages: ['python3'] }),
    ...(plan.requirements === undefined && plan.added.length === 0
      ? []
      : [buildPythonDependencies(context, { source, plan })]),
    buildSourceLayer(context, source),
  ],
  env: {
    PATH: '/app/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  },
}
