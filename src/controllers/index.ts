export { runControllers } from './run-controllers.ts'
