/** What is wrong between two lists, one line for each: what only one of them has. */
export const compareLines = (expected: readonly string[], found: readonly string[]): string[] => [
  ...expected.filter((line) => !found.includes(line)).map((line) => `missing: ${line}`),
  ...found.filter((line) => !expected.includes(line)).map((line) => `extra: ${line}`),
  ...found.filter((line, index) => found.indexOf(line) !== index).map((line) => `twice: ${line}`),
]
