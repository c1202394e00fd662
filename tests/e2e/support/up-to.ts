/** 0, 1, … up to `count - 1`. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
