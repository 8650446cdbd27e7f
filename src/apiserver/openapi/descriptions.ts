/** What documents say of the fields that objects of custom kinds have besides their own: `kubectl explain` shows it. */

export const API_VERSION = "APIVersion defines the API group and version of which this is an object: 'group/version'."
export const KIND = 'Kind is the name of what this is an object of, in CamelCase.'
export const METADATA = "Standard object's metadata: its name, labels, annotations, owners and history."

/** Of the schema ObjectMeta. */
export const OBJECT_META = 'ObjectMeta is metadata that all stored objects have.'
export const OBJECT_META_FIELDS: Readonly<Record<string, string>> = {
  annotations: 'Annotations hold what tools want to keep with the object; nothing is selected by them.',
  creationTimestamp: 'CreationTimestamp is a timestamp: when the server made the object. Set by the server.',
  deletionTimestamp:
    'DeletionTimestamp is when the object is to be gone. Set by the server when deletion is asked for.',
  finalizers: 'Finalizers name what has still to be done before the object may go.',
  generateName: 'GenerateName is the beginning of a name that the server completes, when no name is given.',
  generation: 'Generation counts the changes of what is wanted. Set by the server.',
  labels: 'Labels are keys and values by which objects are selected.',
  managedFields: 'ManagedFields say who owns which fields. Kept by the server.',
  name: 'Name is unique within a namespace, and cannot be changed.',
  namespace: 'Namespace is where the name is unique; objects of some kinds have none.',
  ownerReferences: 'OwnerReferences name the objects this one belongs to: when all are gone, it goes.',
  resourceVersion: 'ResourceVersion is another one after each change: writes may name the one they change.',
  uid: 'UID is unique in time and space. Set by the server.',
}
