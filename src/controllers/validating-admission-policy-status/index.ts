export { runValidatingAdmissionPolicyStatusController } from './run.ts'
