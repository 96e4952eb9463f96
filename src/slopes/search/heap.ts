/** A binary heap that hands out the item with the greatest `top` first. */
export class Heap<Item extends { readonly top: number }> {
  readonly #items: Item[] = [];

  get greatest(): Item | undefined {
    return this.#items[0];
  }

  push(item: Item): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = items[above];
      if (parent === undefined || parent.top >= item.top) break;
      items[at] = parent;
      at = above;
    }
    items[at] = item;
  }

  pop(): Item | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const right = items[below + 1];
      let child = items[below];
      if (child === undefined) break;
      if (right !== undefined && right.top > child.top) [child, below] = [right, below + 1];
      if (child.top <= last.top) break;
      items[at] = child;
      at = below;
    }
    items[at] = last;
    return first;
  }
}
