/** The job of the baseline `piscina`: the next number. */
export default function next(i: number): number {
  return i + 1;
}
