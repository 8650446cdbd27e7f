/** `$(NAME)` in commands, arguments and environment values. `$$` is a plain dollar; a name that is not known stays as it
 *  is written. Source: Kubernetes, third_party/forked/golang/expansion (v1.34). */

export function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (values.get(name) ?? whole),
  )
}
