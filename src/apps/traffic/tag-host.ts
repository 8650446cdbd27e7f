/** The host of a tagged release, beside the app's own: `canary-shop.localhost`. */
export const tagHost = (tag: string, host: string): string => `${tag}-${host}`
