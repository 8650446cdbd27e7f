/** What a start does without, and is loaded when it is first needed. */

/** Loads all of it, for Node's compile cache: what is read there needs neither the TypeScript compiler nor its memory. */
export async function loadLazyParts(): Promise<void> {
  await Promise.all([
    import('./protobuf/index.ts'),
    import('./metrics/open-registry.ts'),
    import('./proxy/forward.ts'),
    import('./streaming/pod-stream.ts'),
    import('./streaming/web-socket-command.ts'),
    import('./streaming/web-socket-tunnel.ts'),
  ])
}
