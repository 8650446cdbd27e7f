/** Java: a headless Java (with Tomcat, for war files), the jars an app depends on, the app. */
import { buildSourceLayer } from '../../layers/source-layer.ts'
import type { Language } from '../language.ts'
import { mavenLayers } from './maven-layers.ts'
import type { JavaPlan } from './recognise.ts'
import { buildJavaRuntime, JAVA_HOME } from './runtime-layer.ts'

export const java: Language<JavaPlan> = {
  layers: (context, { source, plan }) => [
    buildJavaRuntime(context, plan),
    ...(plan.maven === undefined
      ? [buildSourceLayer(context, source)]
      : mavenLayers(context, { source, plan, maven: plan.maven })),
  ],
  env: {
    JAVA_HOME,
    // Of a container's memory Java by itself takes a quarter for its heap. What fails for want of it is to be started
    // again. JDK_JAVA_OPTIONS, which counts after these, is left to the user.
    JAVA_TOOL_OPTIONS: '-XX:MaxRAMPercentage=70 -XX:+ExitOnOutOfMemoryError',
  },
}
