export { SpdyClient, type SpdyReceiver } from './client.ts'
export { dataFrame, SpdyFrameReader } from './frames.ts'
