/** A policy or a binding cannot be applied as it is. Whether that refuses the request, the policy says. */
export class Misconfigured extends Error {
  override name = 'Misconfigured'
}
