import type { KubeObject } from '../../api/index.ts'

/** An object whose fields beyond metadata are looked at by name. */
export type AnyObject = KubeObject & Record<string, unknown>
