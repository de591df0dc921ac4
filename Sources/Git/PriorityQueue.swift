/// A binary heap: `popFirst` takes the element that no other comes before.
struct PriorityQueue<Element> {
  private var elements: [Element] = []
  private let precedes: (Element, Element) -> Bool

  init(_ precedes: @escaping (Element, Element) -> Bool) {
    self.precedes = precedes
  }

  var first: Element? { elements.first }

  mutating func insert(_ element: Element) {
    elements.append(element)
    var place = elements.count - 1
    while place > 0 {
      let parent = (place - 1) / 2
      guard precedes(elements[place], elements[parent]) else { return }
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
      for child in [2 * place + 1, 2 * place + 2] where child < elements.count {
        if precedes(elements[child], elements[best]) { best = child }
      }
      if best == place { return first }
      elements.swapAt(place, best)
      place = best
    }
  }
}
