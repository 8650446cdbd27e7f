/** Why a Resource cannot be made: what only its author, or that of the Provisioner, can mend. Told as the reason of its
 *  condition `Ready`. */
export type ResourceFailureReason =
  | 'ProvisionerNotFound'
  | 'InvalidProvisioner'
  | 'InvalidParams'
  | 'ImageMissing'
  | 'SecretNotFound'
  | 'NameTaken'
  | 'InvalidObject'

export class ResourceFailure extends Error {
  override name = 'ResourceFailure'
  readonly reason: ResourceFailureReason

  constructor(reason: ResourceFailureReason, message: string) {
    super(message)
    this.reason = reason
  }
}
