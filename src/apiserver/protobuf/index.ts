export { ProtobufError } from './wire.ts'
export { decodeProtobuf } from './envelope.ts'
