export type { CallOptions, Client, DeleteOptions, ListOptions, PatchOptions, PatchType, WatchOptions } from './client.ts'
