export { runNamespaceController } from './run.ts'
