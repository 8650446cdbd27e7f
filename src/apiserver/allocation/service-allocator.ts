export interface ServiceAllocator {
  readonly todo?: true
}
