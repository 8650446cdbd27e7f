export { bodyText, lines } from './body.ts'
export type {
  CallOptions,
  Client,
  DeleteOptions,
  ListOptions,
  PatchOptions,
  PatchType,
  WatchOptions,
} from './client.ts'
export { type ControllerOptions, runController, type Source, source } from './controller.ts'
export { type Discovered } from './discovery.ts'
export { type EventRecord, recordEvent } from './events.ts'
export { type ClosableExchange, type HttpsExchangeOptions, openHttpsExchange } from './https-exchange.ts'
export { writeStatus } from './write-status.ts'
export { type ChangeEvent, type Informer, type InformerOptions, openInformer } from './informer.ts'
export { openClient } from './open-client.ts'
export { type CommandStreamOptions, runCommandStream, type TerminalSize } from './streaming/command-stream.ts'
export { joinPort } from './streaming/port-stream.ts'
export { KubeconfigError, type KubeconfigTarget, loadKubeconfig } from './kubeconfig.ts'
