/** A share with one digit after the point: `12.3 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
