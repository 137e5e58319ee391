/** The first things that were added, and how many more there were. */
export class BoundedList<Item> {
  readonly items: Item[] = []
  omitted = 0
  private readonly most: number

  constructor(most: number) {
    this.most = most
  }

  add(item: Item): void {
    if (this.items.length < this.most) this.items.push(item)
    else this.omitted++
  }
}
