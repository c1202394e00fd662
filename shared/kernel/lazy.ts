/** Makes a value at first use and keeps it. A failure is not kept: the next use tries again. */
export const lazy = <Value>(make: () => Value): (() => Value) => {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
