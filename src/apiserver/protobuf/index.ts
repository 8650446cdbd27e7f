export { ProtobufError } from './wire.ts'
export { decodeProtobuf } from './envelope.ts'
export { dropZeros } from './drop-zeros.ts'
