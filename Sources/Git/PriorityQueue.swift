/// A binary heap: `popFirst` takes the greatest element.
struct PriorityQueue<Element: Comparable> {
  private var elements: [Element] = []

  var first: Element? { elements.first }

  mutating func insert(_ element: Element) {
    elements.append(element)
    var place = elements.count - 1
    while place > 0 {
      let parent = (place - 1) / 2
      guard elements[place] > elements[parent] else { return }
      elements.swapAt(place, parent)
      place = parent
    }
  }

  mutating func popFirst() -> Element? {
    guard let first = elements.first, let last = elements.popLast() else { return nil }
    guard !elements.isEmpty else { return first }
    elements[0] = last
    var place = 0
    while true {
      var best = place
      let (left, right) = (2 * place + 1, 2 * place + 2)
      if left < elements.count, elements[left] > elements[best] { best = left }
      if right < elements.count, elements[right] > elements[best] { best = right }
      if best == place { return first }
      elements.swapAt(place, best)
      place = best
    }
  }
}
