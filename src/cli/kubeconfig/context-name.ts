/** Name of Naru's own context in a kubeconfig, of its cluster and of its user. */
export const CONTEXT = 'naru'
