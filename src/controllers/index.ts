export { type ControllersOptions, runControllers } from './run-controllers.ts'
