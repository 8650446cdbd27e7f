/** What came of checking a value: the problems, each once, and how many checks went well, by which the best of several
 *  alternatives is told. Source: k8s.io/kube-openapi, pkg/validation/validate/result.go. */
import type { FieldError } from '../../validation/field-error.ts'

/** The most problems that are collected: a body of a million wrong numbers is as wrong as one of a thousand. */
const MAX_PROBLEMS = 1000

export interface Problem {
  /** Path of the value below the object; undefined for what concerns alternatives, which Kubernetes gives no path. */
  path: string | undefined
  type: FieldError['type']
  /** Without path, as a FieldError has it. */
  message: string
  /** By this equal problems are known to be one. */
  identity: string
}

export class Result {
  problems: Map<string, Problem> | undefined
  matches = 0

  get valid(): boolean {
    return this.problems === undefined
  }

  get full(): boolean {
    return this.problems !== undefined && this.problems.size >= MAX_PROBLEMS
  }

  add(problem: Problem): void {
    this.problems ??= new Map()
    if (this.problems.size < MAX_PROBLEMS && !this.problems.has(problem.identity))
      this.problems.set(problem.identity, problem)
  }

  merge(other: Result): void {
    this.matches += other.matches
    if (other.problems === undefined) return
    if (this.problems === undefined) this.problems = other.problems
    else for (const problem of other.problems.values()) this.add(problem)
  }
}
