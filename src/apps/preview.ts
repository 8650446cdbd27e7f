/** What the controller would make of an App that is deployed for the first time. Pure. */
import { type App, type KubeObject, type Release } from '../api/index.ts'
import { wishedHosts } from './hosts.ts'
import { desiredAutoscaler } from './objects/autoscaler.ts'
import { desiredDeployment } from './objects/deployment.ts'
import { hasWeb, lastingProcesses, scheduledProcesses } from './objects/process.ts'
import { currentProcess, replicasOf } from './objects/replicas.ts'
import { appRoutes, appService, releaseService } from './objects/routing.ts'
import { releaseStepJob, scheduledCronJob } from './objects/task.ts'
import { releaseName, releaseSpec } from './release/content.ts'

/** In the order they are written, without what only a server gives them. What bindings add is known once the Resources
 *  are there. */
export function previewObjects(app: App): KubeObject[] {
  const number = 1
  const release: Release = {
    apiVersion: app.apiVersion,
    kind: 'Release',
    metadata: { name: releaseName(app, number), namespace: app.metadata.namespace },
    spec: releaseSpec(app, number),
  }
  const { spec } = release
  const shares = [{ release, percent: 100 }]
  const lasting = lastingProcesses(spec)
  const objects: KubeObject[] = [
    release,
    ...(spec.releaseStep ? [releaseStepJob(release)] : []),
    ...lasting.map((process) => {
      const replicas = replicasOf({
        app,
        name: process.name,
        isRunning: true,
        present: undefined,
        predecessor: undefined,
      })
      return desiredDeployment(release, { process, replicas })
    }),
    ...(hasWeb(spec) ? [releaseService(release), ...appRoutes({ app, shares, hosts: wishedHosts(app) })] : []),
    ...(hasWeb(spec) ? [appService(app, release)] : []),
    ...scheduledProcesses(spec).map((process) => scheduledCronJob(app, { release, process })),
    ...lasting.flatMap(({ name }) => {
      const process = currentProcess(app, name)
      return process?.autoscaling === undefined ? [] : [desiredAutoscaler(app, release, process)]
    }),
  ]
  return objects.map((object) => ({ ...object, metadata: ownerless(object.metadata) }))
}

const ownerless = ({ ownerReferences: _owners, ...metadata }: KubeObject['metadata']) => metadata
